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
    ("factor x^2-x-2", "x=2: 1,1,0", "(x-2)*(x+1)"),
    ("factor 2x^2-x-3", "x=3/2: 2,2,0", "(2x-3)*(x+1)"),
    ("factor 2x^2-x-3", "x=-3/2: 2,-4,3\nx=1: 2,1,-2\nx=1/2: 2,0,-3\nx=-1: 2,-3,0", "(2x-3)*(x+1)"),
    ("factor 4x^2-4x+1", "x=1/4: 4,-3,1/4\nx=1/2: 4,-2,0", "(2x-1)*(2x-1)"),
    ("factor 4x^3-3x+1", "x=1/2: 4,2,-2,0\nx=1/2: 2,2,0", "(2x-1)*(2x-1)*(x+1)"),
    // No root is left though every candidate was tried, in an order of size by none.
    (
      "factor 2x^2+x+2",
      "x=-1/2: 2,0,2\nx=2: 2,5,12\nx=-2: 2,-3,8\nx=1/2: 2,2,3\nx=1: 2,3,5\nx=-1: 2,-1,3",
      "(2x^2+x+2)"
    ),
    (
      "factor 6x^3-5x^2-2x+1", "x=1: 6,1,-1,0\nx=-1: 6,-5,4\nx=1/3: 6,3,0", "(x-1)*(3x-1)*(2x+1)"
    ),
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
    ("factor x^2-x-2", "x=2: 1,1,0\nAnswer: (x+1)*(x-2)", 2),
    ("factor x^2-x-2", "x=4: 1,3,10\nAnswer: 0", 1),
    ("factor x^2-x-2", "x=0: 1,-1,-2\nAnswer: 0", 1),
    ("factor x^2-x-2", "x=1/2: 1,-1/2,-9/4\nAnswer: 0", 1),
    ("factor x^2-x-2", "x=2/1: 1,1,0\nAnswer: (x-2)*(x+1)", 1),
    ("factor x^2-x-2", "x=+2: 1,1,0\nAnswer: (x-2)*(x+1)", 1),
    ("factor x^2-x-2", "x=-0: 1,-1,-2\nAnswer: 0", 1),
    ("factor 2x^2-x-3", "x=6/4: 2,2,0\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=3/-2: 2,-4,3\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=2/3: 2,1/3,-25/9\nAnswer: 0", 1),
    ("factor 2x^2-x-3", "x=3/2: 2,4/2,0\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=3/2: 2,2\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=3/2: 2,2,0,0\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "\nx=3/2: 2,2,0\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=03/2: 2,2,0\nAnswer: (2x-3)*(x+1)", 1),
    ("factor 2x^2-x-3", "x=3/2: 2,2,0\nx=-1: 1,0\nAnswer: (2x-3)*(x+1)", 2),
    ("factor 2x^2-x-3", "x=3/2: 2,2,0\nAnswer: (x-3/2)*(2x+2)", 2),
    ("factor 2x^2-x-3", "x=1/2: 2,0,-3\nx=1/2: 2,0,-3\nAnswer: (2x-3)*(x+1)", 2),
    // A root that is used up is no candidate of what is left.
    ("factor 6x^3-5x^2-2x+1", "x=1: 6,1,-1,0\nx=1/4: 6,5/2,-3/8\nAnswer: 0", 2),
    ("factor 4x^3-3x+1", "x=1/2: 4,2,-2,0\nx=1/2: 4,4,0\nAnswer: 0", 2),
    ("factor 2x^2+x+2", "x=1: 2,3,5\nAnswer: (2x^2+x+2)", 2),
    ("factor 2x^2-x-3", "1) root from 0: x=1/2: 2,0,-3\nAnswer: 0", 1),
    ("factor 2x^2-x-3", "1) no-root from 1: x=1/2: 2,0,-3\nAnswer: 0", 1),
    (
      "factor 4x^3-3x+1",
      "1) root from 0: x=1/2: 4,2,-2,0\n2) root from 0: x=1/2: 2,2,0\nAnswer: 0", 2
    ),
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
    "factor 2x^2+2", "factor 0x^2+1", "factor 0", "factor 100x^2+1", "factor 6x^3+9x+3",
    "factor x^2+x", "factor x^6+1", "factor x+x^2", "factor x^2+1000",
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

  /// Rows that no right line is like, and what they leave.
  @Test(arguments: [
    "x=999999999999999999/999999999999999998: 1,999999999999999999/999999999999999998,0,0",
    "x=1/2: 0,0,0,0", "x=1: 999999999999999999,999999999999999997,999999999999999989,0",
    "x=-7/3: -1,1/2,1/3,0", "x=0: 1,0,0,0",
  ])
  func `never traps on a granted row`(row: String) throws {
    let verifier = try #require(Verifiers.named(family))
    for rest in ["x=1: 1,2,3", "x=999999999999999999: 1,2,0", "x=0: 0,0,0"] {
      let verdict = verifier.verify(
        problem: Array("factor 6x^3-6x^2+11x-5".utf8),
        solution: Array((row + "\n" + rest + "\nAnswer: 0").utf8), granting: 1)
      #expect(verdict?.isAccepted == false)
    }
  }

  /// The largest numbers that a problem's right rows come to are written and read.
  @Test func `takes rows of the greatest candidates`() throws {
    let problem = "factor 97x^5+999x^4+999x^3+999x^2+999x+997"
    var row: [Int] = []
    for coefficient in [97, 999, 999, 999, 999, 997] {
      row.append(coefficient + 997 * (row.last ?? 0))
    }
    let line = "x=997: " + row.map(String.init).joined(separator: ",")
    #expect(try rejectedStep(family, problem, line + "\nAnswer: 0") == 2)
    #expect(try rejectedStep(family, problem, line + "0\nAnswer: 0") == 1)
  }

  @Test(arguments: [
    ("factor x^2-x-2", "(x-2)*(x+1)", true), ("factor x^2-x-2", "(x+1)*(x-2)", false),
    ("factor x^2-x-2", "(x^2-x-2)", false), ("factor x^2+1", "(x^2+1)", true),
    ("factor 2x^2-x-3", "(2x-3)*(x+1)", true), ("factor 2x^2-x-3", "(x+1)*(2x-3)", false),
    ("factor 2x^2-x-3", "(-2x+3)*(-x-1)", false), ("factor 2x^2-x-3", "(2x^2-x-3)", false),
    ("factor 2x^2-x-3", "(4x-6)*(x+1)", false), ("factor 6x^2-x-2", "(3x-2)*(2x+1)", true),
    ("factor 6x^2-x-2", "(6x^2-x-2)", false), ("factor 2x^2+x+2", "(2x^2+x+2)", true),
    ("factor 4x^2-4x+1", "(2x-1)*(2x-1)", true), ("factor 4x^2-4x+1", "(2x-1)", false),
    ("factor 2x^4+3x^2+1", "(2x^4+3x^2+1)", true),
    ("factor 2x^4+3x^2+1", "(x^2+1)*(2x^2+1)", false),
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
