/// A point (cos x, sin x) of the circle over a prime field, from the parameter t = tan(x/2).
struct CirclePoint {
  private static let prime = UInt64((1 << 61) - 1)

  private var sine: UInt64
  private var cosine: UInt64

  /// Two points that depend on all bytes, so that no text can be made to suit them.
  static func points(for texts: [[UInt8]]) -> [CirclePoint] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    for text in texts {
      for byte in text { state = mixed(state ^ UInt64(byte)) }
      state = mixed(state ^ 0x100)
    }
    return (0..<2).map { _ in
      state = mixed(state &+ 0x9E37_79B9_7F4A_7C15)
      return CirclePoint(t: state % prime)
    }
  }

  private init(t: UInt64) {
    let square = Self.times(t, t)
    let inverse = Self.power(square + 1, Self.prime - 2)
    sine = Self.times(Self.times(2, t), inverse)
    cosine = Self.times((1 + Self.prime - square) % Self.prime, inverse)
  }

  /// - Precondition: the term has no functions but sin and cos of x, 2*x, 3*x.
  func value(of term: Term) -> UInt64 {
    var stack: [UInt64] = []
    for (place, node) in term.nodes.enumerated().reversed() {
      switch node {
      case .number(let number):
        let prime = Int(Self.prime)
        stack.append(UInt64(((number % prime) + prime) % prime))
      case .x: stack.append(0)
      case .power(let n): stack.append(Self.power(stack.popLast() ?? 0, UInt64(n)))
      case .function(let name):
        _ = stack.popLast()
        var angle = 1
        if place + 2 < term.nodes.count, term.nodes[place + 1] == .times,
          case .number(let factor) = term.nodes[place + 2]
        {
          angle = factor
        }
        stack.append(value(name, angle))
      case .binary(let sign):
        let (a, b) = (stack.popLast() ?? 0, stack.popLast() ?? 0)
        stack.append(
          sign == UInt8(ascii: "+")
            ? (a + b) % Self.prime
            : sign == UInt8(ascii: "-") ? (a + Self.prime - b) % Self.prime : Self.times(a, b))
      }
    }
    return stack.last ?? 0
  }

  /// By the addition theorems, angle after angle.
  private func value(_ name: Term.Name, _ angle: Int) -> UInt64 {
    let prime = Self.prime
    var (s, c) = (sine, cosine)
    for _ in 1..<max(1, min(angle, 3)) {
      (s, c) = (
        (Self.times(s, cosine) + Self.times(c, sine)) % prime,
        (Self.times(c, cosine) + prime - Self.times(s, sine)) % prime
      )
    }
    return name == .sin ? s : c
  }

  private static func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
    UInt64(UInt128(a) * UInt128(b) % UInt128(prime))
  }

  private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, square, rest) = (UInt64(1), base % prime, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = times(result, square) }
      square = times(square, square)
      rest >>= 1
    }
    return result
  }

  /// SplitMix64's finalizer (Steele, Lea and Flood 2014).
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
