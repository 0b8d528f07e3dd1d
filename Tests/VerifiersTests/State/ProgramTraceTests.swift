import Testing
import Verifiers

struct `The program-trace verifier` {
  let family = "program-trace"
  static let problem = "mod 11, a=4, b=7, p=[3,9]: while b>4 max 3 {a=a*b; b=b-2}; p[a]=a; print a"
  static let lines = [
    "7>4 yes", "a=4*7=6", "b=7-2=5", "5>4 yes", "a=6*5=8", "b=5-2=3", "3>4 no", "p[0]=8",
    "Answer: 8",
  ]

  @Test func `accepts the one right trace`() throws {
    let text = Self.lines.joined(separator: "\n")
    #expect(try verdict(family, Self.problem, text) == .accepted(answer: "8"))
    #expect(
      try rejectedStep(family, Self.problem, text.replacing("=", with: " = ")) == nil)
  }

  @Test(arguments: [
    (1, "7>4 no"), (1, "8>4 yes"), (1, "7<4 yes"), (1, "7 yes"), (1, "b>4 yes"), (1, "a=4*7=6"),
    (2, "a=4*7=28"), (2, "a=7*4=6"), (2, "b=4*7=6"), (2, "a=4+7=0"), (2, "a=6"), (2, "c=4*7=6"),
    (2, "a=4*7=06"), (2, "a=4*7"), (2, "p[0]=4*7=6"), (3, "b=7-2=-5"), (3, "b=5"), (5, "a=4*5=9"),
    (7, "3>4 yes"), (7, "p[0]=8"), (8, "p[1]=8"), (8, "p[8]=8"), (8, "p[a]=8"), (8, "p[0]=8=8"),
    (9, "Answer: 6"), (9, "Answer: 08"), (8, "Answer: 8"),
  ])
  func `rejects a wrong line where it stands`(number: Int, line: String) throws {
    var lines = Self.lines
    lines[number - 1] = line
    #expect(try rejectedStep(family, Self.problem, lines.joined(separator: "\n")) == number)
  }

  @Test(arguments: [
    "", "mod 5: print a", "mod 1, a=0: a=a+1; print a", "mod 98, a=0: a=a+1; print a",
    "mod 5, a=5: a=a+1; print a", "mod 5, a=1: a=a+5; print a", "mod 5, a=1: b=a+1; print a",
    "mod 5, a=1: a=a+1; print b", "mod 5, b=1, a=1: a=a+1; print a", "mod 5, a=1: print a",
    "mod 5, a=1: a=p[0]; print a", "mod 5, a=1, p=[1]: a=p[1]; print a",
    "mod 5, a=1, p=[]: a=a+1; print a", "mod 5, a=1, p=[1], b=1: a=a+1; print a",
    "mod 5, a=1, p=[1,1,1,1,1,1,1,1,1]: a=a+1; print a",
    "mod 5, a=1: while a>1 max 0 {a=a+1}; print a", "mod 5, a=1: while a>1 max 10 {a=a+1}; print a",
    "mod 5, a=1: while a>1 {a=a+1}; print a", "mod 5, a=1: if a>1 {}; print a",
    "mod 5, a=1: if a>1 {a=a+1} {a=a+2}; print a", "mod 5, a=1: if a>1 {a=a+1}} ; print a",
    "mod 5, a=1: 1=a; print a", "mod 5, a=01: a=a+1; print a", "mod 5, a=1: a=a+1; print a; a=1",
    "mod 5, a=1: if a>1 {if a>1 {if a>1 {a=a+1}}}; print a", "mod 5, a=1: a=a/1; print a",
    "mod 5, a=1: \(String(repeating: "a=a+1; ", count: 33))print a",
    "mod 5, p=[1]: p[0]=1; print p",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  /// Numbers that no right line has must not overflow where later lines use them.
  @Test func `goes on from a granted line`() throws {
    let verifier = try #require(Verifiers.named(family))
    func granted(_ problem: String, _ solution: String) -> Bool? {
      verifier.verify(
        problem: Array(problem.utf8), solution: Array(solution.utf8), granting: 1)?.isAccepted
    }
    let square = "mod 97, a=4: a=a+1; a=a*a; print a"
    #expect(granted(square, "a=4+1=9999\na=9999*9999=64\nAnswer: 64") == true)
    #expect(granted(square, "a=4+1=9999\na=9999*9999=65\nAnswer: 65") == false)
    #expect(granted(square, "a=4+1=99999\na=1*1=1\nAnswer: 1") == false)
    let element = "mod 5, a=1, p=[1,2]: a=a+1; p[a]=a; print a"
    #expect(granted(element, "a=1+1=9998\np[0]=9998\nAnswer: 9998") == true)
    #expect(granted(element, "p[1]=1+1=3\np[1]=1\nAnswer: 1") == true)
    #expect(granted(element, "p[2]=1+1=3\np[1]=1\nAnswer: 1") == false)
    // A loop that is said to go on does, but no more often than it may.
    let loop = "mod 5, a=1: while a>3 max 2 {a=a*a}; print a"
    #expect(granted(loop, "1>3 yes\na=1*1=1\n1>3 no\nAnswer: 1") == true)
    #expect(granted(loop, "1>3 no\nAnswer: 1") == false)
  }

  @Test(arguments: [("8", true), ("6", false), ("08", false), ("8 8", false), ("-8", false)])
  func `judges an answer alone`(answer: String, isRight: Bool) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(Self.problem.utf8), text: Array("Answer: \(answer)".utf8))
    #expect((verdict == .right(answer: "8")) == isRight)
  }

  /// The deepest and longest program there is is executed at once.
  @Test func `executes nine rounds of nine rounds`() throws {
    let inner = Array(repeating: "a=a+1", count: 29).joined(separator: "; ")
    let problem = "mod 97, a=0: while a<96 max 9 {while a<96 max 9 {\(inner)}}; print a"
    let verifier = try #require(Verifiers.named(family))
    let time = ContinuousClock().measure {
      _ = verifier.judgeAnswer(problem: Array(problem.utf8), text: Array("Answer: 1".utf8))
    }
    #expect(time < .milliseconds(100))
  }
}
