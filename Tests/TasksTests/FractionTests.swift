import Files
import Randomness
import Tasks
import Testing

struct `Fractions` {
  let family = Fraction()

  private func traces(_ problem: String) -> Set<String> {
    var traces: Set<String> = []
    family.eachSolution(of: problem) { traces.insert($0.lines.joined(separator: " / ")) }
    return traces
  }

  @Test(arguments: [
    (
      "3/4-1/6",
      [
        "6=1*4+2 / 4=2*2+0 / 4*6/2=12 / 3/4=9/12 / 1/6=2/12 / 9/12-2/12=7/12 / 12=1*7+5 "
          + "/ 7=1*5+2 / 5=2*2+1 / 2=2*1+0 / Answer: 7/12",
        "6=1*4+2 / 4=2*2+0 / 4*6/2=12 / 1/6=2/12 / 3/4=9/12 / 9/12-2/12=7/12 / 12=1*7+5 "
          + "/ 7=1*5+2 / 5=2*2+1 / 2=2*1+0 / Answer: 7/12",
      ]
    ),
    (
      "1 1/2:3/4",
      [
        "1 1/2=3/2 / 3/2:3/4=3/2*4/3 / 3/2*4/3=12/6 / 12=2*6+0 / 12/6=2 / Answer: 2"
      ]
    ),
    ("1/3+1/3", ["1/3+1/3=2/3 / 3=1*2+1 / 2=2*1+0 / Answer: 2/3"]),
    ("1/3-1/3", ["1/3-1/3=0/3 / 0/3=0 / Answer: 0"]),
    ("1/4-3/4", ["1/4-3/4=-2/4 / 4=2*2+0 / -2/4=-1/2 / Answer: -1/2"]),
    (
      "1/2+1/2-1/3",
      [
        "1/2+1/2=2/2 / 2=1*2+0 / 2/2=1 / 3=3*1+0 / 1*3/1=3 / 1=3/3 / 3/3-1/3=2/3 / 3=1*2+1 "
          + "/ 2=2*1+0 / Answer: 2/3"
      ]
    ),
    (
      "1/2:1/2:1/3",
      [
        "1/2:1/2=1/2*2 / 1/2*2=2/2 / 2=1*2+0 / 2/2=1 / 1:1/3=1*3 / 1*3=3 / Answer: 3"
      ]
    ),
    (
      "order 1/2, 5/8, 1/4",
      [
        "8=4*2+0 / 2*8/2=8 / 1/2=4/8 / 1/4=2/8 / 2/8<4/8<5/8 "
          + "/ Answer: 1/4<1/2<5/8",
        "8=4*2+0 / 2*8/2=8 / 1/4=2/8 / 1/2=4/8 / 2/8<4/8<5/8 "
          + "/ Answer: 1/4<1/2<5/8",
      ]
    ),
    ("order 3/5, 2/5", ["2/5<3/5 / Answer: 2/5<3/5"]),
  ])
  func `have these traces and no others`(problem: String, expected: [String]) {
    #expect(traces(problem) == Set(expected))
  }

  /// Two equal mixed numbers are converted by two equal lines, whichever is first.
  @Test func `convert mixed numbers in any order`() {
    #expect(traces("1 1/2*1 1/2").count == 1)
    let orders = traces("1 1/2*2 1/3*3 1/4")
    #expect(orders.count == 6)
  }

  @Test(arguments: [
    "", "1/2", "1/2+", "+1/2", "1/2+1/2*1/2", "1/2+3", "3+1/2", "1/1+1/2", "0/2+1/2", "1/2+1/0",
    "1/2 + 1/2", "1 3/2+1/2", "0 1/2+1/2", "01/2+1/2", "1/2+1/2+1/2+1/2+1/2+1/2+1/2", "100/3+1/2",
    "order 1/2,1/3", "order 1/2, 2/4", "order 1/2", "1/2, 1/3", "1/2/3+1/2", "1 2 1/2+1/3",
    "-1/2+1/3", "order  1/2, 1/3", "1/2-1/3\n",
    "99 98/99*99 98/99*99 98/99*99 98/99*99 98/99",
  ])
  func `are not read where they would not be written`(text: String) {
    #expect(family.read(text) == nil)
  }

  @Test func `are one problem in any order of terms with their signs`() {
    #expect(family.canonical("1/2-1/3+1/4") == family.canonical("1/4+1/2-1/3"))
    #expect(family.canonical("1/2:1/3*1/4") == family.canonical("1/4*1/2:1/3"))
    #expect(family.canonical("1/2-1/3") != family.canonical("1/3-1/2"))
    #expect(family.canonical("order 1/2, 1/3, 1/4") == family.canonical("order 1/4, 1/2, 1/3"))
    #expect(family.canonical("1/2+1/4") != family.canonical("2/4+1/4"))
  }

  /// Every draw of pairs with its weight, against the closed forms.
  @Test(arguments: [[:], ["kind": 1], ["kind": 2], ["wholes": 1]])
  func `fill the space that the closed form counts`(settings: [String: Int]) throws {
    let difficulty = try family.difficulty(level: 1, settings: settings)
    var mass: [String: Double] = [:]
    var count = 0.0
    let isListed = family.eachProblem(at: difficulty) {
      mass[family.canonical($0) ?? "", default: 0] += 1
      count += 1
    }
    let space = family.space(at: difficulty)
    #expect(isListed && mass[""] == nil && space.problems == String(mass.count))
    let collision = mass.values.reduce(0.0) { $0 + ($1 / count) * ($1 / count) }
    #expect(abs(space.collision / collision - 1) < 1e-9)
    #expect(abs(space.heaviest - (mass.values.max() ?? 0) / count) < 1e-12)
  }

  /// Every list of three different values of five denominators, against the closed form.
  @Test func `fill the space of orders`() throws {
    let difficulty = try family.difficulty(
      level: 3, settings: ["kind": 3, "denominators": 5, "terms": 3])
    var sets: Set<String> = []
    let terms = (2...5).flatMap { bottom in (1..<bottom).map { "\($0)/\(bottom)" } }
    for a in terms {
      for b in terms {
        for c in terms {
          if let text = family.canonical("order \(a), \(b), \(c)") { sets.insert(text) }
        }
      }
    }
    let space = family.space(at: difficulty)
    #expect(space.problems == String(sets.count))
    #expect(abs(space.collision * Double(sets.count) - 1) < 1e-12)
  }
}
