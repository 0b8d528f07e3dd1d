import Testing
import Verifiers

struct `The linear-system verifier` {
  let family = "linear-system"
  let problem = "x+2y=5; 3x-y=1"

  @Test(arguments: [
    (
      "x+2y=5; 3x-y=1", "R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\ny=(-2)/-1=2\nx=(5-2*2)/1=1",
      "x=1, y=2"
    ),
    ("x+2y=5; 3x-y=1", "R1=3*R1-1*R2: 7y=14\nR1=R1/7: y=2\ny=(2)/1=2\nx=(1+1*2)/3=1", "x=1, y=2"),
    ("x+y=1; 2x+2y=3", "R2=1*R2-2*R1: 0=1", "none"),
    ("x+y=1; 2x+2y=2", "R2=1*R2-2*R1: 0=0\ny=0 free\nx=(1-1*0)/1=1", "x=1, y=0; free y"),
    ("2x+3y=1; x-y=0", "R1=1*R1-2*R2: 5y=1\ny=(1)/5=1/5\nx=(0+1*1/5)/1=1/5", "x=1/5, y=1/5"),
    ("x=1; y=2; z=3", "z=(3)/1=3\ny=(2)/1=2\nx=(1)/1=1", "x=1, y=2, z=3"),
    ("y=1; 2y=2", "R2=1*R2-2*R1: 0=0\ny=(1)/1=1\nx=0 free", "x=0, y=1; free x"),
    ("y=1; 2y=3", "R1=2*R1-1*R2: 0=-1", "none"),
  ])
  func `takes any pivot and ends with all values`(p: String, s: String, answer: String) throws {
    #expect(try verdict(family, p, s + "\nAnswer: \(answer)") == .accepted(answer: answer))
  }

  @Test(arguments: [
    ("R2=1*R2-3*R1: -7y=-13\nAnswer: none", 1), ("R2=2*R2-6*R1: -14y=-28\nAnswer: none", 1),
    ("R2=1*R2+3*R1: -7y=-14\nAnswer: none", 1), ("R2=1*R2-3*R2: -7y=-14\nAnswer: none", 1),
    ("R3=1*R3-3*R1: -7y=-14\nAnswer: none", 1), ("R2=1*R2-3*R1: -7y+0x=-14\nAnswer: none", 1),
    ("R2=1*R2-3*R1: -7y=-14\ny=(-14)/-7=2\nx=(5-2*2)/1=1\nAnswer: x=1, y=2", 2),
    ("R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=2\nAnswer: none", 2),
    ("R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\nx=(5-2*2)/1=1\nAnswer: x=1, y=2", 3),
    ("R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\ny=(-2)/-1=2\nx=(5+2*2)/1=9\nAnswer: x=9, y=2", 4),
    ("R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\ny=(-2)/-1=2\nx=(5-2*2)/1=1\nAnswer: x=1", 5),
    ("R2=1*R2-3*R1: -7y=-14\nR2=R2/7: -y=-2\ny=(-2)/-1=4/2\nAnswer: x=1", 3),
    ("R2=1*R2-3*R1: 999999999999999999y=999999999999999999\nAnswer: x=1", 1), ("", 1),
  ])
  func `names the first bad line`(solution: String, step: Int) throws {
    #expect(try rejectedStep(family, problem, solution) == step)
  }

  @Test(arguments: [
    "", "x=1", "x+y=1", "x+y=1;", "0=0; x=1", "x+x=1; y=2", "y+x=1; x=1", "x+z=1; y=2",
    "100x=1; y=2", "x=10000; y=1", "1x=1; y=2", "0x+y=1; x=1", "x=1; y=2; z=3; w=4; x=1",
    "x=1; y=1/2", "x+y=-0; x=1", "x y=1; x=1",
  ])
  func `calls any other problem unreadable`(problem: String) throws {
    #expect(try rejectedStep(family, problem, "Answer: none") == 0)
  }

  @Test(arguments: [
    ("x+y=1; 2x+2y=2", "x=1, y=0; free y", true), ("x+y=1; 2x+2y=2", "x=0, y=1; free x", false),
    ("x+y=1; 2x+2y=2", "x=1, y=0", false), ("x+y=1; 2x+2y=3", "x=1, y=0; free y", false),
    ("x+2y=5; 3x-y=1", "none", false), ("x+2y=5; 3x-y=1", "x=2/2, y=2", false),
    ("x+2y=5; 3x-y=1", "x=1, y=2; free y", false), ("x+y=1; 2x+2y=3", "none", true),
  ])
  func `judges an answer by rank and substitution`(p: String, answer: String, isRight: Bool) throws
  {
    let verifier = try #require(Verifiers.named(family))
    let verdict = verifier.judgeAnswer(
      problem: Array(p.utf8), text: Array("Answer: \(answer)".utf8))
    #expect((verdict == .right(answer: answer)) == isRight)
  }
}
