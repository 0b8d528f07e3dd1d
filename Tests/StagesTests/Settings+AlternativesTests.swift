import Files
import Stages
import Testing

struct `One alternative out of several` {
  /// A colour with settings of its own, read under the key `paint`.
  private static func paint(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> String {
    try settings.alternative(
      "paint", among: ["red", "green", "clear"], default: "red",
      alias: Settings.Alias("coat", ["red", "clear"]), "what is put on"
    ) { name, inner throws(ConfigurationError) -> String in
      if name == "clear" { return name }
      let shade = try inner.double("shade", default: 0.5, in: 0...1, "how dark")
      if name == "red" { return "\(name) \(shade)" }
      return try "\(name) \(shade) \(inner.int("coats", default: 1, in: 1...9, "how often"))"
    }
  }

  private func read(_ object: JSONObject) -> (found: String, resolved: String) {
    var settings = Settings(object)
    do {
      let found = try Self.paint(&settings)
      try settings.finish()
      return (found, JSON.object(settings.resolved).text)
    } catch {
      return ("\(error)", "")
    }
  }

  /// However it is written, the stage key sees one thing.
  @Test func `is a name, a block, or a name with its settings beside it`() {
    let whole = #"{"paint":{"name":"green","shade":0.25,"coats":2}}"#
    for object in [
      ["paint": ["name": "green", "shade": 0.25, "coats": 2]],
      ["paint": "green", "shade": 0.25, "coats": 2],
      ["paint": ["name": "green", "coats": 2], "shade": 0.25],
    ] as [JSONObject] {
      #expect(read(object).found == "green 0.25 2")
      #expect(read(object).resolved == whole)
    }
  }

  @Test func `is the default where none is named`() {
    let red = #"{"paint":{"name":"red","shade":0.5}}"#
    for object in [
      [:], ["paint": .null], ["paint": [:]], ["paint": ["name": .null]], ["coat": "red"],
    ] as [JSONObject] { #expect(read(object).resolved == red, "\(object)") }
    #expect(read(["shade": 1]).found == "red 1.0")
    #expect(read(["coat": "clear"]).resolved == #"{"paint":{"name":"clear"}}"#)
  }

  @Test func `is refused where it is unknown, said twice, or given what it does not know`() {
    for (object, words) in [
      (
        ["paint": "gren"],
        "paint: expected one of red, green, clear, found gren -- did you mean green?"
      ),
      (["paint": 3], "paint: expected a name or a block"),
      (["paint": ["name": 3]], "paint: expected a name"),
      (["paint": "clear", "shade": 0.5], "shade: unknown key"),
      (["paint": "red", "coats": 2], "coats: unknown key"),
      (["paint": ["name": "red", "coats": 2]], "paint.coats: unknown key"),
      (["paint": ["shade": 0.5], "shade": 0.5], "shade: is given twice"),
      (["paint": "red", "coat": "red"], "coat: says what paint says"),
      (["coat": "green"], "coat: expected one of red, clear"),
      (["paint": ["shade": 2]], "paint.shade: expected a number from 0.0 to 1.0"),
      // Where it is written, not where it belongs.
      (["shade": 2], "shade: expected a number from 0.0 to 1.0"),
    ] as [(JSONObject, String)] {
      #expect(read(object).found.hasPrefix(words), "\(read(object).found)")
    }
  }

  /// What documentation is made from: every alternative's settings, whichever is the default.
  @Test func `declares the settings of all`() throws {
    var settings = Settings(describing: .plain)
    #expect(try Self.paint(&settings) == "red 0.5")
    let lines = settings.declared.map { "\($0.name) (\($0.typeName)): \($0.meaningInFull)" }
    #expect(
      lines == [
        "paint (name or block): what is put on",
        "paint.name (choice): which one, in a block with its settings",
        "paint.shade (number): how dark; only with paint: red",
        "paint.shade (number): how dark; only with paint: green",
        "paint.coats (integer): how often; only with paint: green",
        "shade (number): the same as paint.shade; only with paint: red or green",
        "coats (integer): the same as paint.coats; only with paint: green",
        "coat (choice): another word for paint; only without paint",
      ])
  }
}
