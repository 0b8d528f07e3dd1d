import Files
import Records
import Testing

struct `A record` {
  static let sample = Record(
    family: "sum-reduce", level: 1, knobs: ["terms": 3], problem: "1+2+3",
    solution: "3+3\n6\nAnswer: 6",
    answer: "6", canonicalProblem: "1+2+3", origin: .reference,
    checker: .init(name: "sum-reduce", version: 1, verdict: .accepted, level: .steps))

  @Test func `reads back from its own line`() throws {
    #expect(try Record(line: Self.sample.line) == Self.sample)
    #expect(Self.sample.steps == 2)
  }

  @Test(arguments: ["plain", "a \"b\" \\ c", "\u{7F}\u{1}\u{1F}\t\r\n", "\u{E9}\u{1F600}", ""])
  func `writes the bytes that its JSON has`(text: String) {
    var record = Self.sample
    record.problem = text
    record.solution = text + text
    record.knobs = ["terms": 3, "words": .string(text), "nested": [1, 2.5, .null, true]]
    #expect(record.line == record.json.serialized())
    record.answer = nil
    record.checker = nil
    record.origin = .teacher(text + "x")
    #expect(record.line == record.json.serialized())
  }

  /// The layout of ids is public: other tools join on it.
  @Test func `is named by family, content and solution`() {
    let content = SHA256.hash("1+2+3").hex
    let solution = SHA256.hash("3+3\n6\nAnswer: 6").hex
    #expect(Self.sample.id == "sum-reduce-\(content.prefix(16))-\(solution.prefix(8))")
    #expect(
      Self.sample.json.objectValue?.keys == [
        "id", "family", "level", "knobs", "problem", "solution", "answer", "steps", "origin",
        "content", "split", "checker",
      ])
  }

  @Test(arguments: ["id", "steps", "split"])
  func `whose derived value is wrong is refused`(key: String) {
    var object = Self.sample.json.objectValue ?? [:]
    object[key] = key == "steps" ? 7 : key == "split" ? "validation" : "sum-reduce-0-0"
    if key == "split", Self.sample.split == .validation { object[key] = "test" }
    #expect(throws: RecordError.self) { try Record(json: .object(object)) }
  }

  @Test(arguments: [
    ("{}", "missing"), ("[1]", "array"), ("{\"id\":1,\"id\":2}", "twice"), ("nope", "not JSON"),
  ])
  func `that is none says what is wrong`(line: String, word: String) throws {
    let error = #expect(throws: RecordError.self) { try Record(line: Array(line.utf8)) }
    #expect(error?.description.contains(word) == true)
  }

  @Test func `with an unknown key is refused`() {
    var object = Self.sample.json.objectValue ?? [:]
    object["colour"] = "red"
    #expect(throws: RecordError.unknown(key: "colour")) { try Record(json: .object(object)) }
  }
}
