extension Euclid {
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let half = 1 << (Self.bits(difficulty) - 1)
    let forms = Self.forms(difficulty)
    let moduli = Self.moduli(difficulty)
    var problems = Int128(0)
    var (collision, heaviest) = (0.0, 0.0)
    let share = 1 / Double(forms.count)
    let h = Double(half)
    for form in forms {
      var likeliest = 0.0
      switch form {
      case .divisor, .bezout:
        for n in half..<2 * half { problems += Int128(n - 1) }
        // Over all common factors f that may have been drawn first: at least h/f - 1 first numbers,
        // and as many second ones.
        let limit = Self.factorLimit(half)
        for f in 1...limit {
          let others = max(1, h / Double(f) - 1)
          likeliest += 1 / (Double(limit) * others * others)
        }
      case .inverse:
        for n in half..<2 * half { problems += Int128(n - 2) }
        // At least every other draw is kept.
        likeliest = 2 / (h * (h - 2))
      case .power:
        for n in half..<2 * half { problems += Int128(n - 2) * Int128(half) }
        likeliest = 1 / (h * h * (h - 2))
      case .congruences:
        problems += Self.congruenceCount(half, moduli)
        // A set of smaller moduli has at most this probability. Where a number meets all, its
        // remainders are one of h at least. Where none does (1 of 6), a quarter of the moduli
        // drawn at least is even twice and kept, and remainders that contradict each other are
        // half of 2 h or more: 1/6 * 4 / h, which is less.
        let limit = moduli == 4 ? min(half, Self.smallModulusLimit) : half
        let sets = (1..<moduli).reduce(1.0) { $0 * Double(limit - 1 - $1) / Double($1) }
        likeliest = 1 / (h * h * sets)
      }
      collision += share * share * likeliest
      heaviest = max(heaviest, share * likeliest)
    }
    let words = ["", "one form", "", "", "four forms", "five forms"][forms.count]
    return ProblemSpace(
      problems: String(problems), collision: collision, collisionIsExact: false,
      heaviest: heaviest,
      note: "\(words), the greatest number of \(Self.bits(difficulty)) bits"
        + (forms.contains(.congruences) ? ", \(moduli) congruences" : ""))
  }

  /// Over all sets of moduli, the product of the moduli: so many remainders they have.
  ///
  /// `sums[k]` is the sum over all sets of k smaller moduli so far.
  private static func congruenceCount(_ half: Int, _ count: Int) -> Int128 {
    var sums = [Int128(1)] + [Int128](repeating: 0, count: count - 1)
    func add(_ modulus: Int) {
      for k in (1..<count).reversed() { sums[k] += sums[k - 1] * Int128(modulus) }
    }
    for modulus in 2..<half where count < 4 || modulus < smallModulusLimit { add(modulus) }
    var problems = Int128(0)
    for greatest in half..<2 * half {
      problems += sums[count - 1] * Int128(greatest)
      if count < 4 || greatest < smallModulusLimit { add(greatest) }
    }
    return problems
  }
}
