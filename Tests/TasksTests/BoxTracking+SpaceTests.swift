import Randomness
import Tasks
import Testing

struct `Box tracking counted` {
  /// Burnside's lemma against writing out every problem of level 1 and counting different
  /// canonical texts: ties the count and the canonical form to each other.
  @Test func `as many canonical texts as Burnside counts`() {
    let family = BoxTracking()
    var found = 0
    for boxCount in 4...4 {
      for objectCount in 2...4 {
        var canonical: Set<String> = []
        for text in Self.everyProblem(boxCount, objectCount, operations: 2) {
          canonical.insert(family.canonical(text) ?? "unreadable: \(text)")
        }
        #expect(canonical.allSatisfy { !$0.hasPrefix("unreadable") })
        found += canonical.count
      }
    }
    #expect(family.space(level: 1).problems == String(found))
  }

  @Test func `the space grows with the level and nothing overflows`() {
    let family = BoxTracking()
    let counts = family.levels.map { Int128(family.space(level: $0).problems)! }
    #expect(counts == counts.sorted() && Set(counts).count == 10)
    for level in family.levels {
      let space = family.space(level: level)
      #expect(space.collision > 0)
      #expect(space.collision <= space.heaviest)
      // No distribution over n problems collides less than the uniform one.
      let draws: Double = space.collision * Double(Int128(space.problems)!)
      #expect(draws >= 0.999)
    }
  }

  static func everyProblem(_ boxes: Int, _ objects: Int, operations: Int) -> [String] {
    let letters = Array("ABCDEF".prefix(boxes)).map(String.init)
    let names = Array(["aa", "bb", "cc", "dd", "ee"].prefix(objects))
    var placements: [[Int]] = [[]]
    for _ in names { placements = placements.flatMap { p in (0..<boxes).map { p + [$0] } } }
    var texts: [String] = []
    for placement in placements {
      let start = letters.indices.map { box in
        let inside = names.indices.filter { placement[$0] == box }.map { names[$0] }
        return "\(letters[box])={\(inside.joined(separator: ","))}"
      }.joined(separator: " ")
      var open: [(text: String, place: [Int])] = [(start, placement)]
      for _ in 0..<operations {
        open = open.flatMap { text, place in
          var longer: [(String, [Int])] = []
          for object in names.indices {
            for box in letters.indices where box != place[object] {
              var moved = place
              moved[object] = box
              longer.append((text + "; move \(names[object]) to \(letters[box])", moved))
            }
          }
          for a in letters.indices {
            for b in letters.indices where a < b {
              let swapped = place.map { $0 == a ? b : $0 == b ? a : $0 }
              longer.append((text + "; swap \(letters[a]) \(letters[b])", swapped))
            }
          }
          return longer
        }
      }
      for (text, _) in open { texts += names.map { "\(text); where is \($0)?" } }
    }
    return texts
  }
}
