import Randomness
import Tasks
import Testing

struct `Euclid's tasks` {
  let family = Euclid()

  @Test func `a close remainder leaves two rows, any other one`() throws {
    let two = try #require(family.nextLines(problem: "gcd 8 5", linesSoFar: []))
    #expect(two.map(\.line) == ["8=1*5+3", "8=2*5-2"])
    let one = try #require(family.nextLines(problem: "gcd 252 105", linesSoFar: []))
    #expect(one.map(\.line) == ["252=2*105+42"])
  }

  @Test(arguments: [
    "", "gcd 5 5", "gcd 05 3", "inverse 9 mod 7", "x=2 mod 3", "power 2^3 mod 5 ", "gcd  8 5",
    "x=-1 mod 3; x=1 mod 5",
  ])
  func `a text it would not write is not read`(text: String) { #expect(family.read(text) == nil) }

  @Test func `the greatest number has exactly the bits of its level`() throws {
    var stream = Seed(4).stream()
    for level in 1...10 {
      for _ in 0..<200 {
        let text = family.pose(level: level, using: &stream).text
        let numbers = text.split { !("0"..."9").contains($0) }.compactMap { Int($0) }
        let greatest = try #require(numbers.max())
        #expect(String(greatest, radix: 2).utf8.count == level + 5)
      }
    }
  }

  /// Every pair of the smallest size, counted.
  @Test func `the space of divisors is what counting gives`() throws {
    let difficulty = try family.difficulty(level: 1, settings: ["form": 1, "bits": 5])
    #expect(family.space(at: difficulty).problems == String((16...31).reduce(0) { $0 + $1 - 1 }))
  }

  /// Every set of two and of three moduli of the smallest size, with every choice of remainders.
  @Test func `the space of congruences is what counting gives`() throws {
    var (two, three) = (0, 0)
    for greatest in 16...31 {
      for second in 2..<greatest {
        two += second * greatest
        for first in 2..<second { three += first * second * greatest }
      }
    }
    for (moduli, problems) in [(2, two), (3, three)] {
      let difficulty = try family.difficulty(level: 1, settings: ["bits": 5, "moduli": moduli])
      #expect(family.space(at: difficulty).problems == String(problems))
    }
  }

  /// With 16 bits, four moduli come near the 18 digits that a line may hold.
  @Test func `as many congruences are met as are asked for, and most can be`() throws {
    for moduli in 2...4 {
      for bits in [5, 16] {
        let difficulty = try family.difficulty(
          level: 1, settings: ["bits": bits, "moduli": moduli])
        var stream = Seed(6).stream()
        var unmet = 0
        for _ in 0..<600 {
          let posed = family.pose(at: difficulty, using: &stream)
          #expect(posed.text.split(separator: ";").count == moduli)
          let solution = family.work(posed.text, using: &stream)
          for number in solution.text.split(whereSeparator: { !$0.isNumber }) {
            #expect(number.count <= 18)
          }
          unmet += solution.answer == "none" ? 1 : 0
        }
        // One of six: 100 with a deviation of 9.
        #expect((55...145).contains(unmet), "\(moduli) moduli of \(bits) bits: \(unmet)")
      }
    }
  }

  @Test func `the product of the moduli is a slip where they have a common factor`() throws {
    var state = try #require(family.read("x=1 mod 4; x=3 mod 6; x=3 mod 7"))
    var lines: [String] = []
    while family.choices(state) > 0 {
      for slip in family.slips(state, 0) where slip.kind == "common-factor-kept" {
        lines.append(slip.line)
      }
      state = family.step(state, 0).state
    }
    #expect(lines == ["1+4*2=9 mod 24"])
  }

  @Test func `a number of moduli that no form has is refused`() {
    for settings in [["moduli": 1], ["moduli": 0, "form": 5], ["moduli": 3, "form": 4]] {
      #expect(throws: TaskError.self) { try family.difficulty(level: 3, settings: settings) }
    }
  }
}
