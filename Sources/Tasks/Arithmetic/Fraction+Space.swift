internal import Foundation

extension Fraction {
  /// Sums and products of n out of T equally likely terms, j of them inverse with the chance
  /// C(n - 1, j) / 2^(n - 1): as many problems as multisets of n - j and of j terms. Two draws are
  /// one problem if they have the same j and both parts are orders of the same multiset, of which
  /// k terms have the chance (k!)² [x^k] (sum x^m / (m!)²)^T / T^(2k). Orders are sets of n terms
  /// of different values, uniform.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Size(difficulty)
    let (n, t) = (size.terms, size.termCount)
    var (problems, collision, heaviest) = (Int128(0), 0.0, 0.0)
    let kinds = Double(size.kinds.count)
    for kind in size.kinds {
      if kind == .order {
        let sets = Self.sets(of: n, size)
        problems += sets
        collision += 1 / Double(sets) / kinds / kinds
        heaviest = max(heaviest, 1 / Double(sets) / kinds)
        continue
      }
      for inverse in 0..<n {
        let plain = n - inverse
        problems += Self.multisets(of: plain, from: t) * Self.multisets(of: inverse, from: t)
        let chance = Self.choose(n - 1, inverse) / exp2(Double(n - 1))
        let same = Self.sameMultiset(plain, from: t) * Self.sameMultiset(inverse, from: t)
        collision += chance * chance * same / kinds / kinds
        let orders = tgamma(Double(plain + 1)) * tgamma(Double(inverse + 1))
        heaviest = max(heaviest, chance * orders / pow(Double(t), Double(n)) / kinds)
      }
    }
    return ProblemSpace(
      problems: problems, collision: collision, collisionIsExact: true, heaviest: heaviest,
      note: "\(n) terms out of \(t): fractions below 1 with denominators up to "
        + "\(size.denominators)" + (size.wholes > 0 ? ", whole parts up to \(size.wholes)" : ""))
  }

  private static func choose(_ n: Int, _ k: Int) -> Double {
    (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  private static func multisets(of k: Int, from t: Int) -> Int128 {
    (0..<k).reduce(Int128(1)) { $0 * Int128(t + $1) / Int128($1 + 1) }
  }

  /// The chance that two lists of k uniform terms are orders of one multiset.
  private static func sameMultiset(_ k: Int, from t: Int) -> Double {
    func times(_ a: [Double], _ b: [Double]) -> [Double] {
      (0...k).map { degree in (0...degree).reduce(0.0) { $0 + a[$1] * b[degree - $1] } }
    }
    var base = (0...k).map { 1 / pow(tgamma(Double($0 + 1)), 2) }
    var power = [1.0] + [Double](repeating: 0, count: k)
    var exponent = t
    while exponent > 0 {
      if exponent % 2 == 1 { power = times(power, base) }
      base = times(base, base)
      exponent /= 2
    }
    return pow(tgamma(Double(k + 1)), 2) * power[k] / pow(Double(t), Double(2 * k))
  }

  /// Sets of n terms, no two of one value: the n-th elementary symmetric sum of the spellings.
  private static func sets(of n: Int, _ size: Size) -> Int128 {
    var sums = [Int128(1)] + [Int128](repeating: 0, count: n)
    for (values, spellings) in size.classes {
      for _ in 0..<values {
        for k in stride(from: n, to: 0, by: -1) { sums[k] += sums[k - 1] * Int128(spellings) }
      }
    }
    return sums[n]
  }
}
