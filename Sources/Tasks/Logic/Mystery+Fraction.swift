extension Mystery {
  /// A positive number in lowest terms.
  struct Fraction: Equatable, Sendable {
    private(set) var top: Int
    private(set) var bottom: Int

    /// - Precondition: both are positive.
    init(_ top: Int, _ bottom: Int) {
      let divisor = Self.divisor(top, bottom)
      self.top = top / divisor
      self.bottom = bottom / divisor
    }

    /// `3/4`, or `2` without a bottom; `nil` for another writing.
    init?(reading text: Substring) {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2, let top = Int(parts[0]),
        let bottom = parts.count == 2 ? Int(parts[1]) : 1,
        (1...9999).contains(top), (1...9999).contains(bottom)
      else { return nil }
      self.init(top, bottom)
      if self.text != text { return nil }
    }

    var text: String { bottom == 1 ? String(top) : "\(top)/\(bottom)" }

    static func divisor(_ a: Int, _ b: Int) -> Int {
      var (a, b) = (a, b)
      while b != 0 { (a, b) = (b, a % b) }
      return max(1, a)
    }

    /// `nil` beyond the largest number.
    func times(_ other: Fraction) -> Fraction? {
      // Across first, so that nothing overflows that fits in lowest terms.
      let (a, b) = (Fraction(top, other.bottom), Fraction(other.top, bottom))
      let (top, isOver) = a.top.multipliedReportingOverflow(by: b.top)
      let (bottom, isUnder) = a.bottom.multipliedReportingOverflow(by: b.bottom)
      guard !isOver, !isUnder, top < largest, bottom < largest else { return nil }
      return Fraction(top, bottom)
    }

    func isLess(than other: Fraction) -> Bool { top * other.bottom < other.top * bottom }

    /// Whole numbers in the same ratios, without a common divisor.
    static func odds(of fractions: [Fraction]) -> [Int] {
      let multiple = fractions.reduce(1) { $0 / divisor($0, $1.bottom) * $1.bottom }
      let whole = fractions.map { multiple / $0.bottom * $0.top }
      let common = whole.reduce(0) { divisor($1, $0) }
      return whole.map { $0 / max(1, common) }
    }
  }
}

extension Mystery.Problem {
  /// The weights times a clue's probabilities; `nil` beyond the largest number.
  func multiplied(by clue: Clue) -> [Mystery.Fraction]? {
    var products: [Mystery.Fraction] = []
    for (weight, chance) in zip(weights, clue.chances) {
      guard weight > 0, let product = Mystery.Fraction(weight, 1).times(chance) else { return nil }
      products.append(product)
    }
    return products
  }
}
