import Randomness
import Tasks
import Testing

struct `Box tracking up to renaming` {
  let family = BoxTracking()

  /// Draws from every level, renames boxes and objects at random in the text alone, and asks for
  /// the canonical text of both.
  @Test func `random renamings keep the canonical text`() throws {
    var stream = Seed(7).stream()
    for level in 1...10 {
      for _ in 0..<40 {
        let posed = family.pose(level: level, using: &stream)
        let renamed = Self.renamed(posed.text, using: &stream)
        #expect(family.canonical(renamed) == posed.canonical, "\(posed.text) / \(renamed)")
        #expect(family.canonical(posed.canonical) == posed.canonical)
      }
    }
  }

  /// Renames in the text, with parts in new places but nothing else changed.
  static func renamed(_ text: String, using stream: inout RandomStream) -> String {
    var parts = text.split(separator: "; ").map(String.init)
    let boxes = parts.removeFirst().split(separator: " ").map { box in
      box.dropFirst(3).dropLast().split(separator: ",").map(String.init)
    }
    var letters = Array("ABCDEF".prefix(boxes.count)).map(String.init)
    stream.shuffle(&letters)
    let box = Dictionary(uniqueKeysWithValues: zip("ABCDEF".map(String.init), letters))
    let objects = boxes.flatMap { $0 }
    var names = ["zz", "yy", "xx", "ww", "vv", "uu", "tt", "ss", "rr", "qq", "pp", "oo"]
    stream.shuffle(&names)
    let name = Dictionary(uniqueKeysWithValues: zip(objects, names))
    var contents = Array(repeating: "", count: boxes.count)
    for (index, inside) in boxes.enumerated() {
      let letter = letters[index]
      let place = Array("ABCDEF".map(String.init)).firstIndex(of: letter)!
      contents[place] = "\(letter)={\(inside.map { name[$0]! }.sorted().joined(separator: ","))}"
    }
    let rest = parts.map { part in
      var words = part.split(separator: " ").map(String.init)
      let query = words.last!.hasSuffix("?")
      if query { words[words.count - 1].removeLast() }
      if words[0] == "swap" {
        return (["swap"] + [box[words[1]]!, box[words[2]]!].sorted()).joined(separator: " ")
      }
      return words.map { name[$0] ?? box[$0] ?? $0 }.joined(separator: " ") + (query ? "?" : "")
    }
    return ([contents.joined(separator: " ")] + rest).joined(separator: "; ")
  }
}
