public import Files
public import Records

/// Traces of `polynomial`, with coefficients in dictionaries by power; rows of tried roots come
/// from values of truncated polynomials, term by term over a common denominator.
public struct PolynomialTraces: TraceEnumerator {
  public let family = "polynomial"
  public let alphabet = "0123456789x^+-*()=:;, \nexpanddividebyfactorsumbringremAnswer"

  public typealias Terms = [Int: Int]
  public enum State {
    case expand(rest: Terms, second: Terms, sum: Terms)
    case divide(Terms, shift: Int, row: [Int])
    case factor(Terms, failed: Set<Fraction>, roots: [Fraction])
  }

  /// In lowest terms, as it is written.
  public struct Fraction: Hashable, Sendable {
    var top: Int
    var bottom: Int

    init?(_ top: Int, over bottom: Int) {
      guard let common = (1...abs(bottom)).last(where: { top % $0 == 0 && bottom % $0 == 0 }) else {
        return nil
      }
      (self.top, self.bottom) = (top / common, bottom / common)
    }

    /// Of a value with a power of the root's bottom below it, whose factors are few.
    init(_ top: Int, overPowerOf root: Int, exponent: Int) {
      (self.top, bottom) = (top, 1)
      for _ in 0..<exponent { bottom *= root }
      for factor in 2...max(2, root) {
        while self.top % factor == 0, bottom % factor == 0 {
          (self.top, bottom) = (self.top / factor, bottom / factor)
        }
      }
    }

