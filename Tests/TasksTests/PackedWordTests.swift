import Randomness
import Tasks
import Testing

/// Held against arrays of letters, at all lengths: shifts go wrong at none and at 32.
struct `Packed words` {
  private static let letters = Array("abcd".utf8)

  private static func random(_ length: Int, _ stream: inout RandomStream) -> [UInt8] {
    (0..<length).map { _ in letters[stream.uniform(4)] }
  }

  private static func packed(_ letters: [UInt8]) throws -> PackedWord {
    try #require(PackedWord(letters))
  }

  private static func bytes(_ word: PackedWord) -> [UInt8] {
    var bytes: [UInt8] = []
    word.append(to: &bytes)
    return bytes
  }

  private static func places(_ bits: UInt64) -> [Int] {
    (0..<32).filter { bits >> (62 - 2 * $0) & 1 == 1 }
  }

  @Test(arguments: 0...32)
  func `hold the letters they were read from`(length: Int) throws {
    var stream = Seed(1).child(length).stream()
    let letters = Self.random(length, &stream)
    let word = try Self.packed(letters)
    #expect(Self.bytes(word) == letters)
    #expect(word.count == length)
    #expect(word.isEmpty == letters.isEmpty)
    for (place, letter) in letters.enumerated() {
      #expect(word[place] == Int(letter) - 97)
      var changed = word
      changed[place] = 3 - word[place]
      var expected = letters
      expected[place] = 97 + UInt8(3 - word[place])
      #expect(try changed == Self.packed(expected))
    }
    for letter in 0..<4 {
      #expect(word.letters >> letter & 1 == (letters.contains(97 + UInt8(letter)) ? 1 : 0))
    }
  }

  @Test(arguments: ["e", "abcde", "A", "a b", "`", String(repeating: "a", count: 33)])
  func `are read from letters a to d alone, 32 at most`(text: String) {
    #expect(PackedWord(Array(text.utf8)) == nil)
  }

  @Test(arguments: 0...32)
  func `are cut and joined as arrays are`(length: Int) throws {
    var stream = Seed(2).child(length).stream()
    let letters = Self.random(length, &stream)
    let word = try Self.packed(letters)
    for part in 0...length {
      #expect(try word.prefix(part) == Self.packed(Array(letters.prefix(part))))
      #expect(try word.dropFirst(part) == Self.packed(Array(letters.dropFirst(part))))
      #expect(word.prefix(part) + word.dropFirst(part) == word)
      for taken in 0...min(3, length - part) {
        let other = Self.random(stream.uniform(0...taken), &stream)
        var expected = letters
        expected.replaceSubrange(part..<part + taken, with: other)
        #expect(
          try word.replacing(taken, at: part, with: Self.packed(other)) == Self.packed(expected))
      }
    }
  }

  @Test(arguments: 0...32)
  func `find a part where an array holds it`(length: Int) throws {
    var stream = Seed(3).child(length).stream()
    for _ in 0..<20 {
      let letters = Self.random(length, &stream)
      let part = Self.random(stream.uniform(2...3), &stream)
      let (word, pattern) = (try Self.packed(letters), try Self.packed(part))
      let found = word.letterPlaces.places(of: pattern)
      #expect(
        Self.places(found) == letters.indices.filter { letters[$0...].starts(with: part) })
      #expect(PackedWord.first(of: found) == Self.places(found).first ?? 32)
      for place in letters.indices {
        let alike = zip(letters[place...], part).allSatisfy { $0 == $1 }
        #expect(word.agrees(from: place, with: pattern) == alike)
      }
    }
  }

  @Test func `are renamed letter by letter and ordered by the alphabet`() throws {
    var stream = Seed(4).stream()
    for _ in 0..<500 {
      let letters = Self.random(stream.uniform(0...32), &stream)
      var names = Array(0..<4)
      stream.shuffle(&names)
      let renamed = try Self.packed(letters).renamed(
        SIMD4(UInt64(names[0]), UInt64(names[1]), UInt64(names[2]), UInt64(names[3])))
      #expect(Self.bytes(renamed) == letters.map { 97 + UInt8(names[Int($0) - 97]) })
      let start = Array(letters.prefix(stream.uniform(0...letters.count)))
      for other in [start, start + Self.random(min(3, 32 - start.count), &stream)] {
        #expect(
          try (Self.packed(letters) < Self.packed(other))
            == letters.lexicographicallyPrecedes(other))
      }
    }
  }
}
