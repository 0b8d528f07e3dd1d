import Files
import Foundation
import Pipeline
import Testing

struct `The expansion of rounds` {
  private static func text(_ rounds: String, more: String = "") -> String {
    """
    pipeline: q
    seed: 42
    stages:
      - {name: problems, kind: generate, with: {count: 100}}
      - {name: held, kind: generate, with: {count: 10}}
      - {name: base, kind: train, from: [problems], with: {steps: 30}}
      - {name: teacher, kind: train, from: [problems], with: {steps: 30}}
    \(more)
    rounds: \(rounds)
    """
  }

  private static func plan(_ rounds: String, _ overrides: [String] = [], more: String = "") throws
    -> Plan
  {
    try Scene.plan(text(rounds, more: more), overrides, types: words)
  }

  private func lines(_ plan: Plan) -> [String] {
    plan.stages.filter { $0.addedBy?.hasPrefix("rounds") == true }.map { stage in
      "\(stage.name) \(stage.kind) [\(stage.from.joined(separator: " "))] "
        + JSON.object(stage.with).text
    }
  }

  private func seed(_ plan: Plan, _ stage: String) -> Int {
    plan[stage]?.with["seed"]?.intValue ?? -1
  }

  @Test func `makes exactly these stages`() throws {
    let plan = try Self.plan(
      "{count: 2, problems: problems, teacher: teacher, start: base, validation: held, "
        + "sample: {count: 7, temperature: 1}, label: {encoding: full}, distil: {steps: 5, batch: 2}}"
    )
    let (one, two) = (seed(plan, "rounds-1"), seed(plan, "rounds-2"))
    #expect(one >= 0 && two >= 0 && one != two)
    #expect(
      lines(plan) == [
        #"rounds-1-texts sample [problems base] {"count":7,"temperature":1,"seed":\#(one)}"#,
        #"rounds-1-labels label [rounds-1-texts teacher] {"encoding":"full"}"#,
        #"rounds-1 distil [rounds-1-labels rounds-1-order held base] {"steps":5,"batch":2,"seed":\#(one),"model":{"from":"base"}}"#,
        #"rounds-2-texts sample [problems rounds-1] {"count":7,"temperature":1,"seed":\#(two),"skip":7}"#,
        #"rounds-2-labels label [rounds-2-texts teacher] {"encoding":"full"}"#,
        #"rounds-2 distil [rounds-2-labels rounds-2-order held rounds-1] {"steps":5,"batch":2,"seed":\#(two),"model":{"from":"rounds-1"}}"#,
      ])
    let order = try #require(plan["rounds-2-order"])
    #expect(order.with["steps"] == 5 && order.with["seed"]?.intValue == two)
  }

  @Test func `take texts that no verifier vouches for where all are kept`() throws {
    let plan = try Self.plan(
      "{count: 1, problems: problems, teacher: teacher, start: base, sample: {keep: all}, "
        + "distil: {steps: 5, unverified: false}}")
    #expect(plan["rounds-1-labels"]?.with["unverified"] == true)
    #expect(plan["rounds-1"]?.with["unverified"] == false)
    let own = try Self.plan(
      "{count: 1, problems: problems, teacher: teacher, start: base, texts: set, distil: {steps: 5}}"
    )
    #expect(own["rounds-1-labels"]?.with["unverified"] == nil)
  }

  /// Each generation learns from the one before it, from weights of its own (Furlanello et al.
  /// 2018).
  @Test func `makes born-again networks of a set's own traces`() throws {
    let plan = try Self.plan(
      "{name: again, count: 2, problems: problems, start: base, texts: set, weights: fresh, "
        + "distil: {steps: 5, model: {hidden_size: 8}}}")
    #expect(
      lines(plan).map { $0.components(separatedBy: " {")[0] } == [
        "again-1-labels label [problems base]", "again-1 distil [again-1-labels again-1-order]",
        "again-2-labels label [problems again-1]", "again-2 distil [again-2-labels again-2-order]",
      ])
    #expect(plan["again-2"]?.with["model"] == ["hidden_size": 8])
  }

  @Test func `lets the teacher write, and the same problems be asked again`() throws {
    let plan = try Self.plan(
      "{count: 2, problems: problems, teacher: teacher, start: base, texts: teacher, "
        + "new_problems: false, sample: {count: 3}, distil: {steps: 5}}")
    #expect(plan["rounds-2-texts"]?.from == ["problems", "teacher"])
    #expect(plan["rounds-2-texts"]?.with["skip"] == nil)
    // All problems in every round, where no number is given.
    let all = try Self.plan(
      "{count: 2, problems: problems, teacher: teacher, start: base, distil: {steps: 5}}")
    #expect(all["rounds-2-texts"]?.with["skip"] == nil)
  }

  @Test func `may be several, one beginning where another ended, and feed other stages`() throws {
    let plan = try Self.plan(
      """

        - {name: one, count: 2, problems: problems, teacher: teacher, start: base, distil: {steps: 5}}
        - {name: two, count: 1, problems: problems, teacher: teacher, start: one-2, distil: {steps: 5}}
      """, more: "  - {name: exam, kind: evaluate, from: [two-1, held]}\n")
    #expect(plan["two-1-texts"]?.from == ["problems", "one-2"])
    #expect(plan["exam"]?.from == ["two-1", "held"])
  }

  @Test func `is changed from the command line`() throws {
    let block = "{count: 1, problems: problems, teacher: teacher, start: base, distil: {steps: 5}}"
    #expect(try Self.plan(block, ["rounds.count=3"])["rounds-3"] != nil)
    #expect(try Self.plan(block, ["rounds.distil.steps=9"])["rounds-1"]?.with["steps"] == 9)
    let error = #expect(throws: PipelineError.self) {
      try Scene.plan(
        "pipeline: p\nstages:\n  - {name: a, kind: numbers}\n", ["rounds.count=3"])
    }
    #expect(error?.description.contains("has no rounds") == true)
  }

  @Test(arguments: [
    ("{problems: problems, start: base}", "rounds: count:"),
    ("{count: 0, problems: problems, start: base}", "from 1 to 1000"),
    ("{count: 1, start: base}", "problems is missing"),
    ("{count: 1, problems: problems}", "start is missing"),
    ("{count: 1, problems: problem, start: base, distil: {steps: 1}}", "did you mean problems"),
    ("{count: 1, problems: base, start: base, distil: {steps: 1}}", "makes no set"),
    ("{count: 1, problems: problems, start: problems, distil: {steps: 1}}", "makes no model"),
    ("{count: 1, problems: problems, start: base, teacher: x, distil: {steps: 1}}", "no stage x"),
    ("{count: 1, problems: problems, start: base, texts: both}", "student, teacher, set"),
    ("{count: 1, problems: problems, start: base, weights: old}", "previous, fresh"),
    ("{count: 1, problems: problems, start: base, weights: fresh}", "the shape"),
    (
      "{count: 1, problems: problems, start: base, distil: {model: {hidden_size: 4}}}",
      "weights: fresh"
    ),
    ("{count: 1, problems: problems, start: base, distil: {seed: 4}}", "leave it out"),
    ("{count: 1, problems: problems, start: base, sample: {skip: 4}}", "leave it out"),
    (
      "{count: 1, problems: problems, start: base, texts: set, sample: {count: 4}}", "nobody writes"
    ),
    ("{count: 1, problems: problems, start: base, new_problems: true}", "needs sample"),
    ("{count: 1, problems: problems, start: base, sampel: {count: 4}}", "did you mean sample"),
    ("[]", "a mapping"), ("3", "a mapping"),
    ("{count: 1, problems: problems, start: base, label: 3}", "a mapping of settings"),
    ("{name: a/b, count: 1, problems: problems, start: base}", "expected a name"),
    (
      "{name: base, count: 1, problems: problems, start: base, distil: {stepz: 1}}",
      "stepz: unknown key"
    ),
  ])
  func `refuses what cannot be meant, in words`(rounds: String, words: String) {
    let error = #expect(throws: PipelineError.self) { try Self.plan(rounds) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func `refuses a name that is taken`() {
    for more in ["  - {name: rounds-1, kind: generate}\n"] {
      let error = #expect(throws: PipelineError.self) {
        try Self.plan("{count: 1, problems: problems, start: base, distil: {steps: 1}}", more: more)
      }
      #expect(error?.description.contains("two stages are called rounds-1") == true)
    }
  }
}
