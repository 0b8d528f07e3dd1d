/// Canonical decomposition and composition data for all scalars except Hangul.
struct CanonicalTables: Sendable {
  static let shared = CanonicalTables()

  /// Index of a scalar's decomposition in `parts`, in the bits above its length.
  private let decompositionOf: IntegerTable
  private let parts: [UInt32]
  private let classOf: IntegerTable
  private let composed: IntegerTable
  /// 1 for a scalar that composition may touch: it decomposes, moves, or joins the one before it.
  private let touched: ScalarPages

  private init() {
    var decompositionOf = IntegerTable(capacity: Self.decompositions.count)
    var parts: [UInt32] = []
    var touched: Set<UInt32> = []
    var at = 0
    while at < Self.decompositions.count {
      let scalar = Self.decompositions[at] >> 3
      let length = Int(Self.decompositions[at] & 7)
      _ = decompositionOf.insert(UInt64(scalar), UInt64(parts.count << 3 | length))
      parts += Self.decompositions[(at + 1)..<(at + 1 + length)]
      at += 1 + length
    }
    var classOf = IntegerTable(capacity: Self.classes.count)
    for entry in Self.classes {
      _ = classOf.insert(UInt64(entry >> 8), UInt64(entry & 255))
      touched.insert(entry >> 8)
    }
    var composed = IntegerTable(capacity: Self.compositions.count / 3)
    var results: Set<UInt32> = []
    for at in stride(from: 0, to: Self.compositions.count, by: 3) {
      let (first, second) = (Self.compositions[at], Self.compositions[at + 1])
      _ = composed.insert(
        UInt64(first) << 32 | UInt64(second), UInt64(Self.compositions[at + 2]))
      touched.insert(second)
      results.insert(Self.compositions[at + 2])
    }
    // A scalar that composition produces stays unchanged; any other that decomposes does not.
    at = 0
    while at < Self.decompositions.count {
      let scalar = Self.decompositions[at] >> 3
      if !results.contains(scalar) { touched.insert(scalar) }
      at += 1 + Int(Self.decompositions[at] & 7)
    }
    for vowel in Hangul.vowels { touched.insert(vowel) }
    for trailing in Hangul.trailings { touched.insert(trailing) }
    var runs: [UInt32] = [0]
    for scalar in touched.sorted() {
      if runs.last == scalar << 1 { runs.removeLast() }
      runs += [scalar << 1 | 1, (scalar + 1) << 1]
    }
    self.decompositionOf = decompositionOf
    self.parts = parts
    self.classOf = classOf
    self.composed = composed
    self.touched = ScalarPages(runs, valueBits: 1)
  }

  @inline(__always)
  func isTouched(_ scalar: UInt32) -> Bool { scalar >= 0x300 && touched[scalar] == 1 }

  /// Canonical combining class; 0 for a starter.
  func combiningClass(_ scalar: UInt32) -> UInt8 {
    scalar < 0x300 ? 0 : UInt8(truncatingIfNeeded: classOf[UInt64(scalar)] ?? 0)
  }

  /// Appends the full canonical decomposition.
  func decompose(_ scalar: UInt32, into scalars: inout [UInt32]) {
    if Hangul.syllables.contains(scalar) {
      Hangul.decompose(scalar, into: &scalars)
    } else if scalar >= 0xC0, let entry = decompositionOf[UInt64(scalar)] {
      let first = Int(entry >> 3)
      scalars += parts[first..<(first + Int(entry & 7))]
    } else {
      scalars.append(scalar)
    }
  }

  /// The scalar that a pair composes to.
  func composition(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if let syllable = Hangul.compose(first, second) { return syllable }
    return composed[UInt64(first) << 32 | UInt64(second)].map { UInt32(truncatingIfNeeded: $0) }
  }
}

/// Hangul syllables and their parts, computed (Unicode 15, 3.12).
private enum Hangul {
  static let syllables: Range<UInt32> = 0xAC00..<(0xAC00 + 11172)
  static let leadings: Range<UInt32> = 0x1100..<0x1113
  static let vowels: Range<UInt32> = 0x1161..<0x1176
  /// The first value means no trailing consonant.
  static let trailings: Range<UInt32> = 0x11A8..<0x11C3

  static func decompose(_ syllable: UInt32, into scalars: inout [UInt32]) {
    let index = syllable - syllables.lowerBound
    scalars.append(leadings.lowerBound + index / 588)
    scalars.append(vowels.lowerBound + index % 588 / 28)
    if index % 28 > 0 { scalars.append(trailings.lowerBound - 1 + index % 28) }
  }

  static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if leadings.contains(first), vowels.contains(second) {
      let pair = (first - leadings.lowerBound) * 21 + (second - vowels.lowerBound)
      return syllables.lowerBound + pair * 28
    }
    if syllables.contains(first), (first - syllables.lowerBound) % 28 == 0,
      trailings.contains(second)
    {
      return first + (second - trailings.lowerBound + 1)
    }
    return nil
  }
}
