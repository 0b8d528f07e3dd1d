import Files
import Pipeline
import Stages
import Testing

/// Its default for `warmup` moves with `steps`, and no words say so.
private struct ToySilent: Stage {
  static let kind = "silent"
  static let codeVersion = 1
  static let about = "silent"

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    let steps = try settings.int("steps", in: 1...1000, "rounds")
    _ = try settings.int("warmup", default: steps / 2, "first rounds")
  }

  func run(_ context: StageContext) throws -> StageResult { StageResult(files: [], summary: "") }
}

struct `The catalogue of stages` {
  @Test func `refuses a stage whose defaults move in silence`() {
    let error = #expect(throws: StageCatalogue.Undeclared.self) {
      try StageCatalogue([ToySilent.self])
    }
    #expect(error?.kind == "silent" && error?.setting == "warmup")
  }

  @Test func `makes a page and a schema of what stages declare`() throws {
    let catalogue = try StageCatalogue([ToyNumbers.self])
    #expect(
      catalogue.markdown.contains("| `count` | integer | 10 | 1 to 1000 | how many |"),
      "\(catalogue.markdown)")
    let properties = catalogue.schema["$defs"]?["numbers"]?["properties"]
    #expect(
      properties?["count"]?.text
        == #"{"type":["integer","null"],"minimum":1,"maximum":1000,"description":"how many","default":10}"#
    )
  }
}
