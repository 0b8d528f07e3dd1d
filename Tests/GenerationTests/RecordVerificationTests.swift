import Files
import Generation
import Records
import Testing

struct `The verification of a record` {
  static let good =
    #"{"family":"sum-reduce","problem":"9+8+2+5","solution":"7+2+5\n7+7\n4\nAnswer: 4"}"#

  static func verdict(_ text: String) -> RecordVerdict {
    RecordVerification.verdict(ofLine: 7, Array(text.utf8))
  }

  @Test func `needs only family, problem and solution`() {
    let verdict = Self.verdict(Self.good)
    #expect(verdict.outcome == .accepted)
    #expect(verdict.answer == "4")
  }

  @Test func `names the first bad line`() {
    let verdict = Self.verdict(Self.good.replacing("7+7", with: "7+6"))
    #expect(verdict.outcome == .rejected)
    #expect(verdict.step == 2)
    #expect(verdict.text.hasPrefix("line 7: sum-reduce: rejected: step 2: "))
  }

  @Test func `refuses an answer that is not the trace's`() {
    let verdict = Self.verdict(
      Self.good.replacing("\"family\"", with: "\"answer\":\"5\",\"family\""))
    #expect(verdict.outcome == .rejected)
    #expect(verdict.step == 4)
    for (text, kind) in [
      ("4", "an integer, 4"), ("4.0", "a number, 4"), ("[\"4\"]", "an array, ["),
    ] {
      let other = Self.verdict(
        Self.good.replacing("\"family\"", with: "\"answer\":\(text),\"family\""))
      #expect(other.outcome == .rejected)
      #expect(
        other.reason?.contains("is the string \"4\", the record's is \(kind)") == true,
        "\(other.reason ?? "")")
    }
  }

  @Test(arguments: [
    "", "nonsense", "[]", "{}", #"{"family":"sum-reduce","problem":"1+1"}"#,
    #"{"family":"no-such","problem":"","solution":""}"#,
    #"{"family":"sum-reduce","problem":1,"solution":""}"#,
  ])
  func `calls what is no record an error, with its line`(text: String) {
    let verdict = Self.verdict(text)
    #expect(verdict.outcome == .error)
    #expect(verdict.json["line"] == 7)
    #expect(verdict.json["verdict"] == "error")
  }

  @Test func `leaves a free prompt unchecked`() {
    let text = #"{"family":"prompt","problem":"Hi","solution":"Hello"}"#
    #expect(Self.verdict(text).outcome == .unchecked)
  }

  /// What a chat model wrote is judged by its answer only where the record claims no more.
  @Test func `judges by the answer alone where the checker's level says so`() {
    func outcome(_ family: String, _ text: String, _ level: String) -> RecordVerdict {
      Self.verdict(
        #"{"family":"\#(family)","problem":"What is 17 + 26?","solution":"\#(text)","#
          + #""checker":{"name":"x","version":1,"verdict":"accepted","level":"\#(level)"}}"#)
    }
    #expect(outcome("worded-sum", "17 + 26 = 43.", "answer").outcome == .accepted)
    #expect(outcome("worded-sum", "17 + 26 = 43.", "answer").answer == "43")
    #expect(outcome("worded-sum", "17 + 26 = 43.", "steps").outcome == .rejected)
    #expect(outcome("worded-sum", "17+26=43\\nAnswer: 43", "steps").outcome == .accepted)
    let wrong = outcome("worded-sum", "So,\\nthe answer is 34.", "answer")
    #expect(wrong.outcome == .rejected && wrong.step == 2)
    #expect(outcome("worded-sum", "43 or 44", "answer").outcome == .rejected)
    // A record that claims no more has its steps passed over, and its answer held to the problem.
    let sum = Self.good.replacing(
      "\"family\"", with: #""checker":{"level":"answer"},"family""#)
    #expect(Self.verdict(sum).outcome == .accepted)
    #expect(Self.verdict(sum.replacing("7+7", with: "7+6")).outcome == .accepted)
    #expect(Self.verdict(sum.replacing("Answer: ", with: "Answer: 1")).outcome == .rejected)
  }

  @Test func `names a byte order mark, and control characters only as text`() {
    let marked = Self.verdict("\u{FEFF}" + Self.good)
    #expect(marked.outcome == .error && marked.reason?.contains("byte order mark") == true)
    let id = Self.verdict(
      #"{"id":"a\u001b[31mred\n\u007f","family":"sum-reduce","problem":"1+1","solution":""}"#)
    #expect(
      id.text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && id.text.contains("a\\u001b[31mred"),
      "\(id.text)")
    let long = Self.verdict(
      #"{"id":"\#(String(repeating: "x", count: 100_000))","family":"sum-reduce","problem":"","solution":""}"#
    )
    #expect(long.text.utf8.count < 600)
  }

  @Test func `prints its keys in the order of the format`() {
    #expect(
      Self.verdict(Self.good).json.objectValue?.keys
        == ["id", "family", "verdict", "step", "reason", "answer"])
  }
}
