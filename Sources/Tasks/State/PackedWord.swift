/// A word of at most 32 letters a to d in 64 bits: two bits for each letter, the first letter
/// highest, zeros after the last.
///
/// Words compare as numbers, taking letters out or putting them in is a shift, and all places of a
/// pattern are found at once.
package struct PackedWord: Sendable, Hashable {
  /// The most letters that a word can have.
  package static let capacity = 32
  private static let letterA = UInt8(ascii: "a")
  /// The lower bit of each letter.
  private static let lowerBits: UInt64 = 0x5555_5555_5555_5555

  private var bits: UInt64
  /// How many letters it has.
  package private(set) var count: Int

  private init(bits: UInt64, count: Int) { (self.bits, self.count) = (bits, count) }

  /// The word without letters.
  package init() { self.init(bits: 0, count: 0) }

  /// Reads letters a to d in ASCII; `nil` for any other byte or for too many.
  package init?(_ text: some Collection<UInt8>) {
    guard text.count <= Self.capacity else { return nil }
    self.init()
    for byte in text {
      let letter = byte &- Self.letterA
      guard letter < 4 else { return nil }
      append(Int(letter))
    }
  }

  /// Whether it has no letter.
  package var isEmpty: Bool { count == 0 }

  /// Adds a letter, 0 for a to 3 for d.
  ///
  /// - Precondition: there is room for it.
  package mutating func append(_ letter: Int) {
    precondition(count < Self.capacity && 0..<4 ~= letter, "no room, or no letter a to d")
    bits |= UInt64(letter) << (62 - 2 * count)
    count += 1
  }

  /// The letter at a place from 0 on, 0 for a to 3 for d.
  package subscript(place: Int) -> Int {
    get { Int(bits >> (62 - 2 * place) & 3) }
    set {
      let shift = 62 - 2 * place
      bits = bits & ~(3 << shift) | UInt64(newValue) << shift
    }
  }

  /// Its first letters, at most `length`.
  package func prefix(_ length: Int) -> Self {
    length < count ? Self(bits: bits & Self.first(length), count: length) : self
  }

  /// What its first letters leave.
  package func dropFirst(_ length: Int) -> Self {
    length < count ? Self(bits: bits << (2 * length), count: count - length) : Self()
  }

  /// Two words one after the other.
  ///
  /// - Precondition: together they have at most 32 letters.
  package static func + (first: Self, second: Self) -> Self {
    let count = first.count + second.count
    precondition(count <= capacity, "a word of at most 32 letters")
    return Self(bits: first.bits | second.bits >> (2 * first.count), count: count)
  }

  /// The word with another in place of `length` letters from `place` on.
  ///
  /// - Precondition: these letters exist, and there is room.
  package func replacing(_ length: Int, at place: Int, with other: Self) -> Self {
    prefix(place) + other + dropFirst(place + length)
  }

  /// Whether it and another are alike from a place of it on, as far as both go.
  package func agrees(from place: Int, with other: Self) -> Bool {
    (bits << (2 * place) ^ other.bits) & Self.first(min(count - place, other.count)) == 0
  }

  /// Where each letter stands.
  package var letterPlaces: LetterPlaces {
    let (low, high) = (bits & Self.lowerBits, bits >> 1 & Self.lowerBits)
    let a = ~(low | high) & Self.lowerBits & Self.first(count)
    return LetterPlaces(of: [a, low & ~high, high & ~low, low & high])
  }

  /// The first of some places, as `LetterPlaces` gives them; 32 if there is none.
  package static func first(of places: UInt64) -> Int { places.leadingZeroBitCount / 2 }

  /// The letters that it has: bit 0 for a to bit 3 for d.
  package var letters: Int {
    let places = letterPlaces
    return (0..<4).reduce(0) { places.of[$1] == 0 ? $0 : $0 | 1 << $1 }
  }

  /// The word with each letter in place of another: entry i is what letter i becomes, 0 for a to 3
  /// for d.
  package func renamed(_ names: SIMD4<UInt64>) -> Self {
    Self(bits: (letterPlaces.of &* names).wrappedSum(), count: count)
  }

  /// Writes its letters in ASCII.
  package func append(to bytes: inout [UInt8]) {
    for place in 0..<count { bytes.append(Self.letterA + UInt8(self[place])) }
  }

  /// The bits of the first letters.
  private static func first(_ count: Int) -> UInt64 { ~(UInt64.max >> (2 * count)) }
}

/// Where each letter of a word stands: bit 62 - 2p for each place p, as `PackedWord.first(of:)`
/// reads them.
package struct LetterPlaces: Sendable {
  /// Of a, b, c and d.
  fileprivate let of: SIMD4<UInt64>

  fileprivate init(of places: SIMD4<UInt64>) { of = places }

  /// Where a part of two letters at least stands.
  package func places(of part: PackedWord) -> UInt64 {
    var places = of[part[0]] & of[part[1]] << 2
    for index in 2..<part.count { places &= of[part[index]] << (2 * index) }
    return places
  }
}

extension PackedWord: Comparable {
  /// By the alphabet, a word before those that go on from it.
  package static func < (first: Self, second: Self) -> Bool {
    first.bits != second.bits ? first.bits < second.bits : first.count < second.count
  }
}
