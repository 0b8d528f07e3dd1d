import Files
import Randomness
import Records
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
    ("2-7.5", "-(7.5-2)\n5-0-0=5 write 5 borrow 0\n7-2-0=5 write 5 borrow 0\nAnswer: -5.5"),
    (
      "9-4+b base 16",
      "9+b+0=14 write 4 carry 1\nsum 14\n14-4\n4-4-0=0 write 0 borrow 0\n1-0-0=1 write 1 borrow 0\n"
        + "Answer: 10"
    ),
    ("-0-0", "0+0+0=0 write 0 carry 0\nAnswer: 0"),
    ("1+1+1+1+1 base 2", "1+1+1+1+1+0=101 write 1 carry 10\nAnswer: 101"),
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

  @Test(arguments: [
    "", "+", "1+", "+1", "01+2", "1+2+3+4+5+6", "--1+2", "1 + 2", "1+x", "1+a", "1+2 base 10",
    "1+2 base 2", "1+1 base 17", "1+1  base 8", "1+1 base 08", "1.+1", ".1+1", "1.2.3+1", "-1",
    "1*2",
    "1+1 base 8 ", "0.12345678901234567+1",
  ])
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

  @Test func `larger numbers stand first with their signs, what is subtracted last`() {
    #expect(family.canonical("85-347+9") == "85+9-347")
    #expect(family.canonical("-1-2.5+0.5") == "0.5-2.5-1")
    #expect(family.canonical("a+1f base 16") == "1f+a base 16")
    #expect(family.canonical("-3-4") == "-4-3")
  }

  /// Each knob alone and all together, worked out again with whole numbers.
  @Test(arguments: [
    ["subtracted": 1], ["subtracted": 2], ["addends": 5], ["places": 2, "subtracted": 1],
    ["base": 2], ["base": 16, "addends": 3],
    ["base": 7, "addends": 4, "subtracted": 2, "places": 3],
  ])
  func `answers are sums whatever the knobs`(settings: [String: Int]) throws {
    for level in [1, 4] {
      for index in 0..<100 {
        let record = try draw(family, level: level, settings: settings, seed: Seed(5), index: index)
        let base = settings["base"] ?? 10
        let text = record.problem.split(separator: " ")[0]
        var sum = 0
        var sign = 1
        let parts = text.replacing("+", with: " + ").replacing("-", with: " - ")
        for part in parts.split(separator: " ") {
          switch part {
          case "+": sign = 1
          case "-": sign = -1
          default: sum += sign * (try #require(Int(part.replacing(".", with: ""), radix: base)))
          }
        }
        let answer = try #require(record.answer)
        #expect(Int(answer.replacing(".", with: ""), radix: base) == sum, "\(record.problem)")
        #expect(family.knobs(of: record) == record.knobs)
      }
    }
  }

  /// Every draw of two numbers of base 4 with its weight, against the closed forms.
  @Test(arguments: [0, 1, 2]) func `the space of small bases is what enumeration counts`(
    subtracted: Int
  ) throws {
    let difficulty = try family.difficulty(
      level: 1, settings: ["base": 4, "subtracted": subtracted])
    var mass: [String: Double] = [:]
    for long in 4..<16 {
      for other in 0..<16 {
        let (a, b) = (String(long, radix: 4), String(other, radix: 4))
        let texts =
          switch subtracted {
          case 0: ["\(a)+\(b)"]
          case 1: ["\(a)-\(b)", "\(b)-\(a)"]
          default: ["-\(a)-\(b)"]
          }
        for text in texts {
          let canonical = try #require(family.canonical(text + " base 4"))
          mass[canonical, default: 0] += 1 / 192.0 / Double(texts.count)
        }
      }
    }
    let space = family.space(at: difficulty)
    #expect(space.problems == String(mass.count))
    #expect(abs(space.collision / mass.values.reduce(0.0) { $0 + $1 * $1 } - 1) < 1e-9)
    #expect(abs(space.heaviest - (mass.values.max() ?? 0)) < 1e-12)
  }
}
