public import Files
public import Records

/// Traces of `euclid`. Rows come from all multiples near a number; coefficients from the identity
/// that each remainder must meet, carried as whole combinations.
public struct EuclidTraces: TraceEnumerator {
  public let family = "euclid"
  public let alphabet = "0123456789=*+-;, st\nrbmodividesandAnswer:none"

  /// A number as combination of the two that the rows began with.
  public struct Combination {
    var value: Int
    var s: Int
    var t: Int
    func minus(_ count: Int, _ other: Combination) -> Combination {
      Combination(
        value: value - count * other.value, s: s - count * other.s, t: t - count * other.t)
    }
  }
  public enum State {
    case rows(kind: String, numbers: [Int], Combination, Combination)
    case power(result: Int, base: Int, exponent: Int, modulus: Int)
    case after(String, numbers: [Int], Combination, quotient: Int)
    case combine(numbers: [Int], divisor: Int, count: Int)
    case answer(String)
  }

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let numbers = record.problem.split { !$0.isNumber }.compactMap { Int($0) }
    let words = ["g": 1, "b": 2, "i": 3, "p": 4, "x": 5]
    guard let greatest = numbers.max(), let form = words[String(record.problem.prefix(1))] else {
      return nil
    }
    return [
      "form": JSON(form), "bits": JSON(String(greatest, radix: 2).count),
      "moduli": JSON(form == 5 ? record.problem.split(separator: ";").count : 0),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var numbers: [Int] = []
    var shape: [String] = []
    for lexeme in lexemes {
      guard lexeme.allSatisfy({ "0123456789".contains($0) }) else {
        shape.append(lexeme)
        continue
      }
      guard lexeme.count <= 9, lexeme == "0" || lexeme.first != "0", let number = Int(lexeme) else {
        return nil
      }
      numbers.append(number)
      shape.append("N")
    }
    let n = numbers
    func rows(_ kind: String, _ a: Int, _ b: Int) -> State {
      .rows(
        kind: kind, numbers: n, Combination(value: a, s: 1, t: 0), Combination(value: b, s: 0, t: 1)
      )
    }
    switch shape.joined(separator: " ") {
    case "gcd N N": return n[0] > n[1] && n[1] > 0 ? rows("gcd", n[0], n[1]) : nil
    case "bezout N N": return n[0] > n[1] && n[1] > 0 ? rows("bezout", n[0], n[1]) : nil
    case "inverse N mod N": return 1 < n[0] && n[0] < n[1] ? rows("inverse", n[1], n[0]) : nil
    case "power N ^ N mod N":
      return 1 < n[0] && n[0] < n[2] && n[1] > 0
        ? .power(result: 1, base: n[0], exponent: n[1], modulus: n[2]) : nil
    case "x = N mod N ; x = N mod N", "x = N mod N ; x = N mod N ; x = N mod N",
      "x = N mod N ; x = N mod N ; x = N mod N ; x = N mod N":
      let moduli = n.indices.filter { $0 % 2 == 1 }.map { n[$0] }
      let product = moduli.reduce(1.0) { $0 * Double($1) }
      guard zip([1] + moduli, moduli).allSatisfy({ $0 < $1 }),
        moduli.indices.allSatisfy({ n[2 * $0] < moduli[$0] }), product < 1e18
      else { return nil }
      return Self.fold(n)
    default: return nil
    }
  }

  /// Numbers begin with the result so far and the next congruence; t counts the former's modulus.
  private static func fold(_ n: [Int]) -> State {
    let known = Combination(value: n[1], s: 0, t: 1)
    let next = Combination(value: n[3], s: 1, t: 0)
    return n[1] < n[3]
      ? .rows(kind: "crt", numbers: n, next, known) : .rows(kind: "crt", numbers: n, known, next)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    switch state {
    case .answer(let text): return [("Answer: \(text)", nil)]
    case .rows(let kind, let numbers, let high, let low):
      // Multiples on both sides; the farther one only from below.
      let below = high.value / low.value
      var lines: [(line: String, state: State?)] = []
      for count in [below, below + 1] {
        var rest = high.minus(count, low)
        let isBelow = rest.value < 0
        if isBelow {
          rest = Combination(value: -rest.value, s: -rest.s, t: -rest.t)
          guard rest.value < low.value - rest.value else { continue }
        }
        var line = "\(high.value)=\(count)*\(low.value)\(isBelow ? "-" : "+")\(rest.value)"
        if rest.value == 0 {
          let next: State =
            kind == "gcd"
            ? .answer("\(low.value)") : .after(kind, numbers: numbers, low, quotient: 0)
          lines.append((line, next))
          continue
        }
        if kind == "bezout" { line += "; s=\(rest.s)" }
        if kind != "gcd" { line += "; t=\(rest.t)" }
        lines.append((line, .rows(kind: kind, numbers: numbers, low, rest)))
      }
      return lines
    case .power(let result, let base, let exponent, let modulus):
      var parts = ["\(exponent)=2*\(exponent >> 1)+\(exponent & 1)"]
      var (newResult, newBase) = (result, base)
      if exponent & 1 == 1 {
        newResult = (result * base) % modulus
        parts.append("r=\(result)*\(base)=\(result * base)=\(newResult)")
      }
      if exponent >> 1 > 0 {
        newBase = (base * base) % modulus
        parts.append("b=\(base)*\(base)=\(base * base)=\(newBase)")
      }
      let next: State =
        exponent >> 1 == 0
        ? .answer("\(newResult)")
        : .power(result: newResult, base: newBase, exponent: exponent >> 1, modulus: modulus)
      return [(parts.joined(separator: "; "), next)]
    case .after(let kind, let n, let divisor, _): return [after(kind, n, divisor)]
    case .combine(let n, let divisor, let count):
      let modulus = n[1] / divisor * n[3]
      let value = n[0] + n[1] * count
      let result = "\(value) mod \(modulus)"
      // The multiple of the divisor is the last of the numbers.
      let open = Array(n.dropFirst(4).dropLast())
      return [
        (
          "\(n[0])+\(n[1])*\(count)=\(result)",
          open.isEmpty ? .answer(result) : Self.fold([value, modulus] + open)
        )
      ]
    }
  }

  private func after(
    _ kind: String, _ n: [Int], _ divisor: Combination
  ) -> (line: String, state: State?) {
    let g = divisor.value
    func residue(_ a: Int, _ m: Int) -> Int { ((a % m) + m) % m }
    switch kind {
    case "bezout":
      let s = residue(divisor.s, n[1] / g)
      let t = (g - s * n[0]) / n[1]
      return ("\(g)=\(s)*\(n[0])\(t < 0 ? "" : "+")\(t)*\(n[1])", .answer("\(s),\(t)"))
    case "inverse":
      if g > 1 { return ("\(g) divides \(n[0]) and \(n[1])", .answer("none")) }
      let inverse = residue(divisor.t, n[1])
      return ("\(divisor.t) mod \(n[1])=\(inverse)", .answer("\(inverse)"))
    case "crt":
      let gap = n[2] - n[0]
      let rest = residue(gap, g)
      let line = "\(n[2])-\(n[0])=\(gap)=\((gap - rest) / g)*\(g)+\(rest)"
      if rest != 0 { return (line, .answer("none")) }
      return (line, .after("factor", numbers: n + [gap / g], divisor, quotient: 0))
    default:
      let product = n[n.count - 1] * divisor.t
      let step = n[3] / g
      let count = residue(product, step)
      return (
        "\(n[n.count - 1])*\(divisor.t)=\(product); \(product) mod \(step)=\(count)",
        .combine(numbers: n, divisor: g, count: count)
      )
    }
  }
}
