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
    bits |= UInt64(letter) &<< Self.shift(count)
    count += 1
  }

  /// The letter at a place from 0 on, 0 for a to 3 for d.
  ///
  /// - Precondition: the place is below 32; behind the end there is an a.
  package subscript(place: Int) -> Int {
    get { Int(bits &>> Self.shift(place) & 3) }
    set { bits = bits & ~(3 &<< Self.shift(place)) | UInt64(newValue) &<< Self.shift(place) }
  }

  /// Its first letters, at most `length`.
  package func prefix(_ length: Int) -> Self {
    length < count ? Self(bits: bits & Self.first(length), count: length) : self
  }

  /// What its first letters leave.
  package func dropFirst(_ length: Int) -> Self {
    length < count ? Self(bits: bits &<< UInt64(2 * length), count: count - length) : Self()
  }

  /// Two words one after the other.
  ///
  /// - Precondition: together they have at most 32 letters.
  package static func + (first: Self, second: Self) -> Self {
    let count = first.count + second.count
    precondition(count <= capacity, "a word of at most 32 letters")
    return Self(bits: first.bits | second.moved(back: first.count), count: count)
  }

  /// The word with another in place of `length` letters from `place` on.
  ///
  /// - Precondition: these letters exist, and there is room.
  package func replacing(_ length: Int, at place: Int, with other: Self) -> Self {
    prefix(place) + other + dropFirst(place + length)
  }

  /// Whether it and another are alike from a place of it on, as far as both go.
  ///
  /// - Precondition: there is a letter at this place.
  package func agrees(from place: Int, with other: Self) -> Bool {
    (bits &<< UInt64(2 * place) ^ other.bits) & Self.first(min(count - place, other.count)) == 0
  }

  /// Where each letter stands.
  package var letterPlaces: LetterPlaces {
    let (low, high) = (bits & Self.lowerBits, bits >> 1 & Self.lowerBits)
    let a = ~(low | high) & Self.lowerBits & Self.first(count)
    return LetterPlaces(a, low & ~high, high & ~low, low & high)
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
    let places = letterPlaces.of
    return Self(
      bits: (0..<4).reduce(0) { $0 | places[$1] &* names[$1] }, count: count)
  }

  /// Writes its letters in ASCII.
  package func append(to bytes: inout [UInt8]) {
    for place in 0..<count { bytes.append(Self.letterA + UInt8(self[place])) }
  }

  /// Its bits with room for so many letters before them; nothing beyond 32 is kept.
  private func moved(back places: Int) -> UInt64 {
    // Twice, for a shift by 64 would be none.
    (bits &>> UInt64(places)) &>> UInt64(places)
  }

  /// The bits of the first letters.
  private static func first(_ count: Int) -> UInt64 {
    ~((UInt64.max &>> UInt64(count)) &>> UInt64(count))
  }

  /// How far above the last the letter at a place is.
  private static func shift(_ place: Int) -> UInt64 { 62 &- 2 &* UInt64(place) }
}

/// Where each letter of a word stands: bit 62 - 2p for each place p, as `PackedWord.first(of:)`
/// reads them.
package struct LetterPlaces: Sendable {
  /// Of a, b, c and d.
  fileprivate let of: InlineArray<4, UInt64>

  fileprivate init(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) { of = [a, b, c, d] }

  /// Where a part of two letters at least stands.
  package func places(of part: PackedWord) -> UInt64 {
    var places = of[part[0]] & of[part[1]] &<< 2
    if part.count > 2 {
      for index in 2..<part.count { places &= of[part[index]] &<< UInt64(2 * index) }
    }
    return places
  }
}

extension PackedWord: Comparable {
  /// By the alphabet, a word before those that go on from it.
  package static func < (first: Self, second: Self) -> Bool {
    first.bits != second.bits ? first.bits < second.bits : first.count < second.count
  }
}
