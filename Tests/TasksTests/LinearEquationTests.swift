import Randomness
import Tasks
import Testing

struct `Linear equations` {
  let family = LinearEquation()

  @Test(arguments: [
    ("0=2x-6", ["subtract 2x: -2x=-6", "divide by -2: x=3", "Answer: 3"]),
    ("-x=4", ["divide by -1: x=-4", "Answer: -4"]),
    ("4x=6", ["divide by 4: x=3/2", "Answer: 3/2"]),
    ("-6x=4", ["divide by -6: x=-2/3", "Answer: -2/3"]),
    ("-6x=-4", ["divide by -6: x=2/3", "Answer: 2/3"]),
    ("3x=0", ["divide by 3: x=0", "Answer: 0"]),
    ("x-5=7", ["add 5: x=12", "Answer: 12"]),
    ("2x=-x+9", ["add x: 3x=9", "divide by 3: x=3", "Answer: 3"]),
    ("x=9", ["Answer: 9"]),
  ])
  func `a forced trace is worked as the format says`(problem: String, lines: [String]) {
    var stream = Seed(1).stream()
    #expect(family.work(problem, using: &stream).lines == lines)
  }

  @Test func `both orders are equally likely`() throws {
    let problem = "3x+5=2x-7"
    let first = try #require(family.nextLines(problem: problem, linesSoFar: []))
    #expect(first.map(\.line) == ["subtract 2x: x+5=-7", "subtract 5: 3x=2x-12"])
    #expect(first.map(\.probability) == [0.5, 0.5])
    let second = try #require(
      family.nextLines(problem: problem, linesSoFar: ["subtract 5: 3x=2x-12"]))
    #expect(second.map(\.line) == ["subtract 2x: x=-12"])
  }

  @Test func `the lexicographically smaller order of sides is canonical`() {
    #expect(family.canonical("3x+5=2x-7") == "2x-7=3x+5")
    #expect(family.canonical("2x-7=3x+5") == "2x-7=3x+5")
    #expect(family.canonical("x=-3") == "-3=x")
  }

  @Test(arguments: [
    "", "=", "x", "x=", "x=x", "x+1=x", "1=2", "1x=2", "+x=2", "x+0=2", "0x=2", "x=-0", "x=01",
    "5+x=2", "x=2=3", "2x+3x=5", "x=1234567890", "x =2", "x++5=2", "x+-5=2", "x=2\n",
  ])
  func `a text it would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  @Test func `levels keep their promises`() throws {
    var stream = Seed(5).stream()
    for level in 1...10 {
      var fractions = 0
      var onlyRight = 0
      for _ in 0..<1000 {
        let posed = family.pose(level: level, using: &stream)
        let solution = family.work(posed.text, using: &stream)
        #expect(solution.lines.count >= 2, "\(posed.text)")
        if solution.answer.contains("/") { fractions += 1 }
        if !posed.text.split(separator: "=")[0].contains("x") { onlyRight += 1 }
      }
      let hasFractions = fractions > 0
      #expect(hasFractions == (level >= 6))
      // At levels 9 and 10 a coefficient is 0 too seldom to ask for it.
      let hasOnlyRight = onlyRight > 0
      if level <= 8 { #expect(hasOnlyRight == (level >= 3)) }
    }
  }

  /// Level 3 written out: every equation within the bounds, its canonical texts counted.
  @Test func `the space of level 3 is what enumeration counts`() {
    var texts: Set<String> = []
    var drawn = 0
    func side(_ x: Int, _ n: Int) -> String {
      let term = x == 0 ? "" : x == 1 ? "x" : x == -1 ? "-x" : "\(x)x"
      return x == 0 ? "\(n)" : n == 0 ? term : n > 0 ? "\(term)+\(n)" : "\(term)\(n)"
    }
    for a in -5...5 {
      for c in -5...5 where a != c {
        for b in -20...20 {
          for d in -20...20 where (d - b) % (a - c) == 0 {
            let (left, right) = (side(a, b), side(c, d))
            let isBare =
              (left == "x" && !right.contains("x")) || (right == "x" && !left.contains("x"))
            if isBare { continue }
            drawn += 1
            texts.insert(family.canonical("\(left)=\(right)") ?? "unreadable \(left)=\(right)")
          }
        }
      }
    }
    #expect(family.space(level: 3).problems == String(texts.count))
    #expect(drawn == 2 * texts.count)
    #expect(family.space(level: 1).problems == "3939")
    #expect(family.space(level: 2).problems == "98400")
  }
}
