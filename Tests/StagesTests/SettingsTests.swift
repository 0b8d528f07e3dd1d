import Files
import Stages
import Testing

private enum Colour: String, CaseIterable { case red, green }

struct `The settings of a stage` {
  @Test func `write out defaults in the order of taking`() throws {
    var settings = Settings(["b": 3, "rate": 1, "inner": ["x": true]])
    _ = try settings.int("a", default: 7, "a count")
    _ = try settings.int("b", "another")
    #expect(try settings.double("rate", in: 0...2, "a rate") == 1)
    #expect(try settings.choice("colour", default: Colour.red, "a colour") == .red)
    let x = try settings.block("inner") { inner throws(ConfigurationError) in
      try inner.bool("x", default: false, "a switch")
    }
    #expect(x)
    try settings.finish()
    #expect(
      JSON.object(settings.resolved).text
        == #"{"a":7,"b":3,"rate":1.0,"colour":"red","inner":{"x":true}}"#)
  }

  @Test func `refuse an unknown key and offer the near one`() throws {
    var settings = Settings(["hiden_size": 3])
    _ = try settings.int("hidden_size", default: 1, "width")
    let error = #expect(throws: ConfigurationError.self) { try settings.finish() }
    #expect(error?.description.contains("did you mean hidden_size?") == true)
    #expect(error?.path == ["hiden_size"])
  }

  @Test func `refuse a wrong type, a value out of bounds and a missing one`() {
    func failure(_ object: JSONObject, _ read: (inout Settings) throws -> Void) -> String {
      var settings = Settings(object, path: ["model"])
      do {
        try read(&settings)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure(["n": "3"]) { _ = try $0.int("n", "a count") }
        == "model.n: expected an integer of at least 0, found \"3\"")
    #expect(failure(["n": 3.5]) { _ = try $0.int("n", "a count") }.contains("expected an integer"))
    #expect(failure(["n": 9]) { _ = try $0.int("n", in: 1...8, "a count") }.contains("from 1 to 8"))
    #expect(failure([:]) { _ = try $0.int("n", "a count") } == "model.n: is missing")
    #expect(
      failure(["c": "blue"]) { let _: Colour = try $0.choice("c", "a colour") }.contains(
        "one of red, green"))
    #expect(
      failure(["b": 1]) { _ = try $0.bool("b", default: true, "a switch") }.contains(
        "true or false"))
    #expect(
      failure(["d": true]) { _ = try $0.double("d", in: 0...1, "a share") }.contains("a number"))
  }

  /// An integer given where a number is wanted must give the same key as the number.
  @Test func `resolve 1 and 1.0 alike`() throws {
    var a = Settings(["rate": 1])
    var b = Settings(["rate": 1.0])
    _ = try a.double("rate", in: 0...2, "a rate")
    _ = try b.double("rate", in: 0...2, "a rate")
    #expect(a.resolved == b.resolved)
  }

  @Test func `take the pipeline's seed where none is given`() throws {
    var none = Settings([:], pipelineSeed: 42)
    var own = Settings(["seed": 7], pipelineSeed: 42)
    #expect(try none.seed() == 42)
    #expect(try own.seed() == 7)
  }
}
