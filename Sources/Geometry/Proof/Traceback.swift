/// Follows a known claim back to the premises.
///
/// A claim known when fact t was written is justified from facts below t alone: by such a fact, or
/// by what the equations of such facts add up to.
package struct Traceback {
  private let closure: Closure
  private var directions: Certificates
  private var logs: Certificates
  private var lengths: Certificates
  private var squares: Certificates
  /// Per canonical claim, its facts in order.
  private var factsOfClaim: [Claim: [Int32]] = [:]
  /// Steps already written, with the number of facts they need.
  private var written: [Claim: (step: Int, bound: Int32)] = [:]
  private(set) var derivation = Derivation()

  /// A claim that the log does not justify: a fault of the engine, never of the problem.
  package struct Unjustified: Error {
    /// What nothing on record justifies.
    package var claim: Claim
  }

  init(_ closure: Closure) {
    self.closure = closure
    let pairs = closure.figure.pairCount
    directions = Certificates(of: closure.directions.inputs, variables: pairs, constants: 1)
    logs = Certificates(
      of: closure.logs.inputs, variables: pairs, constants: closure.primes.count)
    lengths = Certificates(of: closure.lengths.inputs, variables: pairs, constants: 1)
    squares = Certificates(of: closure.squares.inputs, variables: pairs, constants: 1)
    for index in closure.facts.indices {
      factsOfClaim[closure.facts[index].claim.canonical, default: []].append(Int32(index))
    }
  }

  /// The proof of claims that the closure knows.
  package static func prove(_ goals: [Claim], in closure: Closure) throws(Unjustified) -> Derivation
  {
    var traceback = Traceback(closure)
    for goal in goals { _ = try traceback.justify(goal, before: Int32(closure.facts.count)) }
    return traceback.derivation
  }

  /// Per claim, the points that its proof speaks of; nil for one that cannot be traced.
  package static func points(of claims: [Claim], in closure: Closure) -> [UInt64?] {
    var traceback = Traceback(closure)
    var masks: [UInt64] = []
    return claims.map { claim in
      guard let step = try? traceback.justify(claim, before: Int32(closure.facts.count)) else {
        return nil
      }
      let steps = traceback.derivation.steps
      for index in masks.count..<max(steps.count, masks.count) {
        masks.append(steps[index].parents.reduce(steps[index].claim.mask) { $0 | masks[$1] })
      }
      return masks[step]
    }
  }

  /// The step that says the claim; nil where it is true of any points.
  private mutating func justify(
    _ claim: Claim, before limit: Int32
  ) throws(Unjustified) -> Int? {
    let claim = claim.simplified
    if isTrivial(claim) { return nil }
    let key = claim.canonical
    if let known = written[key], known.bound <= limit { return known.step }
    if let first = factsOfClaim[key]?.first, first < limit { return try write(fact: first) }
    switch claim.kind {
    case .coll, .para, .perp, .eqangle, .aconst, .angleSum:
      return try sum(claim, .directions, limit)
    case .cong, .eqratio, .rconst, .r2const, .product:
      return try sum(claim, .logs, limit)
    case .lengthSum:
      return try sum(claim, .lengths, limit)
    case .squareSum, .median:
      return try sum(claim, .squares, limit)
    case .cyclic:
      return try overlap(claim, limit)
    case .midp:
      return try rule(
        claim, .midpoint,
        [
          Claim(.cong, claim[0], claim[1], claim[0], claim[2]),
          Claim(.coll, claim[0], claim[1], claim[2]),
        ], [], limit)
    case .circle:
      return try rule(
        claim, .circleByRadii,
        [
          Claim(.cong, claim[0], claim[1], claim[0], claim[2]),
          Claim(.cong, claim[0], claim[2], claim[0], claim[3]),
        ], [], limit)
    case .simtri, .simtrir:
      let flipped = claim.kind == .simtrir
      return try rule(
        claim, .similarByAngles, Array(closure.trianglesParts(of: claim).prefix(2)),
        [
          Claim(.ncoll, claim[0], claim[1], claim[2]),
          Claim(
            .sameclock, claim[0], claim[1], claim[2], claim[3], claim[flipped ? 5 : 4],
            claim[flipped ? 4 : 5]),
        ], limit)
    case .contri, .contrir:
      var similar = claim
      similar.kind = claim.kind == .contri ? .simtri : .simtrir
      return try rule(
        claim, .congruent, [similar, Claim(.cong, claim[0], claim[1], claim[3], claim[4])], [],
        limit)
    default:
      throw Unjustified(claim: claim)
    }
  }

  /// Whether it says a thing of itself.
  private func isTrivial(_ claim: Claim) -> Bool {
    switch claim.kind {
    case .para, .eqangle: closure.directionEquation(claim) == nil
    case .cong, .eqratio: closure.logEquation(claim) == nil
    default: false
    }
  }

  private mutating func write(fact index: Int32) throws(Unjustified) -> Int {
    let fact = closure.facts[Int(index)]
    switch fact.rule {
    case .premise:
      return append(
        .init(claim: fact.claim, reason: .premise, parents: [], sides: [], premises: []),
        bound: index + 1)
    case .ratioChase: return try sum(fact.claim, .logs, index)
    case .lengthChase: return try sum(fact.claim, .lengths, index)
    case .squareChase: return try sum(fact.claim, .squares, index)
    case .angleChase, .collinear: return try sum(fact.claim, .directions, index)
    default:
      return try rule(
        fact.claim, fact.rule, Array(fact.premises), Array(fact.sides), index)
    }
  }

  private mutating func rule(
    _ claim: Claim, _ rule: RuleID, _ premises: [Claim], _ sides: [Claim], _ limit: Int32
  ) throws(Unjustified) -> Int {
    var cited: [Int?] = []
    for premise in premises { cited.append(try justify(premise, before: limit)) }
    return append(
      .init(
        claim: claim, reason: .rule(rule), parents: Self.distinct(cited), sides: sides,
        premises: premises, cited: cited),
      bound: limit)
  }

  private static func distinct(_ cited: [Int?]) -> [Int] {
    var parents: [Int] = []
    for case .some(let step) in cited where !parents.contains(step) { parents.append(step) }
    return parents
  }

  private mutating func sum(
    _ claim: Claim, _ system: Derivation.System, _ limit: Int32
  ) throws(Unjustified) -> Int {
    let target: Equation?
    let parts: [Certificates.Part]?
    switch system {
    case .directions:
      target = closure.directionEquation(claim)
      parts = target.flatMap { directions.combination(for: $0, before: limit) }
    case .logs:
      target = closure.logEquation(claim)
      parts = target.flatMap { logs.combination(for: $0, before: limit) }
    case .lengths:
      target = closure.lengthEquation(claim)
      parts = target.flatMap { lengths.combination(for: $0, before: limit) }
    case .squares:
      target = closure.squareEquation(claim)
      parts = target.flatMap { squares.combination(for: $0, before: limit) }
    }
    guard let parts else { throw Unjustified(claim: claim) }
    var summands: [Derivation.Summand] = []
    var parents: [Int] = []
    for part in parts {
      let source = input(system, part.input)
      let step = try write(input: source)
      summands.append(
        .init(step: step, numerator: part.numerator, denominator: part.denominator))
      if !parents.contains(step) { parents.append(step) }
    }
    return append(
      .init(
        claim: claim, reason: .sum(system, summands), parents: parents, sides: [], premises: []),
      bound: limit)
  }

  private func input(_ system: Derivation.System, _ index: Int) -> Int32 {
    switch system {
    case .directions: closure.directions.inputs.sources[index]
    case .logs: closure.logs.inputs.sources[index]
    case .lengths: closure.lengths.inputs.sources[index]
    case .squares: closure.squares.inputs.sources[index]
    }
  }

  private mutating func write(input fact: Int32) throws(Unjustified) -> Int {
    let claim = closure.facts[Int(fact)].claim
    if let known = written[claim.canonical], known.bound <= fact + 1 { return known.step }
    let first = factsOfClaim[claim.canonical]?.first ?? fact
    return try write(fact: min(first, fact))
  }

  /// Concyclic sets join where they share three points: the fewest facts that reach the claim's.
  private mutating func overlap(_ claim: Claim, _ limit: Int32) throws(Unjustified) -> Int {
    let wanted = claim.mask
    var facts: [Int32] = []
    for index in 0..<limit where closure.facts[Int(index)].claim.kind == .cyclic {
      facts.append(index)
    }
    guard joins(facts, wanted) else { throw Unjustified(claim: claim) }
    for index in facts.reversed() {
      let rest = facts.filter { $0 != index }
      if joins(rest, wanted) { facts = rest }
    }
    var parents: [Int] = []
    for fact in facts {
      let step = try write(input: fact)
      if !parents.contains(step) { parents.append(step) }
    }
    return append(
      .init(claim: claim, reason: .overlap, parents: parents, sides: [], premises: []),
      bound: limit)
  }

  private func joins(_ facts: [Int32], _ wanted: UInt64) -> Bool {
    var classes: [UInt64] = []
    for fact in facts {
      var joined = closure.facts[Int(fact)].claim.mask
      while let index = classes.firstIndex(where: { ($0 & joined).nonzeroBitCount >= 3 }) {
        joined |= classes[index]
        classes.remove(at: index)
      }
      classes.append(joined)
    }
    return classes.contains { $0 & wanted == wanted }
  }

  private mutating func append(_ step: Derivation.Step, bound: Int32) -> Int {
    let index = derivation.steps.count
    derivation.steps.append(step)
    let key = step.claim.canonical
    if let known = written[key], known.bound <= bound { return index }
    written[key] = (index, bound)
    return index
  }
}
