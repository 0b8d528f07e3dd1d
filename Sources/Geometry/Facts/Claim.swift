/// A statement about at most eight points, packed: what the engine stores, hashes and compares.
///
/// Points are the engine's numbers. `numerator / denominator` is the constant of `aconst` and
/// `angleSum` (in half turns), `rconst` and `r2const`.
package struct Claim: Hashable, Sendable {
  /// What a claim says; the meaning of its points is that of the predicate of the same name.
  package enum Kind: UInt8, Sendable, CaseIterable {
    case coll, cyclic, circle, para, perp, cong, eqangle, eqratio, midp
    case simtri, simtrir, contri, contrir
    case aconst, rconst
    /// d(CD) - d(AB) - d(GH) + d(EF) = the constant.
    case angleSum
    /// |AB| + |BC| = |AC|.
    case lengthSum
    /// |AC|^2 + |BD|^2 = |AD|^2 + |BC|^2.
    case squareSum
    /// M A B C: 4 |CM|^2 + |AB|^2 = 2 |CA|^2 + 2 |CB|^2.
    case median
    /// |AB|^2 / |CD|^2 = the constant.
    case r2const
    /// A B C D E F: |BD| |CE| |AF| = |DC| |EA| |FB|, for D, E, F on the sides of triangle ABC.
    case product
    case diff, ncoll, npara, nperp, sameclock, sameside, nsameside
    /// The segment A B is longer than C D.
    case longer
    /// B lies between A and C, or the angle there is obtuse.
    case obtuse

    /// How many points it speaks of (`coll`, `cyclic`, `circle`, `diff`: at least).
    var arity: Int {
      switch self {
      case .diff: 2
      case .coll, .ncoll, .midp, .lengthSum, .obtuse: 3
      case .cyclic, .circle, .para, .perp, .cong, .npara, .nperp, .aconst, .rconst, .r2const,
        .squareSum, .median, .longer:
        4
      case .simtri, .simtrir, .contri, .contrir, .sameclock, .sameside, .nsameside, .product: 6
      case .eqangle, .eqratio, .angleSum: 8
      }
    }

    /// Whether it is only ever read off the diagram, never derived.
    var isNumeric: Bool {
      switch self {
      case .diff, .ncoll, .npara, .nperp, .sameclock, .sameside, .nsameside, .longer, .obtuse:
        true
      default: false
      }
    }
  }

  /// What it says of its points.
  package var kind: Kind
  var points: SIMD8<UInt8>
  var numerator: Int32 = 0
  var denominator: Int32 = 1

  /// The points, and kind with constant, as one number each: a vector is compared and hashed lane
  /// by lane, and most of the engine's time goes to look-ups.
  @inline(__always)
  private var words: (UInt64, UInt64) {
    var places: UInt64 = 0
    for index in 0..<8 { places |= UInt64(points[index]) << UInt64(8 * index) }
    let top = UInt64(UInt32(bitPattern: denominator)) << 32 | UInt64(UInt32(bitPattern: numerator))
    // Constants are small: the kind does not meet them.
    return (places, top ^ UInt64(kind.rawValue) << 56)
  }

  @inline(__always)
  package static func == (a: Claim, b: Claim) -> Bool {
    a.kind == b.kind && a.words == b.words
  }

  @inline(__always)
  package func hash(into hasher: inout Hasher) {
    let (places, rest) = words
    hasher.combine(places)
    hasher.combine(rest)
  }

  /// Of points that are packed already.
  init(_ kind: Kind, _ points: SIMD8<UInt8>) {
    self.kind = kind
    self.points = points
  }

  /// Of up to eight points.
  @inline(__always)
  package init(
    _ kind: Kind, _ a: Int, _ b: Int, _ c: Int = 0xFF, _ d: Int = 0xFF, _ e: Int = 0xFF,
    _ f: Int = 0xFF, _ g: Int = 0xFF, _ h: Int = 0xFF
  ) {
    self.kind = kind
    points = SIMD8(
      UInt8(truncatingIfNeeded: a), UInt8(truncatingIfNeeded: b), UInt8(truncatingIfNeeded: c),
      UInt8(truncatingIfNeeded: d), UInt8(truncatingIfNeeded: e), UInt8(truncatingIfNeeded: f),
      UInt8(truncatingIfNeeded: g), UInt8(truncatingIfNeeded: h))
  }

  /// Of at most eight points.
  init(_ kind: Kind, list: [Int]) {
    self.kind = kind
    points = SIMD8(repeating: 0xFF)
    for index in list.indices { points[index] = UInt8(truncatingIfNeeded: list[index]) }
  }

  /// The point at a place.
  @inline(__always)
  subscript(_ index: Int) -> Int { Int(points[index]) }

  /// How many points it names.
  var count: Int {
    var count = 0
    while count < 8 && points[count] != 0xFF { count += 1 }
    return count
  }

  /// The points in order.
  package var list: [Int] { (0..<count).map { self[$0] } }

  /// With the constant `numerator / denominator`.
  func with(_ numerator: Int, over denominator: Int) -> Claim {
    var result = self
    result.numerator = Int32(truncatingIfNeeded: numerator)
    result.denominator = Int32(truncatingIfNeeded: denominator)
    return result
  }
}
