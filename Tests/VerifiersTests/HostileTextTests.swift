import Testing
import Verifiers

struct `Hostile text` {
  static let families = Verifiers.all.map(\.family)

  static let megabyte = 1_000_000

  static func repeated(_ text: String, _ count: Int = megabyte) -> [UInt8] {
    Array(repeatElement(Array(text.utf8), count: count / text.utf8.count).joined())
  }

  static let texts: [[UInt8]] = [
    [], [0], [10], [13], [255], Array(repeating: 0, count: megabyte),
    Array(repeating: 255, count: megabyte), repeated("9"), repeated("1+"), repeated(" "),
    repeated("\n"), repeated("\r\n"), repeated("("), repeated("{"), repeated("A={"), repeated("-"),
    repeated("x"), repeated("3x+"), repeated("a"), repeated("a,"), repeated("A={} "), repeated(";"),
    repeated("\u{FF17}"), repeated("swap A B; "), repeated("subtract 2x: x+5=-7\n"),
    repeated("Answer: 4\n"), repeated("\u{202E}"), repeated("e\u{301}"),
    [0xC0, 0x80, 0xED, 0xA0, 0x80],
    Array("9".utf8) + repeated(" "), repeated(" ") + Array("9".utf8), repeated("1 "),
  ]

  /// Judges and checks what every verdict must be: a rejection in time, with a readable reason.
  private func judge(_ family: String, _ problem: [UInt8], _ solution: [UInt8]) throws {
    let verifier = try #require(Verifiers.named(family))
    var verdict = verifier.verify(problem: [], solution: [])
    // The best of three: a busy machine must not make a linear reader look slow.
    let time = (0..<3).map { _ in
      ContinuousClock().measure { verdict = verifier.verify(problem: problem, solution: solution) }
    }.min()
    #expect(try #require(time) < .milliseconds(100), "\(problem.prefix(40)) \(solution.prefix(40))")
    guard case .rejected(let step, let reason) = verdict else {
      Issue.record("accepted: \(problem.prefix(80)) \(solution.prefix(80))")
      return
    }
    #expect(step >= 0)
    #expect(!reason.isEmpty && reason.utf8.count < 3_000)
    #expect(reason.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "\(reason)")
  }

  @Test(arguments: families)
  func `in place of problem, solution or a line gets a verdict in time`(family: String) throws {
    let verifier = try #require(Verifiers.named(family))
    let problem = Array(verifier.example.problem.utf8)
    let solution = Array(verifier.example.solution.utf8)
    for text in Self.texts {
      // An empty problem is unreadable; a bare newline after a solution is allowed.
      try judge(family, text, solution)
      try judge(family, problem, text)
      if !text.isEmpty && text != [10] && !text.allSatisfy({ $0 == 32 }) {
        try judge(family, problem, solution + text)
        try judge(family, problem, text + solution)
        try judge(family, problem + text, solution)
      }
    }
  }

  @Test func `of spaces alone around a solution means nothing`() throws {
    let spaces = String(repeating: " ", count: Self.megabyte)
    #expect(
      try verdict("sum-reduce", spaces + "7+5", "2\(spaces)\nAnswer:\(spaces)2\(spaces)")
        == .accepted(answer: "2"))
  }

  @Test(arguments: families)
  func `made at random is never accepted`(family: String) throws {
    let verifier = try #require(Verifiers.named(family))
    let problem = Array(verifier.example.problem.utf8)
    let solution = Array(verifier.example.solution.utf8)
    let alphabet = Array("0123456789+-=/x:{},;? \nABCwriteadcub".utf8)
    var generator = TestGenerator(state: 7)
    for round in 0..<20_000 {
      let length = Int.random(in: 0...80, using: &generator)
      let bytes = (0..<length).map { _ in
        round % 2 == 0
          ? UInt8.random(in: .min ... .max, using: &generator)
          : alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      #expect(!verifier.verify(problem: problem, solution: bytes).isAccepted)
      #expect(!verifier.verify(problem: bytes, solution: solution).isAccepted)
      #expect(!verifier.verify(problem: bytes, solution: bytes).isAccepted)
    }
  }
}
