import Files
import Randomness
import Tasks
import Testing

struct `Column addition` {
  let family = ColumnAddition()

  @Test(arguments: [
    (
      "347+85",
      "7+5+0=12 write 2 carry 1\n4+8+1=13 write 3 carry 1\n3+0+1=4 write 4 carry 0\nAnswer: 432"
    ),
    ("5+95", "5+5+0=10 write 0 carry 1\n0+9+1=10 write 0 carry 1\nAnswer: 100"),
    ("0+0", "0+0+0=0 write 0 carry 0\nAnswer: 0"),
  ])
  func `is worked as the format says`(problem: String, solution: String) {
    var stream = Seed(1).stream()
    #expect(family.work(problem, using: &stream).text == solution)
  }

  @Test func `answers are sums, at every level`() throws {
    var stream = Seed(2).stream()
    for level in 1...10 {
      for _ in 0..<200 {
        let posed = family.pose(level: level, using: &stream)
        let operands = posed.text.split(separator: "+").compactMap { Int($0) }
        let longest = operands.map { String($0).count }.max()
        #expect(longest == level + 1)
        let solution = family.work(posed.text, using: &stream)
        #expect(Int(solution.answer) == operands[0] + operands[1])
        let carries = solution.lines.filter { $0.hasSuffix("carry 1") }.count
        #expect(posed.knobs["carries"]?.intValue == carries)
      }
    }
  }

  @Test func `the larger operand stands first in the canonical form`() {
    #expect(family.canonical("85+347") == "347+85")
    #expect(family.canonical("347+85") == "347+85")
    #expect(family.canonical("19+91") == "91+19")
    #expect(family.canonical("7+7") == "7+7")
  }

  @Test(arguments: ["", "+", "1+", "+1", "01+2", "1+2+3", "-1+2", "1 + 2", "1+x"])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every ordered pair of level 1 with its probability, against the closed forms.
  @Test func `the space of level 1 is what enumeration counts`() {
    var mass: [String: Double] = [:]
    for long in 10...99 {
      for other in 0...99 {
        for text in ["\(long)+\(other)", "\(other)+\(long)"] {
          mass[family.canonical(text)!, default: 0] += 0.5 / 9000
        }
      }
    }
    let space = family.space(level: 1)
    #expect(space.problems == String(mass.count))
    let collision: Double = mass.values.reduce(0.0) { $0 + $1 * $1 }
    let heaviest: Double = mass.values.max() ?? 0
    #expect(abs(space.collision - collision) < 1e-12)
    #expect(abs(space.heaviest - heaviest) < 1e-12)
    #expect(family.space(level: 10).problems == "4950000000045000000000")
  }
}
