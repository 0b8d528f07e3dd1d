/// Deductive closure of a figure's facts with algebraic reasoning in four linear systems.
///
/// The diagram is asked for what *could* hold; the systems say what is *known*. A claim is known if
/// its linear form vanishes at the systems' random solutions, so a question costs a few additions.
/// New knowledge is written to `facts` with its reason and goes into the systems as equations.
package struct Closure {
  /// How a run ended.
  package enum Outcome: Sendable { case goalReached, saturated, timeExpired, contradiction }

  /// Constants of the direction system count in these parts of a half turn.
  static let turnParts = 5040

  let figure: Figure
  /// Variables: pairs of points, then one constant, `1 / turnParts` of a half turn.
  var directions: LinearSystem
  /// Logarithms of lengths; constants: half the logarithm of each of `primes`.
  var logs: LinearSystem
  var lengths: LinearSystem
  var squares: LinearSystem
  let primes: [Int]
  /// What was reached, in order, premises first.
  package private(set) var facts: ContiguousArray<Fact> = []
  /// A premise that the others contradict on this diagram.
  private(set) var contradiction: Claim?

  /// Per circle of the figure, the sets of points known to be on one circle.
  var circleClasses: ContiguousArray<ContiguousArray<UInt64>>
  /// Instances that wait for their premises.
  package var applications: ContiguousArray<Application> = []
  /// Instances tried only when nothing else is new: there are many, and few are needed.
  package var lateApplications: ContiguousArray<Application> = []
  var triangles = TriangleClasses()
  var flats = TriangleClasses()
  var centers: ContiguousArray<CenterSearch> = []
  var collinearTriples: ContiguousArray<SIMD4<UInt8>> = []
  var equalPairs: ContiguousArray<ScaledPairs> = []
  var rightPairs: ContiguousArray<SIMD4<UInt8>> = []
  var chordPairs: ContiguousArray<ChordPair> = []

  private let rightAngle: PrimeField.Element
  private let fullTurns: ContiguousArray<PrimeField.Element>

  /// A rule instance that is numerically true.
  package struct Application {
    /// A rule with a template.
    package var rule: RuleID
    /// Points for the letters of the rule.
    package var substitution: SIMD16<UInt8>

    /// What it takes, what it reads off the figure, and what it gives.
    package var claims: (premises: [Claim], sides: [Claim], conclusions: [Claim]) {
      let rule = rule.rule
      let points = substitution
      return (
        rule.premises.map { $0.claim(points) }, rule.sides.map { $0.claim(points) },
        rule.conclusions.map { $0.claim(points) }
      )
    }
  }

  /// A closure that knows nothing yet.
  ///
  /// - Parameters:
  ///   - primes: those that constant ratios may be made of.
  ///   - seed: of the random solutions.
  package init(figure: Figure, primes: [Int] = [2, 3, 5, 7], seed: UInt64 = 0x9E37_79B9) {
    self.figure = figure
    self.primes = primes
    let pairs = figure.pairCount
    directions = LinearSystem(variables: pairs, constants: 1, seed: seed)
    logs = LinearSystem(variables: pairs, constants: primes.count, seed: seed &+ 1)
    lengths = LinearSystem(variables: pairs, constants: 1, seed: seed &+ 2)
    squares = LinearSystem(variables: pairs, constants: 1, seed: seed &+ 3)
    circleClasses = ContiguousArray(repeating: [], count: figure.circles.count)
    let unit = directions.value[pairs]
    rightAngle = PrimeField.multiply(PrimeField.element(Self.turnParts / 2), unit)
    let turn = PrimeField.multiply(PrimeField.element(Self.turnParts), unit)
    fullTurns = ContiguousArray(
      (-3...3).map { PrimeField.multiply(PrimeField.element($0), turn) })
  }

  // MARK: Asking

  /// `k` full half-turns, |k| <= 3.
  @inline(__always)
  func turns(_ k: Int) -> PrimeField.Element { fullTurns[k + 3] }

  @inline(__always)
  func direction(_ a: Int, _ b: Int) -> PrimeField.Element {
    directions.value[figure.pair(a, b)]
  }

  @inline(__always)
  func log(_ a: Int, _ b: Int) -> PrimeField.Element { logs.value[figure.pair(a, b)] }

  /// The known angle at `o` from `oa` to `ob`, lifted into (0, 1).
  @inline(__always)
  func angle(_ o: Int, _ a: Int, _ b: Int) -> PrimeField.Element {
    let (p, q) = (figure.pair(o, a), figure.pair(o, b))
    let difference = PrimeField.subtract(directions.value[q], directions.value[p])
    return figure.direction[q] < figure.direction[p]
      ? PrimeField.add(difference, fullTurns[4]) : difference
  }

  /// The known ratio oa : ob, as a logarithm.
  @inline(__always)
  func ratio(_ o: Int, _ a: Int, _ b: Int) -> PrimeField.Element {
    PrimeField.subtract(log(o, a), log(o, b))
  }

  /// Whether the known facts imply the claim, which must hold in the figure.
  package func knows(_ claim: Claim) -> Bool {
    switch claim.kind {
    case .coll:
      var index = 2
      while index < 8 && claim.points[index] != 0xFF {
        if direction(claim[0], claim[1]) != direction(claim[0], claim[index]) { return false }
        index += 1
      }
      return true
    case .para:
      return direction(claim[0], claim[1]) == direction(claim[2], claim[3])
    case .perp:
      let (p, q) = (figure.pair(claim[0], claim[1]), figure.pair(claim[2], claim[3]))
      let difference =
        figure.direction[p] > figure.direction[q]
        ? PrimeField.subtract(directions.value[p], directions.value[q])
        : PrimeField.subtract(directions.value[q], directions.value[p])
      return difference == rightAngle
    case .eqangle:
      let (p, q) = (figure.pair(claim[0], claim[1]), figure.pair(claim[2], claim[3]))
      let (r, s) = (figure.pair(claim[4], claim[5]), figure.pair(claim[6], claim[7]))
      let d = directions.value
      let left = PrimeField.add(d[q], d[r])
      let right = PrimeField.add(d[p], d[s])
      let lift =
        figure.direction[q] + figure.direction[r] - figure.direction[p] - figure.direction[s]
      return left == PrimeField.add(right, turns(Int(lift.rounded())))
    case .cong:
      return log(claim[0], claim[1]) == log(claim[2], claim[3])
    case .eqratio:
      return PrimeField.add(log(claim[0], claim[1]), log(claim[6], claim[7]))
        == PrimeField.add(log(claim[2], claim[3]), log(claim[4], claim[5]))
    case .midp:
      return direction(claim[0], claim[1]) == direction(claim[0], claim[2])
        && log(claim[0], claim[1]) == log(claim[0], claim[2])
    case .circle:
      return log(claim[0], claim[1]) == log(claim[0], claim[2])
        && log(claim[0], claim[1]) == log(claim[0], claim[3])
    case .cyclic:
      return knowsCyclic(claim.mask)
    case .simtri, .contri, .simtrir, .contrir:
      return trianglesParts(of: claim).allSatisfy { knows($0) }
    case .aconst, .angleSum:
      guard let equation = directionEquation(claim) else { return true }
      return directions.evaluate(equation) == 0
    case .rconst, .r2const:
      guard let equation = logEquation(claim) else { return false }
      return logs.evaluate(equation) == 0
    case .product:
      let (a, b, c, d, e, f) = (claim[0], claim[1], claim[2], claim[3], claim[4], claim[5])
      return PrimeField.add(PrimeField.add(log(b, d), log(c, e)), log(a, f))
        == PrimeField.add(PrimeField.add(log(d, c), log(e, a)), log(f, b))
    case .lengthSum:
      return lengthEquation(claim).map { lengths.evaluate($0) == 0 } ?? false
    case .squareSum, .median:
      return squareEquation(claim).map { squares.evaluate($0) == 0 } ?? false
    case .diff, .ncoll, .npara, .nperp, .sameclock, .sameside, .nsameside, .longer, .obtuse:
      return true
    }
  }

  func knowsCyclic(_ mask: UInt64) -> Bool {
    for classes in circleClasses {
      for known in classes where known & mask == mask { return true }
    }
    return false
  }

  // MARK: Learning

  /// Writes a fact unless it is known, and tells the systems.
  @discardableResult
  mutating func learn(
    _ claim: Claim, _ rule: RuleID, _ premises: ContiguousArray<Claim> = [],
    _ sides: ContiguousArray<Claim> = []
  ) -> Bool {
    if knows(claim) { return false }
    write(claim, rule, premises, sides)
    return true
  }

  /// Writes a fact whether or not the systems know it.
  package mutating func write(
    _ claim: Claim, _ rule: RuleID, _ premises: ContiguousArray<Claim>,
    _ sides: ContiguousArray<Claim> = []
  ) {
    let claim = claim.simplified
    let source = Int32(facts.count)
    facts.append(Fact(claim: claim, rule: rule, premises: premises, sides: sides))
    for equation in directionEquations(claim) {
      note(directions.add(equation, source: source), claim)
    }
    if let equation = logEquation(claim) { note(logs.add(equation, source: source), claim) }
    if let equation = lengthEquation(claim) { note(lengths.add(equation, source: source), claim) }
    if let equation = squareEquation(claim) { note(squares.add(equation, source: source), claim) }
    switch claim.kind {
    case .cyclic: learnCyclic(claim)
    case .midp:
      learn(Claim(.coll, claim[0], claim[1], claim[2]), .midpointColl, [claim])
      learn(Claim(.cong, claim[0], claim[1], claim[0], claim[2]), .midpointCong, [claim])
    case .circle:
      learn(Claim(.cong, claim[0], claim[1], claim[0], claim[2]), .radii, [claim])
      learn(Claim(.cong, claim[0], claim[2], claim[0], claim[3]), .radii, [claim])
    case .simtri, .simtrir:
      for part in trianglesParts(of: claim) { learn(part, .similarParts, [claim]) }
    case .contri, .contrir:
      var similar = claim
      similar.kind = claim.kind == .contri ? .simtri : .simtrir
      if !knows(similar) { write(similar, .congruentParts, [claim]) }
      for part in trianglesParts(of: claim) where part.kind == .cong {
        learn(part, .congruentParts, [claim])
      }
    default: break
    }
  }

  private mutating func note(_ outcome: LinearSystem.Outcome, _ claim: Claim) {
    if outcome == .contradiction && contradiction == nil { contradiction = claim }
  }

  /// What similar or congruent triangles say of angles and lengths.
  func trianglesParts(of claim: Claim) -> ContiguousArray<Claim> {
    let (a, b, c, p, q, r) = (claim[0], claim[1], claim[2], claim[3], claim[4], claim[5])
    let reversed = claim.kind == .simtrir || claim.kind == .contrir
    var parts: ContiguousArray<Claim> =
      reversed
      ? [Claim(.eqangle, b, a, b, c, q, r, q, p), Claim(.eqangle, c, a, c, b, r, q, r, p)]
      : [Claim(.eqangle, b, a, b, c, q, p, q, r), Claim(.eqangle, c, a, c, b, r, p, r, q)]
    if claim.kind == .contri || claim.kind == .contrir {
      parts.append(Claim(.cong, a, b, p, q))
      parts.append(Claim(.cong, b, c, q, r))
      parts.append(Claim(.cong, c, a, r, p))
    } else {
      parts.append(Claim(.eqratio, b, a, b, c, q, p, q, r))
      parts.append(Claim(.eqratio, c, a, c, b, r, p, r, q))
    }
    return parts
  }
}

extension Claim {
  /// The set of its points.
  var mask: UInt64 {
    var mask: UInt64 = 0
    for index in 0..<8 where points[index] != 0xFF { mask |= 1 << UInt64(points[index]) }
    return mask
  }
}
