import Testing
import Verifiers

/// Held against arrays of letters, at all lengths: shifts go wrong at none and at 32.
struct `Words in two planes` {
  /// Letters that repeat themselves here and there.
  private static func letters(_ length: Int, _ seed: Int) -> [UInt8] {
    var state = UInt64(seed &* 33 &+ length)
    return (0..<length).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(ascii: "a") + UInt8(state >> 62)
    }
  }

  private static func word(_ letters: some Collection<UInt8>) throws -> LetterPlanes {
    // Within other bytes.
    let bytes = [0] + Array(letters) + [0xFF]
    return try #require(LetterPlanes(bytes, in: 1..<bytes.count - 1))
  }

  @Test(arguments: 0...32)
  func `hold the letters they were read from`(length: Int) throws {
    let letters = Self.letters(length, 1)
    let word = try Self.word(letters)
    #expect(word.bytes == letters)
    #expect(word.count == length)
    for place in letters.indices {
      #expect(word.letter(at: place) == Int(letters[place]) - 97)
    }
  }

  /// Bytes around a to d, of other alphabets, and one letter too many.
  @Test func `are read from letters a to d alone, 32 at most`() {
    for byte in UInt8.min...UInt8.max {
      let isLetter = UInt8(ascii: "a")...UInt8(ascii: "d") ~= byte
      #expect((LetterPlanes([97, byte], in: 0..<2) != nil) == isLetter)
    }
    let many = [UInt8](repeating: 97, count: 33)
    #expect(LetterPlanes(many, in: 0..<32) != nil)
    #expect(LetterPlanes(many, in: 0..<33) == nil)
  }

  @Test(arguments: 0...32)
  func `are cut and joined as arrays are`(length: Int) throws {
    let letters = Self.letters(length, 2)
    let word = try Self.word(letters)
    for part in 0...40 {
      #expect(try word.prefix(part) == Self.word(letters.prefix(part)))
      #expect(try word.suffix(from: part) == Self.word(letters.dropFirst(part)))
      #expect(word.prefix(part).followed(by: word.suffix(from: part)) == word)
      let next = Self.letters(min(part, 32), 3)
      let joined = try word.followed(by: Self.word(next))
      #expect(joined?.bytes == (length + next.count <= 32 ? letters + next : nil))
    }
  }

  @Test(arguments: 0...32)
  func `find a part where an array holds it`(length: Int) throws {
    for seed in 4..<24 {
      let letters = Self.letters(length, seed)
      for partLength in 0...3 {
        let part = Self.letters(partLength, seed + 100)
        let starts = try Self.word(letters).starts(of: Self.word(part))
        let expected = letters.indices.filter {
          partLength > 0 && letters[$0...].starts(with: part)
        }
        #expect((0..<32).filter { starts >> $0 & 1 == 1 } == expected)
      }
    }
  }
}
