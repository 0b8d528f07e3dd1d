import Testing
import Verifiers

struct `The trace reader` {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `follows expected lines to the answer`() throws {
    var trace = TraceReader(bytes("one\n two\nAnswer: x").span)
    try trace.expect(bytes("one"))
    #expect(try trace.expect(oneOf: [bytes("zwei"), bytes("two")]) == 1)
    #expect(try trace.finish(answer: bytes("x")) == "x")
  }

  @Test func `names missing, empty and extra lines`() throws {
    var short = TraceReader(bytes("one").span)
    try short.expect(bytes("one"))
    let missing = #expect(throws: Rejection.self) { try short.expect(bytes("two")) }
    #expect(missing?.step == 2 && missing?.reason.contains("ends here") == true)

    var empty = TraceReader(bytes(" \none").span)
    let blank = #expect(throws: Rejection.self) { try empty.expect(bytes("one")) }
    #expect(blank?.step == 1 && blank?.reason.contains("empty") == true)

    var long = TraceReader(bytes("Answer: x\n\n").span)
    let extra = #expect(throws: Rejection.self) { try long.finish(answer: bytes("x")) }
    #expect(extra?.step == 2 && extra?.reason.contains("no further line") == true)
  }

  @Test func `points at the byte where the nearest candidate ends to agree`() throws {
    var trace = TraceReader(bytes("aa\na b c").span)
    try trace.expect(bytes("aa"))
    let wrong = #expect(throws: Rejection.self) {
      try trace.expect(oneOf: [bytes("x"), bytes("a b d")])
    }
    #expect(wrong?.reason.hasSuffix("(differs at byte 5 of the line)") == true)
  }
}
