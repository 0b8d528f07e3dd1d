extension Term {
  /// One place where a rule applies, and what it makes of the part there.
  struct Redex {
    var range: Range<Int>
    var rule: String
    var result: [Node]
  }

  /// Places where a rule applies, from the left; none inside what is still to be differentiated.
  var redexes: [Redex] {
    var found: [Redex] = []
    var place = 0
    while place < nodes.count {
      if nodes[place] == .derivative {
        let end = end(of: place)
        let (rule, result) = differentiated(place + 1..<end)
        found.append(Redex(range: place..<end, rule: rule, result: result))
        place = end
        continue
      }
      if let result = folded(place) {
        found.append(Redex(range: place..<end(of: place), rule: "fold", result: result))
      }
      place += 1
    }
    return found
  }

  /// The rule by which one step leads to another term; `nil` if none does.
  func rule(leadingTo next: Term) -> String? {
    // A step keeps all before and all behind its place.
    let prefix = zip(nodes, next.nodes).prefix { $0 == $1 }.count
    let suffix = zip(nodes.reversed(), next.nodes.reversed()).prefix { $0 == $1 }.count
    for redex in redexes
    where redex.range.lowerBound <= prefix && nodes.count - redex.range.upperBound <= suffix {
      let count = nodes.count - redex.range.count + redex.result.count
      guard next.nodes.count == count else { continue }
      let start = redex.range.lowerBound
      if next.nodes[start..<start + redex.result.count].elementsEqual(redex.result) {
        return redex.rule
      }
    }
    return nil
  }

  /// After all steps, leftmost first.
  var finished: Term {
    var term = self
    while let redex = term.redexes.first, term.nodes.count < Self.nodeLimit {
      term.nodes.replaceSubrange(redex.range, with: redex.result)
    }
    return term
  }

  /// `c*d`, `c*(d*u)`, `1*u`, `u+0`, `u-0`, `0+u` made simpler.
  private func folded(_ place: Int) -> [Node]? {
    guard place + 2 < nodes.count, case .binary = nodes[place] else { return nil }
    let second = end(of: place + 1)
    let end = end(of: place)
    switch nodes[place] {
    case .times:
      guard case .number(let a) = nodes[place + 1] else { return nil }
      if a == 1 { return Array(nodes[second..<end]) }
      let isNested = nodes[second] == .times
      guard case .number(let b) = nodes[isNested ? second + 1 : second] else { return nil }
      let (product, overflow) = a.multipliedReportingOverflow(by: b)
      if overflow { return nil }
      return isNested
        ? [.times, .number(product)] + nodes[(second + 2)..<end] : [.number(product)]
    case .plus where nodes[place + 1] == .number(0): return Array(nodes[second..<end])
    case .plus, .minus:
      return nodes[second] == .number(0) ? Array(nodes[(place + 1)..<second]) : nil
    default: return nil
    }
  }

  /// The derivative of a part, one rule deep.
  private func differentiated(_ part: Range<Int>) -> (rule: String, result: [Node]) {
    let start = part.lowerBound
    let inner = Array(nodes[(start + 1)..<part.upperBound])
    let isX = inner == [.x]
    switch nodes[start] {
    case .number: return ("constant", [.number(0)])
    case .x: return ("identity", [.number(1)])
    case .binary(let sign):
      let second = end(of: start + 1)
      let a = Array(nodes[(start + 1)..<second])
      let b = Array(nodes[second..<part.upperBound])
      let both: [Node] = [.times, .derivative] + a + b
      let other: [Node] = [.times] + a + [.derivative] + b
      switch Node.binary(sign) {
      case .plus: return ("sum", [.plus, .derivative] + a + [.derivative] + b)
      case .minus: return ("difference", [.minus, .derivative] + a + [.derivative] + b)
      case .times:
        if case .number = nodes[start + 1] { return ("constant-multiple", other) }
        return ("product", [.plus] + both + other)
      default: return ("quotient", [.over, .minus] + both + other + [.power(2)] + b)
      }
    case .power(let n):
      let lower: [Node] = n == 2 ? inner : [.power(n - 1)] + inner
      return (
        "power",
        [.times, .number(n)] + (isX ? lower : [.times] + lower + [.derivative] + inner)
      )
    case .function(let name):
      let chain: [Node] = isX ? [] : [.derivative] + inner
      func chained(_ outer: Name) -> [Node] {
        isX ? [.function(outer)] + inner : [.times, .function(outer)] + inner + chain
      }
      switch name {
      case .sin: return ("sin", chained(.cos))
      case .cos: return ("cos", [.times, .number(-1)] + chained(.sin))
      case .exp: return ("exp", chained(.exp))
      case .ln: return ("ln", [.over] + (isX ? [.number(1)] : chain) + inner)
      case .derivative: return ("constant", [.derivative, .derivative] + inner)
      }
    }
  }
}
