public import Files
public import Randomness

extension Fraction {
  /// What a difficulty fixes.
  struct Size {
    var terms: Int
    var kind: Kind?
    var denominators: Int
    var wholes: Int

    init(_ difficulty: Difficulty) {
      let sizes = [
        (2, 6, 0), (2, 9, 2), (3, 8, 0), (3, 9, 2), (4, 8, 0), (4, 9, 1), (5, 9, 1), (5, 9, 3),
        (6, 9, 2), (6, 9, 4),
      ]
      let size = sizes[difficulty.level - 1]
      terms = difficulty["terms"] ?? size.0
      kind = difficulty["kind"].flatMap { Kind(rawValue: $0) }
      denominators = difficulty["denominators"] ?? size.1
      wholes = difficulty["wholes"] ?? size.2
    }

    /// Two fractions are in order half of the time by chance, and few values are rarely all
    /// different.
    var canOrder: Bool {
      // Halves, thirds and so on alone are often enough.
      terms >= 3 && ((denominators - 1) * (wholes + 1) >= 2 * terms || valueCount >= 2 * terms)
    }

    var kinds: [Kind] {
      if let kind { return [kind] }
      return canOrder ? [.sum, .product, .order] : [.sum, .product]
    }

    /// Proper fractions up to the bound, reduced or not.
    var fractionCount: Int { denominators * (denominators - 1) / 2 }

    var termCount: Int { fractionCount * (wholes + 1) }

    /// Different values of terms.
    var valueCount: Int { classes.reduce(0) { $0 + $1.values } }

    /// For each reduced denominator, how many values have it and how many terms each of those has.
    var classes: [(values: Int, spellings: Int)] {
      (2...denominators).map { bottom in
        let tops = (1..<bottom).count { Fraction.divisor(bottom, $0) == 1 }
        return (tops * (wholes + 1), denominators / bottom)
      }
    }
  }

  public func refusal(of difficulty: Difficulty) -> String? {
    let size = Size(difficulty)
    return size.kind == .order && !size.canOrder
      ? "an order needs at least 3 terms, and twice as many different values as terms" : nil
  }

  public func shortcutBound(level: Int) -> Double { 0.2 }

  /// The order of an order problem as it stands.
  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    if problem.kind == .order {
      let values = zip(problem.wholes, problem.values).map { whole, value in
        Value(top: whole * value.bottom + value.top, bottom: value.bottom)
      }
      return [("as given", FractionText.order(values))]
    }
    return []
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Size(difficulty)
    let kinds = size.kinds
    let kind = kinds[stream.uniform(kinds.count)]
    var problem: Problem
    repeat {
      var wholes: [Int] = []
      var values: [Value] = []
      for _ in 0..<size.terms {
        wholes.append(stream.uniform(size.wholes + 1))
        values.append(Self.fraction(stream.uniform(size.fractionCount)))
      }
      let isInverse = (0..<size.terms).map { index in
        index > 0 && kind != .order && stream.uniform(2) == 1
      }
      problem = Problem(kind: kind, wholes: wholes, values: values, isInverse: isInverse)
    } while kind == .order && !problem.hasDifferentValues
    return posed(problem, text: FractionText.problem(problem), at: difficulty)
  }

  /// 1/2, 1/3, 2/3, 1/4 …
  private static func fraction(_ index: Int) -> Value {
    var (bottom, rest) = (2, index)
    while rest >= bottom - 1 {
      rest -= bottom - 1
      bottom += 1
    }
    return Value(top: rest + 1, bottom: bottom)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Size(difficulty)
    guard problem.values.count == size.terms, size.kinds.contains(problem.kind),
      problem.wholes.allSatisfy({ $0 <= size.wholes }),
      problem.values.allSatisfy({ $0.bottom <= size.denominators && $0.top < $0.bottom })
    else { return nil }
    return [
      "terms": .init(size.terms), "kind": .init(problem.kind.rawValue),
      "denominators": .init(size.denominators), "wholes": .init(size.wholes),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Pairs only.
  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let size = Size(difficulty)
    guard size.terms == 2, size.termCount <= 300 else { return false }
    for kind in size.kinds {
      for isInverse in [false, true] {
        for a in 0..<size.termCount {
          for b in 0..<size.termCount {
            let terms = [a, b].map { $0.quotientAndRemainder(dividingBy: size.fractionCount) }
            let problem = Problem(
              kind: kind, wholes: terms.map { $0.quotient },
              values: terms.map { Self.fraction($0.remainder) }, isInverse: [false, isInverse])
            try body(FractionText.problem(problem))
          }
        }
      }
    }
    return true
  }

  public func canonicalText(_ problem: Problem) -> String {
    let terms = problem.values.indices.sorted { problem.key($0) < problem.key($1) }
    return FractionText.problem(
      Problem(
        kind: problem.kind, wholes: terms.map { problem.wholes[$0] },
        values: terms.map { problem.values[$0] }, isInverse: terms.map { problem.isInverse[$0] }))
  }
}

extension Fraction.Problem {
  /// By which terms are sorted: inverse ones last.
  fileprivate func key(_ term: Int) -> (Int, Int, Int, Int) {
    (isInverse[term] ? 1 : 0, wholes[term], values[term].bottom, values[term].top)
  }

  var hasDifferentValues: Bool {
    for a in values.indices {
      for b in 0..<a {
        let (p, q) = (values[a], values[b])
        if (wholes[a] * p.bottom + p.top) * q.bottom == (wholes[b] * q.bottom + q.top) * p.bottom {
          return false
        }
      }
    }
    return true
  }
}
