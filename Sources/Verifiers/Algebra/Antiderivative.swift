/// Antiderivatives of sums of c, c*x, c*x^n, c*sin(x), c*cos(x), c*exp(x) with whole coefficients.
enum Antiderivative {
  /// `nil` for any other term.
  static func of(_ term: Term) -> Term? {
    var nodes: [Term.Node] = []
    var place = 0
    // A sum in prefix order: its signs stand first, summands follow.
    while place < term.nodes.count {
      let node = term.nodes[place]
      if node == .plus || node == .minus {
        nodes.append(node)
        place += 1
        continue
      }
      let end = term.end(of: place)
      guard let summand = summand(Array(term.nodes[place..<end])) else { return nil }
      nodes += summand
      place = end
    }
    return Term(nodes: nodes)
  }

  private static func summand(_ nodes: [Term.Node]) -> [Term.Node]? {
    switch nodes.first {
    case .number(let value): return value > 0 ? scaled(value, [.x]) : nil
    case .function: return function(1, nodes)
    case .times:
      guard nodes.count > 2, case .number(let factor) = nodes[1], factor > 1 else { return nil }
      let rest = Array(nodes[2...])
      if rest == [.x] { return factor % 2 == 0 ? scaled(factor / 2, [.power(2), .x]) : nil }
      if case .power(let n) = rest[0], rest.count == 2, rest[1] == .x {
        return factor % (n + 1) == 0 ? scaled(factor / (n + 1), [.power(n + 1), .x]) : nil
      }
      return function(factor, rest)
    default: return nil
    }
  }

  private static func function(_ factor: Int, _ nodes: [Term.Node]) -> [Term.Node]? {
    guard nodes.count == 2, nodes[1] == .x, case .function(let name) = nodes[0] else { return nil }
    switch name {
    case .sin: return [.times, .number(-factor), .function(.cos), .x]
    case .cos: return scaled(factor, [.function(.sin), .x])
    case .exp: return scaled(factor, nodes)
    case .ln, .derivative: return nil
    }
  }

  private static func scaled(_ factor: Int, _ nodes: [Term.Node]) -> [Term.Node] {
    factor == 1 ? nodes : [.times, .number(factor)] + nodes
  }
}
