import Files
import Records
import Testing

struct `A record of a conversation` {
  static let turns = [
    Turn(.system, "Be brief."), Turn(.user, "Hello \"there\""), Turn(.assistant, "Hi."),
    Turn(.user, "Why?"), Turn(.assistant, "Because."),
  ]

  @Test func `reads back from its own line with all turns`() throws {
    let record = Record(chat: Self.turns)
    #expect(record.family == "chat" && record.solution == "Because." && record.answer == nil)
    #expect(record.content == SHA256.hash(record.problem).hex)
    let read = try Record(line: record.line)
    #expect(read == record)
    #expect(try read.turns() == Self.turns)
    #expect(record.isFree && !record.isPrompt)
  }

  /// Two chats that differ in an earlier answer are two problems.
  @Test func `is known by all that comes before the last answer`() {
    var other = Self.turns
    other[2].text = "Hello."
    #expect(Record(chat: other).content != Record(chat: Self.turns).content)
    other = Self.turns
    other[4].text = "Who knows."
    #expect(Record(chat: other).content == Record(chat: Self.turns).content)
    #expect(Record(chat: other).id != Record(chat: Self.turns).id)
  }

  @Test(arguments: [
    ([Turn(.user, "a"), Turn(.user, "b"), Turn(.assistant, "c")], "turn 2 is the user's"),
    ([Turn(.assistant, "a")], "turn 1 is the assistant's"),
    ([Turn(.user, "a"), Turn(.assistant, "")], "turn 2, the assistant's, is empty"),
    ([Turn(.user, "a")], "the last turn is not the assistant's"),
    ([Turn(.user, "a"), Turn(.system, "s"), Turn(.assistant, "b")], "turn 2 is the system's"),
    ([], "the last turn is not the assistant's"),
  ])
  func `that is none says why`(turns: [Turn], says: String) {
    #expect(Record.chatFault(turns)?.contains(says) == true)
  }

  /// A line whose problem holds no turns is no chat, whatever its family says.
  @Test(arguments: [
    "Hello", "[]", #"[{"role":"user"}]"#, #"[{"role":"robot","content":"x"}]"#,
    #"[{"role":"user","content":"x","more":1}]"#,
  ])
  func `with other turns is refused`(problem: String) {
    let record = Record(
      family: "chat", level: 0, knobs: [:], problem: problem, solution: "x", answer: nil,
      canonicalProblem: problem, origin: .imported, checker: nil)
    #expect(throws: RecordError.self) { _ = try Record(line: record.line) }
  }
}

struct `A record of a text` {
  @Test func `has no problem, and its parts have the content of the whole`() throws {
    let whole = "One two. Three four."
    let part = Record(text: "One two.", partOf: whole)
    #expect(part.problem.isEmpty && part.family == "text" && part.isFree)
    #expect(part.content == Record(text: whole).content && part.content == SHA256.hash(whole).hex)
    #expect(part.id != Record(text: whole).id)
    #expect(try Record(line: part.line) == part)
  }

  @Test func `that asks something, or says nothing, is refused`() throws {
    var object = Record(text: "x").json.objectValue ?? [:]
    object["problem"] = "why"
    #expect(throws: RecordError.self) { _ = try Record(json: .object(object)) }
    let empty = Record(
      family: "text", level: 0, knobs: [:], problem: "", solution: "", answer: nil,
      canonicalProblem: "x", origin: .imported, checker: nil)
    #expect(throws: RecordError.self) { _ = try Record(line: empty.line) }
  }
}
