/// A value and its derivative in a prime field: `value + slope e` with e² = 0.
///
/// Functions are drawn at random but fixed: exp and ln of a value are hashes of it, sin and cos a
/// hashed point of the circle (2t/(1+t²), (1-t²)/(1+t²)). So two terms that are equal by the rules
/// of arithmetic and sin² + cos² = 1 have equal values, and others differ but with probability
/// 2^-50.
struct DualNumber {
  static let prime = (1 << 61) - 1

  var value: Int
  var slope: Int

  /// The value of a term at a point that `seed` chooses; `nil` where it divides by 0.
  init?(_ term: Term, at seed: Int) {
    var stack: [DualNumber] = []
    for node in term.nodes.reversed() {
      switch node {
      case .number(let number):
        stack.append(DualNumber(value: Self.reduced(number), slope: 0))
      case .x: stack.append(DualNumber(value: Self.hash(seed, 0), slope: 1))
      case .power(let n):
        guard let base = stack.popLast() else { return nil }
        let lower = Self.power(base.value, n - 1)
        stack.append(
          DualNumber(
            value: Self.times(lower, base.value),
            slope: Self.times(Self.times(n, lower), base.slope)))
      case .function(let name):
        guard let u = stack.popLast(), let result = Self.applied(name, u) else { return nil }
        stack.append(result)
      case .binary:
        guard let a = stack.popLast(), let b = stack.popLast(),
          let result = Self.combined(node, a, b)
        else { return nil }
        stack.append(result)
      }
    }
    guard stack.count == 1 else { return nil }
    self = stack[0]
  }

  private init(value: Int, slope: Int) { (self.value, self.slope) = (value, slope) }

  private static func applied(_ name: Term.Name, _ u: DualNumber) -> DualNumber? {
    let h = hash(u.value, name == .exp ? 1 : name == .ln ? 2 : 3)
    let square = times(h, h)
    guard name == .exp || name == .ln || square != prime - 1 else { return nil }
    let inverse = power(plus(1, square), prime - 2)
    let (sine, cosine) = (
      times(times(2, h), inverse), times(plus(1, prime - square), inverse)
    )
    switch name {
    case .exp: return DualNumber(value: h, slope: times(h, u.slope))
    case .ln:
      guard u.value != 0 else { return nil }
      return DualNumber(value: h, slope: times(u.slope, power(u.value, prime - 2)))
    case .sin: return DualNumber(value: sine, slope: times(cosine, u.slope))
    case .cos: return DualNumber(value: cosine, slope: times(prime - sine, u.slope))
    case .derivative: return nil
    }
  }

  private static func combined(
    _ node: Term.Node, _ a: DualNumber, _ b: DualNumber
  ) -> DualNumber? {
    switch node {
    case .plus: return DualNumber(value: plus(a.value, b.value), slope: plus(a.slope, b.slope))
    case .minus:
      return DualNumber(
        value: plus(a.value, prime - b.value), slope: plus(a.slope, prime - b.slope))
    case .times:
      return DualNumber(
        value: times(a.value, b.value),
        slope: plus(times(a.slope, b.value), times(a.value, b.slope)))
    default:
      guard b.value != 0 else { return nil }
      let inverse = power(b.value, prime - 2)
      let value = times(a.value, inverse)
      // (a/b)' = (a' - (a/b) b') / b
      return DualNumber(
        value: value, slope: times(plus(a.slope, prime - times(value, b.slope)), inverse))
    }
  }

  private static func reduced(_ a: Int) -> Int { ((a % prime) + prime) % prime }
  private static func plus(_ a: Int, _ b: Int) -> Int {
    Int((UInt64(a) + UInt64(b)) % UInt64(prime))
  }
  private static func times(_ a: Int, _ b: Int) -> Int {
    Int(UInt128(UInt64(a)) * UInt128(UInt64(b)) % UInt128(prime))
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int {
    var (result, square, rest) = (1, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = times(result, square) }
      square = times(square, square)
      rest >>= 1
    }
    return result
  }

  /// SplitMix64's finalizer (Steele, Lea and Flood 2014), reduced.
  private static func hash(_ value: Int, _ salt: UInt64) -> Int {
    var z = UInt64(bitPattern: Int64(value)) &+ (salt &+ 1) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)) % UInt64(prime))
  }
}
