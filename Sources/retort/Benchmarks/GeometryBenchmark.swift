internal import Files
internal import Geometry
internal import GeometryProofs
internal import Randomness

/// How many problems the prover solves, and how fast.
///
/// The time of a problem is closure and traceback: the figure is drawn before, and nothing starts a
/// process. It is the median over the repetitions; the figures are taken over the problems.
struct GeometryBenchmark {
  let repetitions: Int
  /// For each problem, with added points.
  let seconds: Double

  func run(_ problems: [GeometryProblem]) -> [BenchResult] {
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
        isProved = outcome.status == .proved
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
      BenchResult(
        bench: "geometry", config: "rules",
        figures: [
          "problems": JSON(problems.count), "solved": JSON(solved.count),
          "refused": JSON(refused), "ms_median": milliseconds(all),
          "ms_median_solved": milliseconds(solved), "ms_worst": JSON((all.max() ?? 0) * 1000),
          "ms_total": JSON(all.reduce(0, +) * 1000),
        ])
    ]
    guard seconds > 0 else { return results }
    var added: [Double] = []
    for problem in unsolved {
      var options = Prover.Options()
      options.seconds = seconds
      let clock = ContinuousClock()
      let start = clock.now
      if let outcome = try? Prover(problem, options).prove(), outcome.status == .proved {
        added.append((clock.now - start) / .seconds(1))
      }
    }
    results.append(
      BenchResult(
        bench: "geometry", config: "auxiliary",
        figures: [
          "problems": JSON(problems.count), "solved": JSON(solved.count + added.count),
          "solved_with_added_points": JSON(added.count), "seconds_limit": JSON(seconds),
          "ms_median_of_these": milliseconds(added),
        ]))
    return results
  }

  private func milliseconds(_ seconds: [Double]) -> JSON {
    seconds.isEmpty ? .null : JSON(median(seconds) * 1000)
  }
}
