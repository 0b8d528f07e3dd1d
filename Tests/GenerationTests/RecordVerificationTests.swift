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
    let number = Self.verdict(Self.good.replacing("\"family\"", with: "\"answer\":4,\"family\""))
    #expect(number.outcome == .rejected)
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

  @Test func `prints its keys in the order of the format`() {
    #expect(
      Self.verdict(Self.good).json.objectValue?.keys
        == ["id", "family", "verdict", "step", "reason", "answer"])
  }
}
