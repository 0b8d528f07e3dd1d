import Files
import Stages
import Testing

private enum Colour: String, CaseIterable { case red, green }

/// Reads a setting of each type, one block, one mapping of names, and a file it must not open.
private struct Reading: Stage {
  static let kind = "reading"
  static let codeVersion = 1
  static let about = "reads"
  static let needs = [StageNeed(.set, "what is read")]
  static let makes: [StageProduct] = [.model]

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    guard inputs.map(\.kind) == ["drawing"] else {
      throw StageError.inputs(stage: Self.kind, expected: "a set", found: inputs.map(\.kind))
    }
    let path = try settings.location("path", "a file", "where it lies")
    let steps = try settings.int("steps", in: 1...1000, "rounds")
    _ = try settings.int(
      "warmup", default: steps / 10, in: 0...steps, "first rounds",
      .init(default: "steps / 10", to: "steps"))
    _ = try settings.optionalInt("count", in: 1...Int.max, "records; none: all")
    _ = try settings.double("rate", default: 0.5, in: 0...1, "speed")
    _ = try settings.choice("colour", default: Colour.red, "paint")
    _ = try settings.when("colour", is: "green") { settings throws(ConfigurationError) in
      try settings.double("shade", default: 0, in: 0...1, "how green")
    }
    _ = try settings.block("model") { block throws(ConfigurationError) in
      try block.bool("tied", default: true, "one matrix")
    }
    let names = settings.takeRaw(
      "families", .names(["a", "b"]), default: .required, "which", example: ["a": [:]])
    for member in names?.objectValue?.members ?? [] {
      _ = try settings.entry("families", member.key, as: "<family>", [:]) {
        inner throws(ConfigurationError) in try inner.int("level", default: 1, "how hard")
      }
    }
    _ = try settings.seed()
    try settings.endOfReading()
    _ = try readFile(path)
  }

  func run(_ context: StageContext) throws -> StageResult { StageResult(files: [], summary: "") }
}

private struct Drawing: Stage {
  static let kind = "drawing"
  static let codeVersion = 1
  static let about = "draws"
  static let makes: [StageProduct] = [.set]
  init(_ settings: inout Settings, inputs: [StageInput]) throws {}
  func run(_ context: StageContext) throws -> StageResult { StageResult(files: [], summary: "") }
}

struct `The settings that a stage declares` {
  /// Whatever `init` asks for is declared, in that order, and no file is opened for it.
  @Test func `are those that it reads`() throws {
    let declared = try Reading.declaredSettings(among: [Reading.self, Drawing.self])
    #expect(
      declared.map(\.name) == [
        "path", "steps", "warmup", "count", "rate", "colour", "shade", "model.tied", "families",
        "families.<family>.level", "seed",
      ])
    #expect(
      declared.filter { $0.fallback == .required }.map(\.name) == ["path", "steps", "families"])
    #expect(declared.filter(\.dependsOnOthers).map(\.name) == ["warmup", "seed"])
    #expect(declared[6].condition == .setting("colour", is: "green"))
    #expect(
      declared[2].json.text
        == #"{"name":"warmup","type":"integer","required":false,"default":"steps / 10","#
        + #""bounds":{"min":0,"max":"steps"},"meaning":"first rounds"}"#)
    #expect(
      declared[5].json.text
        == #"{"name":"colour","type":"choice","required":false,"default":"red","#
        + #""bounds":["red","green"],"meaning":"paint"}"#)
    #expect(declared[3].boundsText == "at least 1" && declared[3].defaultText == "none")
  }

  @Test func `are the same whatever others hold`() throws {
    for placeholders in [Settings.Placeholders.shifted, .requiredShifted] {
      #expect(
        try Reading.declaredSettings(
          among: [Reading.self, Drawing.self], placeholders: placeholders)
          == Reading.declaredSettings(among: [Reading.self, Drawing.self]))
    }
  }

  /// A key that another one makes known is an unknown key elsewhere.
  @Test func `are known where their condition holds`() throws {
    func shade(_ object: JSONObject) throws -> Double? {
      var settings = Settings(object)
      _ = try settings.choice("colour", default: Colour.red, "paint")
      let shade = try settings.when("colour", is: "green") { settings throws(ConfigurationError) in
        try settings.double("shade", default: 0, in: 0...1, "how green")
      }
      try settings.finish()
      return shade
    }
    #expect(try shade(["colour": "green", "shade": 1]) == 1)
    #expect(try shade(["colour": "red"]) == nil)
    #expect(throws: ConfigurationError.self) { try shade(["colour": "red", "shade": 1]) }
  }
}
