internal import Files

extension TrigIdentity {
  private static let prime = UInt64((1 << 61) - 1)

  /// Points t of the circle (2t/(1+t²), (1-t²)/(1+t²)) at which terms are compared.
  private static let points: [UInt64] = [
    0x0123_4567_89AB_CDEF, 0x1571_03A9_5E2F_77B1, 0x0DEC_AF5E_ED0F_FACE,
  ]

  /// Each line is held against the problem by its values: a side that has another value than the
  /// problem's, or that cannot be read, is wrong whatever led to it.
  public func meaning(problem: String, solution: String) -> TraceMeaning {
    guard let given = read(problem) else { return .wrong(step: 0) }
    let left = Self.values(given.left)
    let right = Self.values(given.right)
    var lines = solution.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    for (index, line) in lines.enumerated() {
      guard let text = Self.joined(line) else { return .wrong(step: index + 1) }
      if text.hasPrefix("Answer:") {
        let stated = text.dropFirst(7)
        let isRight =
          stated == "different"
          ? left != right
          : left == right && Formula(reading: stated, digitLimit: 18).map(Self.values) == left
        guard isRight else { return .wrong(step: index + 1) }
        return index == lines.count - 1 ? .unknown : .wrong(step: index + 2)
      }
      let sides = text.split(separator: "=", omittingEmptySubsequences: false)
      guard sides.count == 2, let a = Formula(reading: sides[0], digitLimit: 18),
        let b = Formula(reading: sides[1], digitLimit: 18), Self.values(a) == left,
        Self.values(b) == right
      else { return .wrong(step: index + 1) }
    }
    return .wrong(step: lines.count + 1)
  }

  /// The line without its spaces; `nil` where one stands inside a word, or for bytes of no term.
  private static func joined(_ line: Substring) -> String? {
    var bytes: [UInt8] = []
    var isAfterSpace = false
    func isWord(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
    for byte in line.utf8 {
      if byte == 0x20 {
        isAfterSpace = true
        continue
      }
      if isAfterSpace, let last = bytes.last, isWord(last), isWord(byte) { return nil }
      isAfterSpace = false
      bytes.append(byte)
    }
    return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
  }

  private static func times(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return prime.dividingFullWidth((product.high, product.low)).remainder
  }

  private static func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, square, rest) = (UInt64(1), base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = times(result, square) }
      square = times(square, square)
      rest >>= 1
    }
    return result
  }

  /// Values at all points; `nil` at one for a term that has none.
  static func values(_ term: Formula) -> [UInt64?] {
    points.map { t in
      let square = times(t % prime, t % prime)
      let inverse = power((1 + square) % prime, prime - 2)
      let sine = times(2 * (t % prime) % prime, inverse)
      let cosine = times((1 + prime - square) % prime, inverse)
      return value(term, sine, cosine)
    }
  }

  private static func value(_ term: Formula, _ s: UInt64, _ c: UInt64) -> UInt64? {
    switch term {
    case .number(let n): return UInt64(((n % Int(prime)) + Int(prime)) % Int(prime))
    case .x: return nil
    case .binary(let sign, let a, let b):
      guard let a = value(a, s, c), let b = value(b, s, c) else { return nil }
      switch sign {
      case UInt8(ascii: "+"): return (a + b) % prime
      case UInt8(ascii: "-"): return (a + prime - b) % prime
      case UInt8(ascii: "*"): return times(a, b)
      default: return nil
      }
    case .power(let base, let n): return value(base, s, c).map { power($0, UInt64(n)) }
    case .function(let name, let argument):
      let angle: Int
      switch argument {
      case .x: angle = 1
      case .binary(UInt8(ascii: "*"), .number(let n), .x) where n == 2 || n == 3: angle = n
      default: return nil
      }
      // (cos + i sin)^n by de Moivre.
      var (re, im) = (c, s)
      for _ in 1..<angle {
        (re, im) = (
          (times(re, c) + prime - times(im, s)) % prime, (times(re, s) + times(im, c)) % prime
        )
      }
      return name == "sin" ? im : name == "cos" ? re : nil
    }
  }
}
