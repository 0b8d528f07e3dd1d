import Files
import Records
import Testing

struct `A record of a free prompt` {
  static let prompt = Record(prompt: "Why is the sky blue?")
  static let answered = Record(
    prompt: "Why is the sky blue?", solution: "Air scatters\nblue light most.",
    origin: .teacher("abc"))

  @Test func `claims nothing that nobody has judged`() {
    #expect(Self.prompt.family == "prompt")
    #expect(Self.prompt.level == 0)
    #expect(Self.prompt.answer == nil)
    #expect(Self.prompt.checker == nil)
    #expect(Self.prompt.knobs.members.isEmpty)
    #expect(Self.prompt.steps == 0)
    #expect(Self.prompt.content == SHA256.hash("Why is the sky blue?").hex)
  }

  @Test func `reads back from its own line, alone and answered`() throws {
    #expect(try Record(line: Self.prompt.line) == Self.prompt)
    #expect(try Record(line: Self.answered.line) == Self.answered)
    #expect(Self.prompt.content == Self.answered.content)
    #expect(Self.prompt.id != Self.answered.id)
  }

  /// An unjudged text that says more of itself than can be known would pass for a checked one.
  @Test(arguments: [
    ("level", "3"), ("knobs", #"{"terms":3}"#), ("knobs", #"{"masked":[]}"#),
    ("knobs", #"{"masked":[[0,99]]}"#), ("knobs", #"{"masked":[[4,4]]}"#),
    ("knobs", #"{"masked":[[0,4]],"terms":3}"#), ("answer", #""blue""#),
    ("origin", #""reference""#),
    ("checker", #"{"name":"prompt","version":1,"verdict":"accepted","level":"answer"}"#),
  ])
  func `that claims a judgement is refused`(key: String, value: String) throws {
    var object = Self.answered.json.objectValue ?? [:]
    object[key] = try JSON.parse(Array(value.utf8))
    let error = #expect(throws: RecordError.self) { try Record(json: .object(object)) }
    #expect(error?.description.contains("\"\(key)\"") == true)
  }

  @Test func `may hold bytes that nothing is learnt from`() throws {
    let record = Record(prompt: "P", solution: "no. yes", masked: [0..<4])
    #expect(record.masked == [0..<4] && record.knobs == ["masked": [[0, 4]]])
    #expect(try Record(line: record.line) == record)
    #expect(Self.answered.masked.isEmpty)
  }

  /// Spans that overlap, run backwards, leave the text or leave nothing of it.
  @Test(arguments: [
    "[[0,3],[2,5]]", "[[4,2]]", "[[5,11]]", "[[-1,2]]", "[[0,10]]", "[[0,5],[5,10]]", "[[1]]",
    "[1,2]", "{}", "[[0.5,2]]", "[[0,0]]",
  ])
  func `refuses spans that are none`(text: String) throws {
    #expect(Record.masked(try JSON.parse(text), of: 10) == nil)
  }

  @Test func `is named by the bytes of its prompt`() {
    let other = SHA256.hash("another").hex
    let record = Record(
      family: "prompt", level: 0, knobs: [:], problem: "Hello", solution: "", answer: nil,
      content: other, origin: .imported, checker: nil)
    let error = #expect(throws: RecordError.self) { try Record(line: record.line) }
    #expect(error?.description.contains("SHA-256 of the problem") == true)
  }

  @Test func `without text is refused`() {
    let record = Record(
      family: "prompt", level: 0, knobs: [:], problem: "", solution: "", answer: nil,
      canonicalProblem: "", origin: .imported, checker: nil)
    #expect(throws: RecordError.self) { try Record(line: record.line) }
  }

  @Test func `alone has level 0`() {
    let record = Record(
      family: "sum-reduce", level: 0, knobs: [:], problem: "1+2", solution: "3\nAnswer: 3",
      answer: "3", canonicalProblem: "1+2", origin: .reference, checker: nil)
    let error = #expect(throws: RecordError.self) { try Record(line: record.line) }
    #expect(error?.description.contains("1 to 10") == true)
  }
}
