import Stages
import Testing

struct `The inputs of a stage` {
  static func input(_ name: String, _ makes: [StageProduct]) -> StageInput {
    StageInput(name: name, kind: "k", makes: makes, finished: nil)
  }
  static let set = input("set", [.set])
  static let labels = input("labels", [.set, .labels])
  static let model = input("model", [.model])
  static let needs = [
    StageNeed(.set, "what is learnt"), StageNeed(.model, "the teacher"),
    StageNeed(.set, .any, "held out"),
  ]

  /// Whatever the order in the file, each need gets what holds its product.
  @Test func `are handed out by what each holds`() throws {
    for given in [[Self.set, Self.model, Self.labels], [Self.model, Self.set, Self.labels]] {
      let inputs = try StageInputs(given, for: Self.needs, of: "s")
      #expect(inputs.one(.model).name == "model" && inputs.one(.set).name == "set")
      #expect(inputs.all(.set).map(\.name) == ["set", "labels"])
      #expect(inputs.all(.order).isEmpty)
    }
    #expect(
      try StageInputs([Self.labels, Self.model], for: Self.needs, of: "s").one(.set).name
        == "labels")
  }

  @Test func `are refused where a need is not met, or an input is left`() throws {
    func message(_ given: [StageInput], _ needs: [StageNeed]) -> String {
      let error = #expect(throws: StageError.self) {
        _ = try StageInputs(given, for: needs, of: "s")
      }
      return error?.description ?? ""
    }
    let missing = message([Self.set], Self.needs)
    #expect(missing.contains("a set (what is learnt), a model (the teacher)"))
    #expect(missing.contains("found set (k)"))
    #expect(
      message([Self.set, Self.model, Self.model], Self.needs).contains("model (k), model (k)"))
    #expect(message([Self.set], []).contains("expected as inputs none"))
    #expect(message([], [StageNeed(.labels, "x")]).contains("a label set (x); found none"))
  }
}
