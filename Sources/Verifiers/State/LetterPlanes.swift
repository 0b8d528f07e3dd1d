/// A word of at most 32 letters a to d in two planes of 32 bits: bit i of each says of letter i
/// whether it is b or d (`odd`), and whether it is c or d (`late`).
package struct LetterPlanes: Sendable, Equatable {
  /// The most letters that a word can have.
  package static let limit = 32

  private var odd: UInt32 = 0
  private var late: UInt32 = 0
  /// How many letters it has.
  package private(set) var count = 0

  /// The empty word.
  package init() {}

  /// Reads ASCII; `nil` if a byte is no letter a to d or there are more than 32.
  ///
  /// - Precondition: `bytes` has the range.
  package init?(_ bytes: [UInt8], in range: Range<Int>) {
    guard range.count <= Self.limit else { return nil }
    for place in range {
      let letter = UInt32(bytes[place] &- UInt8(ascii: "a"))
      guard letter < 4 else { return nil }
      odd |= (letter & 1) &<< UInt32(count)
      late |= (letter >> 1) &<< UInt32(count)
      count += 1
    }
  }

  private init(odd: UInt32, late: UInt32, count: Int) {
    (self.odd, self.late, self.count) = (odd, late, count)
  }

  /// The letters in ASCII.
  package var bytes: [UInt8] { (0..<count).map { UInt8(ascii: "a") + UInt8(letter(at: $0)) } }

  /// The letter at a place from 0 on: 0 for a to 3 for d.
  ///
  /// - Precondition: there is one.
  package func letter(at place: Int) -> Int {
    precondition(0..<count ~= place, "there is no such letter")
    return Int(odd >> place & 1) + 2 * Int(late >> place & 1)
  }

  /// Its first letters, at most `length`.
  package func prefix(_ length: Int) -> Self {
    let mask = Self.below(length)
    return Self(odd: odd & mask, late: late & mask, count: min(length, count))
  }

  /// What its first letters leave; nothing where there are no more.
  package func suffix(from start: Int) -> Self {
    // A shift by 32 or more gives 0.
    Self(odd: odd >> start, late: late >> start, count: max(0, count - start))
  }

  /// The word with another one after it; `nil` if that is more than 32 letters.
  package func followed(by next: Self) -> Self? {
    guard count + next.count <= Self.limit else { return nil }
    return Self(
      odd: odd | next.odd << count, late: late | next.late << count, count: count + next.count)
  }

  /// Bit i where `part`, which is not empty, stands from letter i on.
  package func starts(of part: Self) -> UInt32 {
    guard part.count > 0, part.count <= count else { return 0 }
    var starts = Self.below(count - part.count + 1)
    for index in 0..<part.count {
      // All ones where the letter sought is odd or late.
      let (isOdd, isLate) = (
        0 &- (part.odd &>> UInt32(index) & 1), 0 &- (part.late &>> UInt32(index) & 1)
      )
      starts &= ~(odd &>> UInt32(index) ^ isOdd) & ~(late &>> UInt32(index) ^ isLate)
    }
    return starts
  }

  /// Ones for the first places.
  private static func below(_ count: Int) -> UInt32 { count < 32 ? 1 << count - 1 : .max }
}
