public import Files
public import Records

/// Traces of `fraction`: what may come next is a chain of closures, each line with what follows it.
public struct FractionTraces: TraceEnumerator {
  public let family = "fraction"

  public struct State {
    let next: () -> [(line: String, state: State?)]
  }

  struct Term {
    var whole: Int128
    var n: Int128
    var d: Int128
    var sign: String
  }

  typealias Value = (n: Int128, d: Int128)

  public let alphabet = "0123456789/+-*:<=, \norderAnsw"

  public init() {}

  public var levelsShareProblems: Bool { true }

  public func knobs(of record: Record) -> [String: JSON]? {
    let text = record.problem
    guard let bound = record.knobs["denominators"]?.intValue,
      let wholes = record.knobs["wholes"]?.intValue
    else { return nil }
    let parts = text.split(separator: "/")
    for (index, part) in parts.enumerated() {
      let numbers = part.split { !$0.isNumber }.compactMap { Int($0) }
      if index > 0, numbers[0] > bound { return nil }
      // A whole part stands between a denominator and a numerator.
      let others = numbers.dropFirst(index > 0 ? 1 : 0)
      if index < parts.count - 1, others.count == 2, others.first! > wholes { return nil }
    }
    let kind = text.hasPrefix("order") ? 3 : text.contains { "*:".contains($0) } ? 2 : 1
    return [
      "terms": JSON(parts.count - 1), "kind": JSON(kind), "denominators": JSON(bound),
      "wholes": JSON(wholes),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    let isOrder = lexemes.first == "order"
    var terms: [Term] = []
    var part: [String] = []
    var sign = ""
    let signs = isOrder ? [","] : ["+", "-", "*", ":"]
    for lexeme in lexemes.dropFirst(isOrder ? 1 : 0) + ["end"] {
      guard signs.contains(lexeme) || lexeme == "end" else {
        part.append(lexeme)
        continue
      }
      guard part.count == 3 || part.count == 4, part[part.count - 2] == "/" else { return nil }
      let numbers = part.filter { $0 != "/" }
      guard numbers.count == part.count - 1,
        numbers.allSatisfy({ isNatural($0, upTo: 2) && $0 != "0" })
      else { return nil }
      let values = numbers.compactMap { Int128($0) }
      let term = Term(
        whole: values.count == 3 ? values[0] : 0, n: values[values.count - 2],
        d: values[values.count - 1], sign: sign)
      guard term.d > 1, term.whole == 0 || term.n < term.d else { return nil }
      terms.append(term)
      part = []
      sign = lexeme
    }
    guard (2...6).contains(terms.count) else { return nil }
    let used = Set(terms.dropFirst().map(\.sign))
    guard isOrder || used.isSubset(of: ["+", "-"]) || used.isSubset(of: ["*", ":"]) else {
      return nil
    }
    if isOrder {
      for a in terms.indices {
        for b in terms.indices where a < b {
          let (p, q) = (terms[a], terms[b])
          if (p.whole * p.d + p.n) * q.d == (q.whole * q.d + q.n) * p.d { return nil }
        }
      }
    }
    return converting(terms, isOrder)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] { state.next() }

  private func text(_ value: Value) -> String {
    value.d == 1 ? "\(value.n)" : "\(value.n)/\(value.d)"
  }

  private func line(_ line: String, _ then: @escaping () -> State) -> State {
    State { [(line, then())] }
  }

  private func ending(_ answer: String) -> State { State { [("Answer: \(answer)", nil)] } }

  private func converting(_ terms: [Term], _ isOrder: Bool) -> State {
    let mixed = terms.indices.filter { terms[$0].whole > 0 }
    if mixed.isEmpty {
      let values = terms.map { (n: $0.n, d: $0.d) }
      if isOrder { return ordering(values) }
      return working(values[0], Array(zip(terms, values).dropFirst().map { ($0.sign, $1) }))
    }
    return State {
      mixed.map { place in
        var next = terms
        let term = terms[place]
        next[place].whole = 0
        next[place].n = term.whole * term.d + term.n
        return (
          "\(term.whole) \(term.n)/\(term.d)=\(next[place].n)/\(term.d)", converting(next, isOrder)
        )
      }
    }
  }

  /// The least multiple of the greater number that is one of the other.
  private func leastCommon(_ a: Int128, _ b: Int128) -> Int128 {
    let (greater, smaller) = (max(a, b), min(a, b))
    var multiple = greater
    while multiple % smaller != 0 { multiple += greater }
    return multiple
  }

  private func rows(_ a: Int128, _ b: Int128, _ then: @escaping (Int128) -> State) -> State {
    var (whole, rest) = (Int128(0), a)
    if a / b < 1000 {
      while rest >= b { (whole, rest) = (whole + 1, rest - b) }
    } else {
      (whole, rest) = (a / b, a % b)
    }
    let left = rest
    return line("\(a)=\(whole)*\(b)+\(rest)") { left == 0 ? then(b) : rows(b, left, then) }
  }

  private func working(_ value: Value, _ rest: [(sign: String, value: Value)]) -> State {
    guard let next = rest.first else { return ending(text(value)) }
    let others = Array(rest.dropFirst())
    func after(_ result: Value) -> State { reducing(result) { working($0, others) } }
    let term = next.value
    switch next.sign {
    case "*": return multiplying(value, term, after)
    case ":":
      let inverse = (n: term.d, d: term.n)
      return line("\(text(value)):\(text(term))=\(text(value))*\(text(inverse))") {
        multiplying(value, inverse, after)
      }
    default:
      func adding(_ a: Value, _ b: Value) -> State {
        let result = (n: next.sign == "+" ? a.n + b.n : a.n - b.n, d: a.d)
        return line("\(text(a))\(next.sign)\(text(b))=\(text(result))") { after(result) }
      }
      if value.d == term.d { return adding(value, term) }
      return rows(max(value.d, term.d), min(value.d, term.d)) { divisor in
        let common = leastCommon(value.d, term.d)
        return line("\(value.d)*\(term.d)/\(divisor)=\(common)") {
          expanding([value, term], common, []) { adding($0[0], $0[1]) }
        }
      }
    }
  }

  private func multiplying(_ a: Value, _ b: Value, _ then: @escaping (Value) -> State) -> State {
    let product = (n: a.n * b.n, d: a.d * b.d)
    return line("\(text(a))*\(text(b))=\(text(product))") { then(product) }
  }

  private func reducing(_ value: Value, _ then: @escaping (Value) -> State) -> State {
    if value.d == 1 { return then(value) }
    if value.n == 0 { return line("0/\(value.d)=0") { then((0, 1)) } }
    let size = value.n < 0 ? -value.n : value.n
    return rows(max(size, value.d), min(size, value.d)) { divisor in
      if divisor == 1 { return then(value) }
      let reduced = (n: value.n / divisor, d: value.d / divisor)
      return line("\(text(value))=\(text(reduced))") { then(reduced) }
    }
  }

  /// - Parameter done: places that were expanded already.
  private func expanding(
    _ values: [Value], _ common: Int128, _ done: Set<Int>, _ then: @escaping ([Value]) -> State
  ) -> State {
    let pending = values.indices.filter { values[$0].d != common && !done.contains($0) }
    if pending.isEmpty { return then(values) }
    return State {
      pending.map { place in
        var next = values
        next[place] = (values[place].n * (common / values[place].d), common)
        return (
          "\(text(values[place]))=\(text(next[place]))",
          expanding(next, common, done.union([place]), then)
        )
      }
    }
  }

  private func ordering(_ values: [Value]) -> State {
    func collecting(_ common: Int128, _ rest: ArraySlice<Value>) -> State {
      guard let value = rest.first(where: { common % $0.d > 0 }),
        let place = rest.firstIndex(where: { common % $0.d > 0 })
      else {
        return expanding(values, common, []) { expanded in
          let order = values.indices.sorted { expanded[$0].n < expanded[$1].n }
          return line(order.map { text(expanded[$0]) }.joined(separator: "<")) {
            ending(order.map { text(values[$0]) }.joined(separator: "<"))
          }
        }
      }
      return rows(max(common, value.d), min(common, value.d)) { divisor in
        let next = leastCommon(common, value.d)
        return line("\(common)*\(value.d)/\(divisor)=\(next)") {
          collecting(next, rest[(place + 1)...])
        }
      }
    }
    return collecting(values[0].d, values[...])
  }
}
