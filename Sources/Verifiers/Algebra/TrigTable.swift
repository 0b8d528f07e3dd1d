/// The identities that a line of `trig-identity` may apply, each in both directions, and powers of
/// cos(x) and sin(x) of which a square is replaced.
enum TrigTable {
  private static let sine: [Term.Node] = [.function(.sin), .x]
  private static let cosine: [Term.Node] = [.function(.cos), .x]

  private static func angle(_ name: Term.Name, _ n: Int) -> [Term.Node] {
    [.function(name), .times, .number(n), .x]
  }

  /// Name, and two terms that are equal for all x.
  static let pairs: [(rule: String, a: [Term.Node], b: [Term.Node])] = [
    ("pythagoras", [.power(2)] + cosine, [.minus, .number(1), .power(2)] + sine),
    ("pythagoras", [.power(2)] + sine, [.minus, .number(1), .power(2)] + cosine),
    ("pythagoras", [.plus, .power(2)] + sine + [.power(2)] + cosine, [.number(1)]),
    ("pythagoras", [.plus, .power(2)] + cosine + [.power(2)] + sine, [.number(1)]),
    ("double-sine", angle(.sin, 2), [.times, .number(2), .times] + sine + cosine),
    ("double-cosine", angle(.cos, 2), [.minus, .number(1), .times, .number(2), .power(2)] + sine),
    (
      "double-cosine", angle(.cos, 2),
      [.minus, .times, .number(2), .power(2)] + cosine + [.number(1)]
    ),
    ("double-cosine", angle(.cos, 2), [.minus, .power(2)] + cosine + [.power(2)] + sine),
    (
      "triple-sine", angle(.sin, 3),
      [.minus, .times, .number(3)] + sine + [.times, .number(4), .power(3)] + sine
    ),
    (
      "triple-cosine", angle(.cos, 3),
      [.minus, .times, .number(4), .power(3)] + cosine + [.times, .number(3)] + cosine
    ),
  ]

  /// The rule by which one identity at one place leads from a term to another; `nil` if none does.
  static func rule(from old: Term, to new: Term) -> String? {
    let prefix = zip(old.nodes, new.nodes).prefix { $0 == $1 }.count
    let suffix = zip(old.nodes.reversed(), new.nodes.reversed()).prefix { $0 == $1 }.count
    func leads(_ range: Range<Int>, _ result: [Term.Node]) -> Bool {
      range.lowerBound <= prefix && old.nodes.count - range.upperBound <= suffix
        && new.nodes.count == old.nodes.count - range.count + result.count
        && new.nodes[range.lowerBound..<range.lowerBound + result.count].elementsEqual(result)
    }
    for start in 0..<min(prefix + 1, old.nodes.count) {
      for pair in pairs {
        for (from, to) in [(pair.a, pair.b), (pair.b, pair.a)]
        where old.nodes[start...].starts(with: from) {
          if leads(start..<start + from.count, to) { return pair.rule }
        }
      }
      guard case .power(let n) = old.nodes[start], n > 2 else { continue }
      for (base, other) in [(cosine, sine), (sine, cosine)]
      where old.nodes[(start + 1)...].starts(with: base) {
        let rest: [Term.Node] = n == 3 ? base : [.power(n - 2)] + base
        let result: [Term.Node] = [.times] + rest + [.minus, .number(1), .power(2)] + other
        if leads(start..<start + 3, result) { return "pythagoras" }
      }
    }
    return nil
  }
}
