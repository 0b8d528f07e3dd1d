internal import Files
internal import Geometry
package import GeometryProofs
internal import Randomness

/// How many problems the prover solves, and how fast.
///
/// A problem's time covers closure and traceback; drawing the figure happens before, and no process
/// is started. It is the median over the repetitions; the statistics are taken over the problems. A
/// problem is solved if the independent checker accepts its proof; the check is not timed.
package struct GeometryBenchmark {
  private let repetitions: Int
  private let limit: Double

  /// - Parameter seconds: for each problem that needs added points; 0 adds none.
  package init(repetitions: Int, seconds: Double) {
    self.repetitions = repetitions
    limit = seconds
  }

  /// Solved problems and milliseconds by the rules alone, problems made a second, and problems
  /// solved with added points.
  package func run(_ problems: [GeometryProblem]) -> [BenchmarkResult] {
    var solved: [Double] = []
    var all: [Double] = []
    var tracing: [Double] = []
    var unsolved: [GeometryProblem] = []
    var refused = 0
    for problem in problems {
      var options = Prover.Options()
      options.usesAuxiliaryPoints = false
      var times: [Double] = []
      var isProved = false
      for repetition in 0...repetitions {
        guard let outcome = try? Prover(problem, options).prove() else { break }
        isProved = Self.isSolved(outcome, problem)
        let parts = outcome.times
        if repetition > 0 {
          times.append(parts.matching + parts.closing + parts.tracing)
          if isProved { tracing.append(parts.tracing) }
        }
      }
      guard !times.isEmpty else {
        refused += 1
        continue
      }
      all.append(median(times))
      if isProved { solved.append(median(times)) } else { unsolved.append(problem) }
    }
    var results = [
      BenchmarkResult(
        bench: "geometry", config: "rules",
        figures: [
          "problems": JSON(problems.count), "solved": JSON(solved.count),
          "refused": JSON(refused), "ms_median": milliseconds(all),
          "ms_median_solved": milliseconds(solved), "ms_worst": JSON((all.max() ?? 0) * 1000),
          "ms_total": JSON(all.reduce(0, +) * 1000),
        ])
    ]
    results.append(generation("generate", ProblemGenerator.Knobs(), figures: 600))
    results.append(generation("generate-auxiliary", .auxiliary, figures: 600))
    guard limit > 0 else { return results }
    var added: [Double] = []
    for problem in unsolved {
      var options = Prover.Options()
      options.seconds = limit
      var outcome: Prover.Outcome?
      let elapsed = Benchmarks.seconds { outcome = try? Prover(problem, options).prove() }
      if let outcome, Self.isSolved(outcome, problem) { added.append(elapsed) }
    }
    results.append(
      BenchmarkResult(
        bench: "geometry", config: "auxiliary",
        figures: [
          "problems": JSON(problems.count), "solved": JSON(solved.count + added.count),
          "solved_with_added_points": JSON(added.count), "seconds_limit": JSON(limit),
          "ms_median_of_these": milliseconds(added),
        ]))
    return results
  }

  /// Whether every goal has a proof that the checker accepts.
  private static func isSolved(_ outcome: Prover.Outcome, _ problem: GeometryProblem) -> Bool {
    outcome.status == .proved && Set(outcome.proofs).count == problem.goals.count
      && outcome.proofs.allSatisfy { ProofChecker.check($0, of: problem).isAccepted }
  }

  /// Problems of random figures, each with a proof that the checker accepted, duplicates left out.
  private func generation(
    _ config: String, _ knobs: ProblemGenerator.Knobs, figures: Int
  ) -> BenchmarkResult {
    var generator = ProblemGenerator(knobs)
    var (count, steps, depth) = (0, 0, 0)
    let elapsed = Benchmarks.seconds {
      for index in 0..<figures {
        for made in generator.problems(Seed(1).child(index)) {
          count += 1
          steps += made.stepCount
          depth = max(depth, made.depth)
        }
      }
    }
    return BenchmarkResult(
      bench: "geometry", config: config,
      figures: [
        "figures": JSON(figures), "problems": JSON(count),
        "problems_per_s": JSON(Double(count) / elapsed),
        "steps_mean": JSON(Double(steps) / Double(max(count, 1))), "depth_most": JSON(depth),
      ])
  }

  private func milliseconds(_ seconds: [Double]) -> JSON {
    seconds.isEmpty ? .null : JSON(median(seconds) * 1000)
  }
}
