import Randomness
import Tasks
import Testing

struct `Knights and knaves` {
  let family = KnightsKnaves()

  @Test(arguments: [
    // Renamed: A is now C, B is A, C is B.
    (
      "A: B knave; B: A same C; C: A knave and B knight",
      "A: B same C; B: C knave and A knight; C: A knave"
    ),
    // Sides swapped.
    (
      "A: B knave; B: A same C; C: A knave and B knight",
      "A: B knave; B: A same C; C: B knight and A knave"
    ),
  ])
  func `that are renamed are the same problem`(one: String, other: String) throws {
    let canonical = try #require(family.canonical(one))
    #expect(family.canonical(other) == canonical)
    #expect(family.canonical(canonical) == canonical)
  }

  @Test func `that say something else are another problem`() throws {
    let one = try #require(family.canonical("A: B knave; B: A same C; C: A knave and B knight"))
    let other = try #require(family.canonical("A: B knave; B: A same C; C: A knave or B knight"))
    #expect(one != other)
  }

  /// Renaming at random leaves the canonical text as it is.
  @Test func `of every level have one canonical form`() throws {
    for level in 1...10 {
      var stream = Seed(5).child(level).stream()
      for _ in 0..<10 {
        let problem = family.pose(level: level, using: &stream).text
        var names = Array("ABCDEFGHIJKL".prefix(level + 2)).map(String.init)
        let old = names
        stream.shuffle(&names)
        let map = Dictionary(uniqueKeysWithValues: zip(old, names))
        let renamed = problem.split(separator: "; ").map { claim in
          claim.split(separator: " ").map { word in Self.renamed(String(word), map) }
        }
        // Of two that are the same, the first in the alphabet stands first.
        let ordered = renamed.map { words in
          var words = words
          for place in words.indices where words[place] == "same" {
            let (a, b) = (words[place - 1], words[place + 1])
            let (first, second) = (a.filter(\.isUppercase), b.filter(\.isUppercase))
            if second < first {
              words[place - 1] = a.replacing(first, with: second)
              words[place + 1] = b.replacing(second, with: first)
            }
          }
          return words
        }
        let sorted = ordered.map { $0.joined(separator: " ") }.sorted()
        #expect(
          family.canonical(sorted.joined(separator: "; ")) == family.canonical(problem),
          "\(problem)")
      }
    }
  }

  private static func renamed(_ word: String, _ map: [String: String]) -> String {
    String(word.map { letter in Character(map[String(letter)] ?? String(letter)) })
  }

  @Test(arguments: [
    "A: B knave; B: A knave", "A: A knave; B: A knight", "A: B  knave; B: A same B",
    "A: (B knave); B: A knight", "nonsense", "A:", "", "é",
  ])
  func `with no solution, several or another text are not read`(text: String) {
    #expect(family.canonical(text) == nil)
  }
}
