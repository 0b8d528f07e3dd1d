import Files
import Randomness
import Tasks
import Testing

struct `Long multiplication` {
  let family = LongMultiplication()

  @Test(arguments: [
    (
      "34*26",
      "4*6+0=24 write 4 carry 2\n3*6+2=20 write 0 carry 2\nrow 1: 204\n4*2+0=8 write 8 carry 0\n"
        + "3*2+0=6 write 6 carry 0\nrow 2: 680\n4+0+0=4 write 4 carry 0\n0+8+0=8 write 8 carry 0\n"
        + "2+6+0=8 write 8 carry 0\nAnswer: 884"
    ),
    ("7*8", "7*8+0=56 write 6 carry 5\nrow 1: 56\nAnswer: 56"),
    (
      "7*10",
      "row 1: 0\n7*1+0=7 write 7 carry 0\nrow 2: 70\n0+0+0=0 write 0 carry 0\n"
        + "0+7+0=7 write 7 carry 0\nAnswer: 70"
    ),
    ("0*5", "0*5+0=0 write 0 carry 0\nrow 1: 0\nAnswer: 0"),
    ("5*0", "row 1: 0\nAnswer: 0"),
  ])
  func `is worked as the format says`(problem: String, solution: String) {
    var stream = Seed(1).stream()
    #expect(family.work(problem, using: &stream).text == solution)
  }

  @Test func `answers are products, at every level`() throws {
    var stream = Seed(2).stream()
    for level in 1...10 {
      for _ in 0..<200 {
        let posed = family.pose(level: level, using: &stream)
        let factors = posed.text.split(separator: "*").compactMap { Int($0) }
        #expect(
          Int(family.work(posed.text, using: &stream).answer) == factors[0] * factors[1])
      }
    }
  }

  @Test func `the larger factor stands first in the canonical form`() {
    #expect(family.canonical("85*347") == "347*85")
    #expect(family.canonical("19*91") == "91*19")
    #expect(family.canonical("7*7") == "7*7")
  }

  @Test(arguments: ["", "*", "1*", "*1", "01*2", "1*2*3", "-1*2", "1 * 2", "1*x", "1+2"])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every ordered pair with its probability, against the closed forms.
  @Test(arguments: [1, 3]) func `the space is what enumeration counts`(level: Int) {
    var mass: [String: Double] = [:]
    var count = 0.0
    let isListed = family.eachProblem(level: level) {
      mass[family.canonical($0) ?? "", default: 0] += 1
      count += 1
    }
    let space = family.space(level: level)
    #expect(isListed && space.problems == String(mass.count) && mass[""] == nil)
    let collision = mass.values.reduce(0.0) { $0 + ($1 / count) * ($1 / count) }
    #expect(abs(space.collision / collision - 1) < 1e-9)
    #expect(abs(space.heaviest - (mass.values.max() ?? 0) / count) < 1e-12)
  }
}