    var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }
    /// Tops and bottoms of problems have at most 3 digits.
    var value: Double { Double(top) / Double(bottom) }
  }

  public init() {}
  public var levelsShareProblems: Bool { true }

  public func knobs(of record: Record) -> [String: JSON]? {
    guard let bound = record.knobs["bound"], let leading = record.knobs["leading"] else {
      return nil
    }
    let body = record.problem.drop { $0 != " " }
    var degrees: [Int] = []
    for part in body.split(separator: "*") {
      let part = part.split(separator: " ")[0]
      let powers = part.split(separator: "^").dropFirst().compactMap {
        Int($0.prefix { $0.isNumber })
      }
      degrees.append(powers.max() ?? 1)
    }
    let forms: [Character: Int] = ["e": 1, "d": 2, "f": 3]
    guard let letter = record.problem.first, let form = forms[letter] else { return nil }
    return [
      "form": JSON(form), "degree": JSON(degrees.reduce(0, +)), "bound": bound, "leading": leading,
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    let rest = Array(lexemes.dropFirst())
    switch lexemes.first {
    case "expand":
      guard rest.first == "(", rest.last == ")" else { return nil }
      let parts = rest.dropFirst().dropLast().split(
        separator: ")", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[1].starts(with: ["*", "("]),
        let a = Self.read(Array(parts[0]), 3), let b = Self.read(Array(parts[1].dropFirst(2)), 3),
        let low = a.keys.max(), let high = b.keys.max(), 1 <= low, low <= high, high <= 6
      else { return nil }
      return .expand(rest: a, second: b, sum: [:])
    case "divide":
      let parts = rest.split(separator: "by", omittingEmptySubsequences: false)
      guard parts.count == 2, let a = Self.read(Array(parts[0]), 3),
        let b = Self.read(Array(parts[1]), 2), let degree = a.keys.max(), 1...6 ~= degree,
        b.keys.max() == 1, b[1] == 1
      else { return nil }
      return .divide(a, shift: -(b[0] ?? 0), row: [])
    case "factor":
      guard let a = Self.read(rest, 3), let degree = a.keys.max(), 2...5 ~= degree,
        1...99 ~= a[degree] ?? 0, let constant = a[0],
        !(2...99).contains(where: { n in a.values.allSatisfy { $0 % n == 0 } }), constant != 0
      else { return nil }
      return .factor(a, failed: [], roots: [])
    default: return nil
    }
  }

  /// Terms that are not 0, if this is their canonical writing.
  private static func read(_ lexemes: [String], _ digits: Int) -> Terms? {
    var terms: Terms = [:]
    var sign = 1
    var place = 0
    while place < lexemes.count {
      let lexeme = lexemes[place]
      place += 1
      if lexeme == "+" || lexeme == "-" {
        sign = lexeme == "+" ? 1 : -1
        continue
      }
      let number = lexeme.hasSuffix("x") ? lexeme.dropLast() : lexeme[...]
      guard number.count <= digits, number.allSatisfy({ "0123456789".contains($0) }) else {
        return nil
      }
      var power = lexeme.hasSuffix("x") ? 1 : 0
      if power == 1, place + 1 < lexemes.count, lexemes[place] == "^" {
        guard lexemes[place + 1].count < 3, let exponent = Int(lexemes[place + 1]) else {
          return nil
        }
        power = exponent
        place += 2
      }
      let value = number.isEmpty ? 1 : Int(number) ?? 0
      if value != 0 { terms[power, default: 0] += sign * value }
    }
    let written = NormalText.lexemes(Array(write(terms).utf8))
    return written.map { String(decoding: $0, as: UTF8.self) } == lexemes ? terms : nil
  }

  private static func write(_ terms: Terms) -> String {
    var text = ""
    for power in terms.keys.sorted(by: >) {
      guard let value = terms[power], value != 0 else { continue }
      text += value > 0 ? (text.isEmpty ? "" : "+") : "-"
      switch (abs(value), power) {
      case (let size, 0): text += "\(size)"
      case (1, 1): text += "x"
      case (1, _): text += "x^\(power)"
      case (let size, 1): text += "\(size)x"
      case (let size, _): text += "\(size)x^\(power)"
      }
    }
    return text.isEmpty ? "0" : text
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    switch state {
    case .expand(let rest, let second, let sum):
      if rest.isEmpty { return [("Answer: \(Self.write(sum))", nil)] }
      return rest.keys.sorted().map { power in
        let factor = rest[power] ?? 0
        var product: Terms = [:]
        for (other, value) in second { product[power + other] = factor * value }
        let total = sum.merging(product, uniquingKeysWith: +)
        var left = rest
        left[power] = nil
        return (
          "\(Self.write([power: factor]))*(\(Self.write(second)))=\(Self.write(product)); "
            + "sum \(Self.write(total))", .expand(rest: left, second: second, sum: total)
        )
      }
    case .divide(let dividend, let shift, let row):
      let degree = dividend.keys.max() ?? 0
      let coefficient = dividend[degree - row.count] ?? 0
      if row.count > degree {
        var quotient: Terms = [:]
        for (place, value) in row.dropLast().enumerated() { quotient[degree - 1 - place] = value }
        return [("Answer: \(Self.write(quotient)) rem \(row[degree])", nil)]
      }
      guard let last = row.last else {
        return [("bring \(coefficient)", .divide(dividend, shift: shift, row: [coefficient]))]
      }
      let next = coefficient + last * shift
      return [
        (
          "\(coefficient)+\(shift)*\(last)=\(next)",
          .divide(dividend, shift: shift, row: row + [next])
        )
      ]
    case .factor(let terms, let failed, let roots):
      return factorSteps(terms, failed, roots)
    }
  }

  private func factorSteps(
    _ terms: Terms, _ failed: Set<Fraction>, _ roots: [Fraction]
  ) -> [(line: String, state: State?)] {
    let degree = terms.keys.max() ?? 0
    let (constant, first) = (terms[0] ?? 0, terms[degree] ?? 0)
    var untried: [Fraction] = []
    if degree > 1 {
      // Whatever fraction p/q, not in lowest terms too: each stands for one that is.
      let all = (1...abs(constant)).filter { constant % $0 == 0 }.flatMap { top in
        (1...first).filter { first % $0 == 0 }.flatMap { bottom in
          [Fraction(top, over: bottom), Fraction(-top, over: bottom)].compactMap { $0 }
        }
      }
      untried = Set(all).subtracting(failed).sorted { $0.value < $1.value }
    }
    if untried.isEmpty {
      let last = degree == 1 ? Fraction(-constant, over: first).map { [$0] } ?? [] : []
      var factors = (roots + last).sorted { $0.value > $1.value }.map {
        "(\(Self.write([1: $0.bottom, 0: -$0.top])))"
      }
      if degree > 1 { factors.append("(\(Self.write(terms)))") }
      return [("Answer: \(factors.joined(separator: "*"))", nil)]
    }
    return untried.map { root in
      // The k-th number of the row is the value at the root of the k highest coefficients.
      let row = (0...degree).map { k in
        let top = (0...k).reduce(0) { sum, i in
          sum + (terms[degree - i] ?? 0) * Self.power(root.top, k - i) * Self.power(root.bottom, i)
        }
        return Fraction(top, overPowerOf: root.bottom, exponent: k)
      }
      let line = "x=\(root.text): \(row.map(\.text).joined(separator: ","))"
      guard row[degree].top == 0 else {
        return (line, .factor(terms, failed: failed.union([root]), roots: roots))
      }
      var quotient: Terms = [:]
      for (place, number) in row.dropLast().enumerated() where number.top != 0 {
        quotient[degree - 1 - place] = number.top / root.bottom
      }
      return (line, .factor(quotient, failed: failed, roots: roots + [root]))
    }
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
