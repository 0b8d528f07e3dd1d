import Files
import Randomness
import Records
import Tasks
import TestSupport
import Testing
import Verifiers

struct `Every task family` {
  static let seed = Seed(20_250)

  private func check(
    _ family: any ProblemFamily, verifier: (any Verifier)? = nil, recordsPerLevel: Int = 4
  ) throws -> TaskFamilyReport {
    let verifier = try #require(verifier ?? Verifiers.named(family.name))
    let enumerator = try #require(
      Enumerators.named(family.name),
      "\(family.name) has no enumerator of valid traces in TestSupport; write one")
    func run(_ enumerator: some TraceEnumerator) throws -> TaskFamilyReport {
      try checkTaskFamily(
        family, verifier: verifier, enumerator: enumerator, seed: Self.seed,
        recordsPerLevel: recordsPerLevel)
    }
    return try run(enumerator)
  }

  /// Families whose work is a walk: what a walk implies can be held against an enumerator.
  static let walks = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  /// Those whose verifier accepts nothing but what the walk writes.
  static let closed = Families.all.filter { $0 is any WalkFamily && !($0 is any OpenFamily) }.map {
    $0.name
  }

  @Test func `has a verifier, and one that is a walk an enumerator unless it is open`() {
    #expect(Set(Families.all.map { $0.name }) == Set(Verifiers.all.map(\.family)))
    #expect(Set(Self.closed) == Set(Enumerators.all.map { $0.family }))
  }

  /// A failure names a text that the verifier misjudges, or that the enumerator does: both were
  /// written from the family's text specification, so one of the three is wrong.
  @Test(arguments: closed)
  func `agrees with the enumerator of valid traces on every mutant`(name: String) throws {
    let report = try check(#require(Families.named(name)))
    print(report.line)
    #expect(report.isClean, "\(report.failures)")
    #expect(report.traces >= 40)
    #expect(report.mutants >= 10_000)
    #expect(report.valid >= 100)
    let all = [
      "letter", "operator", "look-alike", "inserted byte", "lost byte", "cut", "dropped step",
      "repeated step", "swapped steps", "truncated", "answer", "blind", "problem: blind",
      "solution of another problem",
    ]
    let without = try #require(Enumerators.named(name)).kindsWithoutUse
    for kind in all + ["digit", "number", "sign"] where !without.contains(kind) {
      let count = report.kinds[kind, default: 0]
      #expect(count > 0, "no mutant of kind \(kind)")
    }
  }

  /// The checker itself must be able to fail, each way.
  @Test func `a lenient, a strict and a vague verifier are caught`() throws {
    let real = try #require(Verifiers.named("sum-reduce"))
    let family = SumReduce()
    let lenient = try check(
      family,
      verifier: Changed(real) { problem, solution, verdict in
        // Looks at the last line only.
        guard case .accepted(let answer) = real.verify(problem: problem, solution: solution) else {
          let last = NormalText.lines(solution).last ?? []
          return last == Array("Answer: 7".utf8) ? .accepted(answer: "7") : verdict
        }
        return .accepted(answer: answer)
      }, recordsPerLevel: 1)
    #expect(!lenient.falseAccepts.isEmpty)
    #expect(lenient.falseRejects.isEmpty)
    let strict = try check(
      family,
      verifier: Changed(real) { _, solution, verdict in
        solution.first == 0x20 ? .rejected(step: 1, reason: "space") : verdict
      }, recordsPerLevel: 1)
    #expect(!strict.falseRejects.isEmpty)
    #expect(strict.falseAccepts.isEmpty)
    let vague = try check(
      family,
      verifier: Changed(real) { _, _, verdict in
        if case .rejected(let step, let reason) = verdict, step > 3 {
          return .rejected(step: step - 1, reason: reason)
        }
        return verdict
      }, recordsPerLevel: 1)
    #expect(!vague.wrongSteps.isEmpty)
    #expect(!vague.isClean)
  }

  /// 100 ms are far above what linear time needs; the best of three tries forgives a busy machine.
  @Test(arguments: Families.all.map { type(of: $0).name })
  func `hostile text gets a verdict within 100 ms`(name: String) throws {
    let verifier = try #require(Verifiers.named(name))
    let problem = Array(verifier.example.problem.utf8)
    let solution = Array(verifier.example.solution.utf8)
    for hostile in HostileTexts.all {
      let cases = [
        (problem, hostile.bytes), (hostile.bytes, solution), (hostile.bytes, hostile.bytes),
        (problem, solution + hostile.bytes), (problem, hostile.bytes + solution),
        (problem + hostile.bytes, solution),
      ]
      for (index, (problem, solution)) in cases.enumerated() where !hostile.bytes.isEmpty {
        var best = Duration.seconds(60)
        var verdict = Verdict.accepted(answer: "")
        for _ in 0..<3 where best > .milliseconds(100) {
          best = min(
            best,
            ContinuousClock().measure {
              verdict = verifier.verify(problem: problem, solution: solution)
            })
        }
        #expect(best < .milliseconds(100), "\(hostile.name), case \(index): \(best)")
        // Spaces alone mean nothing where a valid text stands beside them.
        if hostile.name != "1 MB of spaces" || index < 3 {
          #expect(!verdict.isAccepted, "\(hostile.name), case \(index)")
        }
      }
    }
    #expect(!verifier.verify(problem: [], solution: []).isAccepted)
  }

  /// The first 128 bits of two streams that share a draw at the same place would be equal, and
  /// 800 000 random values of 128 bits collide with probability 10^-27.
  @Test func `no two streams of 100 seeds and 500 items begin alike`() throws {
    struct Beginning: Hashable { var first, second: UInt64 }
    var seen: Set<Beginning> = []
    var streams = 0
    for family in Families.all {
      for seed in 0..<100 {
        for index in 0..<500 {
          let address = DrawAddress(
            family, level: 1 + index % 10, seed: Seed(UInt64(seed)), index: index)
          for purpose in DrawAddress.Purpose.allCases {
            var stream = address.stream(attempt: 0, purpose)
            seen.insert(Beginning(first: stream.next(), second: stream.next()))
            streams += 1
          }
        }
      }
    }
    #expect(streams == Families.all.count * 100_000)
    #expect(seen.count == streams)
  }

  /// The number X of equal pairs among n draws has mean m = n(n-1)/2 c, with c the collision
  /// probability. Pairs without a common draw are independent; two pairs with one have covariance
  /// sum p^3 - c^2 <= c (h - c), h the heaviest problem's probability, and there are n(n-1)(n-2)
  /// ordered such couples. So Var X <= m + n(n-1)(n-2) c (h - c). Where c is exact, X lies within
  /// five sigma of m on both sides; where it is a bound, it stays below m + 5 sigma. Repeated
  /// problems, n less the different ones, are at most X.
  @Test(arguments: walks)
  func `duplicates stay within the binomial bound of the space`(name: String) throws {
    let family = try #require(Families.named(name))
    var contents: [Int: [String: Int]] = [:]
    for seed in 0..<100 {
      for index in 0..<500 {
        let level = 1 + index % 10
        // Posed alone: the problem is what may repeat, and its solution costs more.
        let address = DrawAddress(family, level: level, seed: Seed(UInt64(seed)), index: index)
        var stream = address.stream(attempt: 0, .pose)
        let posed = family.pose(at: try family.difficulty(level: level), using: &stream)
        contents[level, default: [:]][posed.canonical, default: 0] += 1
        if index == 0 {
          let record = try draw(family, level: level, seed: Seed(UInt64(seed)), index: index)
          #expect(record.content == SHA256.hash(posed.canonical).hex)
        }
      }
    }
    for level in 1...10 {
      let counts = try #require(contents[level]).values
      let n = Double(counts.reduce(0, +))
      let pairs = Double(counts.reduce(0) { $0 + $1 * ($1 - 1) / 2 })
      let repeated = n - Double(counts.count)
      let space = family.space(level: level)
      let (c, h) = (space.collision, space.heaviest)
      let mean = n * (n - 1) / 2 * c
      let sigma = (mean + n * (n - 1) * (n - 2) * c * max(0, h - c)).squareRoot()
      let text = "\(name) level \(level): \(pairs) equal pairs, mean \(mean), sigma \(sigma)"
      // A pair where P(X >= 1) <= m is above 1/1000 is no surprise in so many levels.
      #expect(pairs <= max(mean + 5 * sigma, mean > 1e-3 ? 1 : 0), "\(text)")
      if space.collisionIsExact { #expect(pairs >= mean - 5 * sigma, "\(text)") }
      #expect(repeated <= pairs)
      if let problems = Int(space.problems) { #expect(counts.count <= problems) }
    }
  }
}

/// A verifier whose verdicts are changed.
private struct Changed: Verifier {
  var real: any Verifier
  var change: @Sendable ([UInt8], [UInt8], Verdict) -> Verdict

  init(
    _ real: any Verifier, change: @escaping @Sendable ([UInt8], [UInt8], Verdict) -> Verdict
  ) {
    self.real = real
    self.change = change
  }

  var family: String { real.family }
  var version: Int { real.version }
  var checks: String { real.checks }
  var grammar: String { real.grammar }
  var example: (problem: String, solution: String) { real.example }

  func verify(problem: Span<UInt8>, solution: Span<UInt8>) -> Verdict {
    let (problem, solution) = (
      problem.indices.map { problem[$0] }, solution.indices.map { solution[$0] }
    )
    return change(problem, solution, real.verify(problem: problem, solution: solution))
  }
}
