import Files
import Randomness
import Tasks
import Testing

struct `Worded sums` {
  let family = WordedSum()

  @Test(arguments: [
    ("What is 17 + 26?", "17+26=43\nAnswer: 43"),
    ("What is 12 + 7 - 4?", "12+7=19\n19-4=15\nAnswer: 15"),
    (
      "Ann has 50 coins. Ann loses 8 coins. How many coins does Ann have now?",
      "50-8=42\nAnswer: 42"
    ),
  ])
  func `are worked as the format says`(problem: String, solution: String) {
    var stream = Seed(1).stream()
    #expect(family.work(problem, using: &stream).text == solution)
  }

  @Test func `come in one operation at level 1 and two above, in words half of the time`() {
    var stream = Seed(2).stream()
    for level in 1...10 {
      var plain = 0
      for _ in 0..<400 {
        let posed = family.pose(level: level, using: &stream)
        #expect(posed.knobs["operations"]?.intValue == (level == 1 ? 1 : 2))
        #expect(posed.knobs["digits"].flatMap(\.intValue).map { $0 <= max(level, 2) + 1 } == true)
        #expect(family.read(posed.text) != nil, "\(posed.text)")
        #expect(family.canonical(posed.text) == posed.canonical)
        let solution = family.work(posed.text, using: &stream)
        #expect(Int(solution.answer).map { $0 > 0 } == true)
        if posed.text.hasPrefix("What") { plain += 1 }
      }
      // Six standard deviations of a fair coin.
      #expect((140...260).contains(plain))
    }
  }

  @Test func `are one problem in any words and order`() {
    let same = [
      "What is 12 + 7 - 4?", "What is 7 + 12 - 4?", "What is 12 - 4 + 7?", "What is 7 - 4 + 12?",
      "Ann has 7 coins. Ann loses 4 coins. Ann gets 12 coins. How many coins does Ann have now?",
    ]
    #expect(Set(same.map { family.canonical($0) }) == ["12+7-4"])
    #expect(family.canonical("What is 30 - 5 - 9?") == "30-9-5")
    #expect(family.canonical("What is 17 + 26?") == "26+17")
  }

  @Test(arguments: [
    "", "What is 17 +26?", "What is 17 + 26", "What is 17?", "What is 1 + 2 + 3 + 4?",
    "What is 17 - 26?", "What is 017 + 2?", "What is 1 * 2?", "what is 1 + 2?",
    "Ann has 5 coins. Ben gets 2 coins. How many coins does Ann have now?",
    "Ann has 5 coins. Ann gets 2 books. How many coins does Ann have now?",
    "Zoe has 5 coins. Zoe gets 2 coins. How many coins does Zoe have now?",
    "Ann has 5 coins. Ann buys 2 coins. How many coins does Ann have now?",
    "Ann has 5 coins. How many coins does Ann have now?", "Ann has 5", "What is 1 + 2? ",
  ])
  func `do not read what they would not write`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every draw of levels 1 and 2 with its weight, against the closed forms.
  @Test func `fill the space that the closed form counts`() {
    var mass: [String: Double] = [:]
    let m = 99
    let weight = 0.5 / Double(m * m)
    for a in 1...m {
      for b in 1...m {
        mass[family.canonical("What is \(a) + \(b)?") ?? "", default: 0] += weight
        mass[family.canonical("What is \(a + b) - \(b)?") ?? "", default: 0] += weight
      }
    }
    let space = family.space(level: 1)
    #expect(space.problems == String(mass.count) && mass[""] == nil)
    let collision = mass.values.reduce(0.0) { $0 + $1 * $1 }
    #expect(abs(space.collision - collision) < 1e-12)
    #expect(abs(space.heaviest - (mass.values.max() ?? 0)) < 1e-12)

    // Two operations: a pass over all triples of 99, canonical forms by hand.
    struct Form: Hashable { var sort, a, b, c: Int }
    var forms: [Form: Double] = [:]
    let part = 1 / 3.0 / Double(m * m * m)
    for a in 1...m {
      for b in 1...m {
        for c in 1...m {
          let sorted = [a, b, c].sorted()
          for sort in [0, 1] {
            forms[Form(sort: sort, a: sorted[0], b: sorted[1], c: sorted[2]), default: 0] += part
          }
          forms[Form(sort: 2, a: a + b + c, b: min(b, c), c: max(b, c)), default: 0] += part
        }
      }
    }
    let two = family.space(level: 2)
    #expect(two.problems == String(forms.count))
    let pairs = forms.values.reduce(0.0) { $0 + $1 * $1 }
    #expect(abs(two.collision / pairs - 1) < 1e-9)
    #expect(abs(two.heaviest / (forms.values.max() ?? 0) - 1) < 1e-9)
    #expect(family.space(level: 6).problems == "833332333333500000")
  }
}
