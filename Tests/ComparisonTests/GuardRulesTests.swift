import Comparison
import Files
import Scores
import Testing

/// Each rule alone, on facts that are changed by hand: what a fixture on disk does not reach.
struct `The rules of a fair comparison` {
  private static let facts: Facts = {
    let fixture = Fixture()
    defer { fixture.remove() }
    do {
      return try Report(json: readFile(fixture.run() + "/report.json")).facts
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  /// The checks of the changed facts that have a name.
  private func checks(
    _ name: String, _ change: (inout Compared) -> Void
  ) -> [Check] {
    var facts = Self.facts
    change(&facts.comparisons[0])
    return Guards.checks(facts).filter { $0.name == name }
  }

  @Test func `every check names its comparison`() {
    let checks = Guards.checks(Self.facts)
    #expect(!checks.isEmpty && checks.allSatisfy { $0.comparison == "n1000" })
  }

  @Test func `one seed is a single run, six allow an exact test`() {
    func seeds(_ count: Int) -> [Check] {
      checks("seeds") { compared in
        let runs = compared.runs(of: "scratch")
        compared.seeds = Array(1...count)
        compared.runs = compared.seeds.map { seed in
          var run = runs[0]
          run.seed = seed
          run.model?.initialWeights = "weights \(seed)"
          return run
        }
      }
    }
    #expect(seeds(1).map(\.text) == ["single run: no claim about the method"])
    #expect(seeds(5).count == 1 && seeds(5)[0].text.contains("5 seeds allow no exact test"))
    #expect(seeds(6).isEmpty)
  }

  /// Arms of one seed share their tokens; seeds may differ, as their orders do.
  @Test func `tokens are compared within a seed`() {
    let differing = checks("training tokens") { compared in
      for i in compared.runs.indices {
        let seed = compared.runs[i].seed
        compared.runs[i].model?.tokens = 100 * seed
      }
    }
    #expect(differing.map(\.state) == [.holds])
    let unequal = checks("training tokens") { $0.runs[0].model?.tokens += 1 }
    #expect(unequal.map(\.state) == [.refused])
    #expect(unequal[0].text.contains("seed 1"))
  }

  @Test func `steps are compared across all runs`() {
    let unequal = checks("steps") { compared in
      for i in compared.runs.indices {
        let seed = compared.runs[i].seed
        compared.runs[i].model?.steps = 100 * seed
      }
    }
    #expect(unequal.map(\.state) == [.refused])
    #expect(unequal[0].text.contains("100") && unequal[0].text.contains("200"))
    #expect(
      checks("steps") { compared in
        for i in compared.runs.indices { compared.runs[i].model = nil }
      }.map(\.text) == ["no finished training"])
  }

  @Test func `a missing run is told with its reason`() {
    let missing = checks("missing run") { $0.runs[1].missing = "its training failed" }
    #expect(missing.map(\.state) == [.flag])
    #expect(missing[0].text.hasPrefix("scratch seed 2: its training failed"))
    #expect(checks("missing run") { _ in }.isEmpty)
  }

  @Test func `a tokenizer that no manifest names is a flag`() {
    let silent = checks("tokenizer") { $0.runs[0].model?.tokenizer = nil }
    #expect(silent.map(\.state) == [.flag])
    #expect(silent[0].text == "not recorded by n1000-scratch-s1")
    let alone = checks("tokenizer") { compared in
      compared.runs = [compared.runs[0]]
      compared.labels = []
      compared.teacher = nil
    }
    #expect(alone.map(\.text) == ["nothing to compare"])
  }

  @Test func `yardsticks that are missing are flags`() {
    #expect(checks("teacher") { $0.teacherEvaluation = nil }.map(\.state) == [.flag])
    #expect(checks("teacher") { _ in }.isEmpty)
    let blind = checks("oracle") { compared in
      compared.teacherEvaluation?.hasOracle = false
      for i in compared.runs.indices { compared.runs[i].final?.hasOracle = false }
    }
    #expect(blind.map(\.state) == [.flag])
    #expect(checks("oracle") { _ in }.isEmpty)
  }

  /// Under 200 items a share has an interval of over 14 points.
  @Test func `few items in a level are a flag`() {
    func sized(_ items: Int) -> [Check] {
      checks("test size") { compared in
        for run in compared.runs.indices {
          for i in (compared.runs[run].final?.tallies ?? []).indices {
            compared.runs[run].final?.tallies[i].items = items
          }
        }
      }
    }
    #expect(sized(200).isEmpty)
    #expect(sized(199).count == 1 && sized(199)[0].text.contains("199"))
  }

  /// Where all fail or all succeed, accuracy separates nothing.
  @Test func `accuracy at its floor or ceiling is a flag`() {
    func answered(_ share: (Int) -> Int) -> [Check] {
      checks("accuracy range") { compared in
        for run in compared.runs.indices {
          for i in (compared.runs[run].final?.tallies ?? []).indices {
            let written = compared.runs[run].final?.tallies[i].written ?? 0
            compared.runs[run].final?.tallies[i].rightAnswers = run == 0 ? written : share(written)
          }
        }
      }
    }
    #expect(answered { $0 }.map(\.text).first?.contains("over 95 %") == true)
    #expect(answered { _ in 0 }.isEmpty, "one run that answers all separates")
    let none = checks("accuracy range") { compared in
      for run in compared.runs.indices {
        for i in (compared.runs[run].final?.tallies ?? []).indices {
          compared.runs[run].final?.tallies[i].rightAnswers = 0
        }
      }
    }
    #expect(none.map(\.text).first?.contains("under 5 %") == true)
  }

  @Test func `the first refusal is thrown, flags are not`() throws {
    let flag = Check(name: "a", comparison: nil, state: .flag, text: "x")
    try Guards.enforce([flag])
    let whole = Check(name: "b", comparison: nil, state: .refused, text: "y")
    let one = Check(name: "c", comparison: "n", state: .refused, text: "z")
    #expect(throws: ComparisonError.guardFailed(name: "b", reason: "y")) {
      try Guards.enforce([flag, whole, one])
    }
    #expect(throws: ComparisonError.guardFailed(name: "n: c", reason: "z")) {
      try Guards.enforce([one, whole])
    }
  }
}
