import Testing
import Verifiers

struct `The polynomial verifier` {
  let family = "polynomial"

  @Test(arguments: [
    (
      "expand (2x-3)*(x+1)", "2x*(x+1)=2x^2+2x; sum 2x^2+2x\n-3*(x+1)=-3x-3; sum 2x^2-x-3",
      "2x^2-x-3"
    ),
    (
      "expand (2x-3)*(x+1)", "-3*(x+1)=-3x-3; sum -3x-3\n2x*(x+1)=2x^2+2x; sum 2x^2-x-3", "2x^2-x-3"
    ),
    ("expand (x)*(x)", "x*(x)=x^2; sum x^2", "x^2"),
    ("divide 2x^2-x+3 by x-2", "bring 2\n-1+2*2=3\n3+2*3=9", "2x+3 rem 9"),
    ("divide x^2 by x", "bring 1\n0+0*1=0\n0+0*0=0", "x rem 0"),
    ("divide 3x by x+1", "bring 3\n0+-1*3=-3", "3 rem -3"),
    ("factor x^2-x-2", "x=1: 1,0,-2\nx=-1: 1,-2,0", "(x-2)*(x+1)"),
    ("factor x^2-x-2", "x=-1: 1,-2,0", "(x-2)*(x+1)"),
    ("factor x^2+1", "x=-1: 1,-1,2\nx=1: 1,1,2", "(x^2+1)"),
    ("factor x^3-3x^2+3x-1", "x=1: 1,-2,1,0\nx=1: 1,-1,0", "(x-1)*(x-1)*(x-1)"),
  ])
  func `takes any order that is right`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s + "\nAnswer: \(answer)") == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("expand (2x-3)*(x+1)", "2x*(x+1)=2x^2+2x; sum 2x^2\nAnswer: 0", 1),
    ("expand (2x-3)*(x+1)", "2x*(x+1)=2x^2+x; sum 2x^2+x\nAnswer: 0", 1),
    ("expand (2x-3)*(x+1)", "x*(x+1)=x^2+x; sum x^2+x\nAnswer: 0", 1),
    ("expand (2x-3)*(x+1)", "0*(x+1)=0; sum 0\nAnswer: 0", 1),
    (
      "expand (2x-3)*(x+1)",
      "2x*(x+1)=2x^2+2x; sum 2x^2+2x\n2x*(x+1)=2x^2+2x; sum 4x^2+4x\nAnswer: 0", 2
    ),
    ("divide 2x^2-x+3 by x-2", "bring 2\n-1+2*2=4\nAnswer: 0", 2),
    ("divide 2x^2-x+3 by x-2", "bring 2\n-1+2*2=3\nAnswer: 2x+3 rem 9", 3),
    ("factor x^2-x-2", "x=2: 1,1,0\nAnswer: (x-2)*(x+1)", 1),
    ("factor x^2-x-2", "x=1: 1,0,0\nAnswer: (x-1)*(x)", 1),
    ("factor x^2-x-2", "x=1: 1,0,-2\nx=1: 1,0,-2\nAnswer: 0", 2),
    ("factor x^2-x-2", "x=-1: 1,-2,0\nAnswer: (x+1)*(x-2)", 2),
    (
      "factor x^2-x-2", "x=999999999999999999: 1,999999999999999998,999999999999999999\nAnswer: 0",
      1
    ),
  ])
  func `names the first bad line`(p: String, solution: String, step: Int) throws {
    #expect(try rejectedStep(family, p, solution) == step)
  }

  @Test(arguments: [
    "", "expand", "expand (x^2)*(x)", "expand (1)*(x)", "expand (x)*(x^7)", "expand (0)*(x)",
    "divide x by 2x-1", "divide x by x^2", "divide 1 by x", "divide x^7 by x", "factor x",
    "factor 2x^2+1", "factor x^2+x", "factor x^6+1", "factor x+x^2", "factor x^2+1000",
    "factor x^2+1x+1", "factor x^2+x^1+1", "factor x^2+-1", "factor x^2+01", "factor -x^2+1",
    "divide x by x-100",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: 1") == 0)
  }

  /// A constant of 18 digits in a granted row must not start a search of as many candidates.
  @Test func `bounds the search for candidates after a granted row`() throws {
    let verifier = try #require(Verifiers.named(family))
    let rows = "x=1: 1,1,999999999999999989,0\n"
    let time = ContinuousClock().measure {
      let verdict = verifier.verify(
        problem: Array("factor x^3-6x^2+11x-6".utf8),
        solution: Array((rows + "x=1: 1,2,1000000000000000\nAnswer: 0").utf8), granting: 1)
      #expect(verdict?.isAccepted == false)
    }
    #expect(time < .milliseconds(500))
  }

  @Test(arguments: [
    ("factor x^2-x-2", "(x-2)*(x+1)", true), ("factor x^2-x-2", "(x+1)*(x-2)", false),
    ("factor x^2-x-2", "(x^2-x-2)", false), ("factor x^2+1", "(x^2+1)", true),
    ("expand (2x-3)*(x+1)", "2x^2-x-3", true), ("expand (2x-3)*(x+1)", "2x^2-x+3", false),
    ("divide 2x^2-x+3 by x-2", "2x+3 rem 9", true), ("divide 2x^2-x+3 by x-2", "2x+3 rem 8", false),
  ])
  func `judges an answer by values`(p: String, answer: String, isRight: Bool) throws {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(p.utf8), text: Array("Answer: \(answer)".utf8))
    #expect((verdict == .right(answer: answer)) == isRight)
  }
}
