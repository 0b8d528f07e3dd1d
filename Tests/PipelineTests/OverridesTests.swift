import Files
import Pipeline
import Testing

struct `A setting of the command line` {
  private static let text = """
    pipeline: p
    about: prose
    seed: 1
    stages:
      - {name: a, kind: numbers, with: {count: 3}}
      - {name: a.b, kind: numbers}
      - {name: mix, kind: mix, from: [a], with: {model: {size: 4}}}
    """

  private static func settings(_ stage: String, _ overrides: String...) throws -> JSONObject {
    let plan = try Scene.plan(text, overrides)
    return try #require(plan[stage]).resolved
  }

  private static func fault(_ override: String) -> String {
    do {
      _ = try Scene.plan(text, [override])
      return "no fault"
    } catch {
      return "\(error)"
    }
  }

  @Test func `changes one setting and leaves the others`() throws {
    #expect(try Self.settings("a", "a.count=5")["count"] == 5)
    #expect(try Self.settings("mix", "mix.steps=7")["model"] == ["size": 4])
    #expect(try Self.settings("mix", "mix.model.size=8")["steps"] == 4)
    #expect(try Self.settings("mix", "stages.mix.steps=9")["steps"] == 9)
  }

  @Test func `makes a block that the file does not have`() throws {
    #expect(try Self.settings("a.b", "a.b.count=6")["count"] == 6)
  }

  /// `a.b.count`: the stage is `a.b`, not `a` with a setting `b`.
  @Test func `means the longest name that fits`() throws {
    #expect(try Self.settings("a", "a.b.count=6")["count"] == 3)
  }

  @Test func `given twice holds as it was given last`() throws {
    #expect(try Self.settings("a", "a.count=5", "a.count=6")["count"] == 6)
  }

  @Test func `reaches the pipeline's own keys`() throws {
    let plan = try Scene.plan(Self.text, ["seed=9", "about=other words"])
    #expect(plan.seed == 9 && plan.about == "other words")
    #expect(plan["a"]?.resolved["seed"] == 9)
  }

  @Test func `takes values as a file has them`() throws {
    #expect(try Self.settings("mix", "mix.model={size: 16}")["model"] == ["size": 16])
    // A word is no number, however it looks on the command line.
    #expect(Self.fault("a.count='5'").contains("integer"))
  }

  /// A slip must not pass for a setting that does nothing.
  @Test(arguments: [
    ("a.count", "found no '='"), ("=5", "words with dots between"),
    ("a..count=5", "words with dots"),
    ("b.count=5", "no stage b"), ("mixx.steps=5", "did you mean mix?"), ("a=5", "STAGE.SETTING"),
    ("seed.x=5", "no settings inside"), ("stages=5", "expected the name of a stage"),
    ("stages.a=5", "expected STAGE.SETTING=value"), ("compare.seeds=2", "compares nothing"),
    ("a.count.more=5", "single value"), ("a.counts=5", "counts"), ("a.count=[", "--set"),
  ])
  func `that does not fit is refused with a reason`(_ override: String, _ reason: String) {
    let fault = Self.fault(override)
    #expect(fault.contains(reason), "\(fault)")
  }
}
