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
}
