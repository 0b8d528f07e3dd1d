import Files
import Randomness
import Tasks
import Testing

struct `Expressions` {
  let family = Expression()

  private func traces(_ problem: String) -> Set<String> {
    var traces: Set<String> = []
    family.eachSolution(of: problem) { traces.insert($0.lines.joined(separator: " / ")) }
    return traces
  }

  @Test(arguments: [
    ("20-(3+4)*2", ["20-7*2 / 20-14 / 6 / Answer: 6"]),
    ("2+3*4", ["2+12 / 14 / Answer: 14"]),
    ("10-4-3", ["6-3 / 3 / Answer: 3"]),
    ("10-(4-3)", ["10-1 / 9 / Answer: 9"]),
    ("3-5+4", ["(-2)+4 / 2 / Answer: 2"]),
    ("3-5", ["-2 / Answer: -2"]),
    ("(2-4)^3*5", ["(-2)^3*5 / (-8)*5 / -40 / Answer: -40"]),
    ("(2^3)^2", ["8^2 / 64 / Answer: 64"]),
    ("2*3^2", ["2*9 / 18 / Answer: 18"]),
    (
      "2*3+4*5", ["6+4*5 / 6+20 / 26 / Answer: 26", "2*3+20 / 6+20 / 26 / Answer: 26"]
    ),
    ("24/(2*3)", ["24/6 / 4 / Answer: 4"]), ("24/2*3", ["12*3 / 36 / Answer: 36"]),
    ("1+2", ["3 / Answer: 3"]), ("0*(-5)", ["0 / Answer: 0"]),
  ])
  func `have these traces and no others`(problem: String, expected: [String]) {
    #expect(traces(problem) == Set(expected))
  }

  @Test(arguments: [
    "", "5", "-5", "(5)", "5+", "+5", "5++6", "(5+6)", "(5+6)+7", "(5*6)+7", "5+(6*7)", "((5+6))*2",
    "5+6)", "(5+6*2", "5-7/2", "5/0", "5/(3-3)", "2^1", "2^10", "2^3^2", "2^(3)", "2^(1+1)",
    "-5+6", "5+-6", "(-0)+5", "05+6", "5 + 6", "5+6\n", "999999999+1", "99999^2", "1000000000+1",
    "5x", "5%6", "3*(2^3)",
  ])
  func `are not read where they would not be written`(text: String) {
    #expect(family.read(text) == nil)
  }

  @Test func `whose operands commute are one problem`() {
    #expect(family.canonical("3*4+2") == family.canonical("2+4*3"))
    #expect(family.canonical("(5-2)*(7-3)") == family.canonical("(7-3)*(5-2)"))
    #expect(family.canonical("(3+2)+1") == nil)
    #expect(family.canonical("1+(3+2)") == family.canonical("2+3+1"))
    #expect(family.canonical("5-2") != family.canonical("2-5"))
    #expect(family.canonical("2^3") != family.canonical("3^2"))
    var stream = Seed(3).stream()
    for level in 1...10 {
      for _ in 0..<50 {
        let posed = family.pose(level: level, using: &stream)
        #expect(family.canonical(posed.canonical) == posed.canonical)
      }
    }
  }

  /// What the levels promise: as many operations as they say, and all that there can be does come
  /// up.
  @Test func `hold what their knobs allow, all of it`() {
    var stream = Seed(4).stream()
    for level in 1...10 {
      var signs: Set<Character> = []
      var hasNegative = false
      for _ in 0..<400 {
        let posed = family.pose(level: level, using: &stream)
        signs.formUnion(posed.text.filter { "+-*/^(".contains($0) })
        let solution = family.work(posed.text, using: &stream)
        #expect(solution.lines.count == level + 2)
        hasNegative = hasNegative || solution.text.contains("(-")
      }
      #expect(signs.contains("^") == (level >= 3))
      #expect(signs.isSuperset(of: ["+", "-", "*", "/", "("]))
      #expect(hasNegative == (level >= 5))
    }
  }
}
