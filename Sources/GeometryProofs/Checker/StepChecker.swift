internal import Exact

/// Layer 1: structure, rule instances and sums, exactly. Looks up and compares; never searches.
struct StepChecker {
  private let proof: Proof
  /// Canonical forms of what the clauses say.
  private let premises: Set<Statement>
  /// Names of one point have one representative.
  private let sames: [Int]
  /// Canonical forms of the steps, filled as they are checked.
  private var forms: [Statement] = []

  /// The most lines or circles that one step may merge: bounds the work of a hostile proof.
  private static let mostMerged = 32

  /// What the other layers need to know of a sound proof.
  struct Outcome {
    /// For each step whether it, and all it rests on, is free of order: of signs, of lengths added,
    /// of branches. Such a step must be an identity over any field.
    var orderly: [Bool]
    /// For each point the representative of its names.
    var sames: [Int]
  }

  init(_ proof: Proof) {
    self.proof = proof
    var premises: Set<Statement> = []
    for clause in proof.problem.clauses {
      for construction in clause.constructions {
        premises.formUnion(construction.statements.compactMap(\.canonical.statement))
      }
    }
    self.premises = premises
    var classes = DisjointSets(proof.problem.points.count)
    for step in proof.steps where step.statement.predicate == .same {
      classes.unite(step.statement.points[0], step.statement.points[1])
    }
    sames = classes.representatives
  }

  /// - Throws: the first step that is refused.
  func check() throws(CheckFailure) -> Outcome {
    var checker = self
    return try checker.checkAll()
  }

  private mutating func checkAll() throws(CheckFailure) -> Outcome {
    guard proof.problem.goals.count == 1, let goal = proof.problem.goals[0].canonical.statement,
      !goal.predicate.isCondition
    else { throw CheckFailure(step: nil, reason: "expected one goal that says something") }
    var seen: [Statement: Int] = [:]
    var orderly: [Bool] = []
    var isUsed = [Bool](repeating: false, count: proof.steps.count)
    for (index, step) in proof.steps.enumerated() {
      let number = index + 1
      func refuse(_ reason: String) -> CheckFailure { CheckFailure(step: number, reason: reason) }
      guard let form = step.statement.canonical.statement else {
        throw refuse("it says nothing, or cannot be true of any points")
      }
      // A direction or a triangle of two names of one point is none.
      let merged = step.statement.mapped { sames[$0] }.canonical
      guard merged != .degenerate else {
        throw refuse("points that the proof shows to be the same stand here as different ones")
      }
      if let first = seen[form] { throw refuse("it repeats step \(first)") }
      seen[form] = number
      for cited in step.reason.citations {
        guard cited < number else { throw refuse("it cites step \(cited), which is not earlier") }
        isUsed[cited - 1] = true
      }
      do {
        try check(step, form)
      } catch let fault as StepFault {
        throw refuse(fault.reason)
      } catch {
        throw refuse("\(error)")
      }
      forms.append(form)
      orderly.append(!dependsOnOrder(step) && step.reason.citations.allSatisfy { orderly[$0 - 1] })
    }
    guard let last = forms.last, last == goal else {
      throw CheckFailure(step: proof.steps.count, reason: "the last step is not the goal")
    }
    if let idle = isUsed.dropLast().firstIndex(of: false) {
      throw CheckFailure(step: idle + 1, reason: "no later step uses it")
    }
    return Outcome(orderly: orderly, sames: sames)
  }

  private func check(_ step: Proof.Step, _ form: Statement) throws {
    if step.statement.predicate.isCondition, step.reason != .check, step.reason != .given {
      throw StepFault("a condition is read off drawings ('check'), never derived")
    }
    switch step.reason {
    case .given:
      guard premises.contains(form) else { throw StepFault("no clause says so") }
    case .check:
      guard step.statement.predicate.isCondition else {
        throw StepFault("only conditions are read off drawings; a fact needs a reason")
      }
    case .rule(let name, let points, let from, let conditions):
      try checkRule(name, points, from, conditions, form)
    case .algebra(let system, let terms, let lines, let branch):
      try checkSum(system, terms, lines, branch, step.statement)
    case .line(let steps):
      guard form.predicate == .coll else { throw StepFault("'line' gives coll") }
      let sets = try steps.map { try points($0, of: .coll) }
      try checkMerge(sets, sharing: 2, form.points)
    case .circle(let steps): try checkCircle(steps, form)
    case .same(let steps): try checkReplacement(steps, form)
    }
  }

  // MARK: Rules

  private func checkRule(
    _ name: String, _ points: [Int], _ from: [Int?], _ conditions: [Int], _ form: Statement
  ) throws {
    guard let rule = Rule.named[name] else { throw StepFault("unknown rule '\(name)'") }
    guard points.count == rule.variables.count else {
      throw StepFault("\(name) takes \(rule.variables.count) points, found \(points.count)")
    }
    for group in rule.groups where Set(group.map { sames[points[$0]] }).count < group.count {
      let letters = group.map { rule.variables[$0] }.joined(separator: " ")
      throw StepFault("\(name) needs distinct points for \(letters)")
    }
    guard from.count == rule.premises.count else {
      throw StepFault("\(name) has \(rule.premises.count) premises, found \(from.count) citations")
    }
    guard conditions.count == rule.conditions.count else {
      throw StepFault(
        "\(name) has \(rule.conditions.count) conditions, found \(conditions.count) after 'where'")
    }
    for (premise, cited) in zip(rule.premises, from) {
      let needed = premise.mapped { points[$0] }
      guard let cited else {
        guard needed.canonical == .trivial else {
          throw StepFault("'\(text(needed))' is not true of any points and needs a step")
        }
        continue
      }
      guard let wanted = needed.canonical.statement, says(forms[cited - 1], wanted) else {
        throw StepFault("\(name) needs '\(text(needed))', which step \(cited) does not say")
      }
    }
    for (condition, cited) in zip(rule.conditions, conditions) {
      let needed = condition.mapped { points[$0] }
      guard let wanted = needed.canonical.statement, forms[cited - 1] == wanted else {
        throw StepFault("\(name) needs the condition '\(text(needed))', step \(cited) is another")
      }
    }
    guard rule.conclusions.contains(where: { $0.mapped { points[$0] }.canonical.statement == form })
    else { throw StepFault("\(name) does not conclude this of these points") }
  }

  /// Whether a fact says a wanted one: the same, or the same of more points.
  private func says(_ fact: Statement, _ wanted: Statement) -> Bool {
    if fact == wanted { return true }
    guard fact.predicate == wanted.predicate else { return false }
    switch fact.predicate {
    case .coll, .cyclic: return Set(wanted.points).isSubset(of: fact.points)
    case .circle:
      return fact.points[0] == wanted.points[0]
        && Set(wanted.points.dropFirst()).isSubset(of: fact.points.dropFirst())
    default: return false
    }
  }

  // MARK: Sums

  private func checkSum(
    _ system: Proof.System, _ terms: [Proof.Term], _ lines: [Int], _ branch: Int,
    _ target: Statement
  ) throws {
    var algebra = LinearAlgebra(system, pointCount: proof.problem.points.count)
    guard lines.count <= Self.mostMerged else {
      throw StepFault("more than \(Self.mostMerged) lines")
    }
    for line in lines { algebra.identifyDirections(on: try points(line, of: .coll).points) }
    guard Set(terms.map(\.step)).count == terms.count, !(terms.isEmpty && lines.isEmpty) else {
      throw StepFault("a step cited twice, or no step")
    }
    var denominator: Int128 = 1
    for term in terms {
      guard term.coefficient != .zero else { throw StepFault("a coefficient of 0") }
      denominator = try leastCommonMultiple(denominator, term.coefficient.denominator)
    }
    if system == .directions {
      // Directions are known modulo 1 only: an n-th part has n branches.
      guard denominator <= 720, Int(denominator) == branch else {
        throw StepFault("expected 'branch \(denominator)' for these coefficients")
      }
    }
    let scale = Rational(system == .directions ? denominator : 1)
    var sum = LinearForm()
    for term in terms {
      let equations = algebra.equations(of: proof.steps[term.step - 1].statement)
      guard equations.count == 1 else {
        throw StepFault("step \(term.step) is no equation of \(system.rawValue)")
      }
      try sum.add(equations[0], times: term.coefficient * scale)
    }
    // A line through three points is any one of its equations.
    for target in algebra.equations(of: target) {
      var rest = sum
      try rest.add(target, times: -scale)
      if rest.isZero(modulo: system == .directions) { return }
    }
    throw StepFault("the cited equations with these coefficients do not add up to it")
  }

  private func leastCommonMultiple(_ a: Int128, _ b: Int128) throws -> Int128 {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    let (value, overflow) = (a / x).multipliedReportingOverflow(by: b)
    guard !overflow else { throw StepFault("denominators too large") }
    return value
  }

  // MARK: Lines, circles, names

  private func points(_ step: Int, of predicate: Predicate) throws -> PointSet {
    let fact = forms[step - 1]
    guard fact.predicate == predicate else {
      throw StepFault("step \(step) is no \(predicate.rawValue)")
    }
    return PointSet(fact.points)
  }

  /// Merges sets with enough common points until one holds all of the wanted ones.
  ///
  /// Common points are common names; two names of one point, where the proof shows them to be that
  /// anywhere, count once.
  @discardableResult
  private func checkMerge(
    _ given: [PointSet], sharing count: Int, _ wanted: [Int]
  ) throws -> PointSet {
    guard given.count <= Self.mostMerged else {
      throw StepFault("more than \(Self.mostMerged) citations")
    }
    var sets = given
    var isMerging = true
    while isMerging {
      isMerging = false
      search: for i in sets.indices {
        for j in sets.indices where j > i {
          let common = sets[i].intersection(sets[j])
          if common.count >= count, Set(common.points.map { sames[$0] }).count >= count {
            sets[i].formUnion(sets[j])
            sets.remove(at: j)
            isMerging = true
            break search
          }
        }
      }
    }
    guard let whole = sets.first(where: { $0.isSuperset(of: PointSet(wanted)) }) else {
      throw StepFault("the cited steps do not share enough points to say so")
    }
    return whole
  }

  private func checkCircle(_ steps: [Int], _ form: Statement) throws {
    var (sets, centres): ([PointSet], [(centre: Int, points: PointSet)]) = ([], [])
    for step in steps {
      let fact = forms[step - 1]
      switch fact.predicate {
      case .cyclic: sets.append(PointSet(fact.points))
      case .circle:
        let points = PointSet(Array(fact.points.dropFirst()))
        sets.append(points)
        centres.append((fact.points[0], points))
      default: throw StepFault("step \(step) is neither cyclic nor circle")
      }
    }
    switch form.predicate {
    case .cyclic: try checkMerge(sets, sharing: 3, form.points)
    case .circle:
      let whole = try checkMerge(sets, sharing: 3, Array(form.points.dropFirst()))
      guard
        centres.contains(where: { $0.centre == form.points[0] && whole.isSuperset(of: $0.points) })
      else { throw StepFault("no cited circle of this centre") }
    default: throw StepFault("'circle' gives cyclic or circle")
    }
  }

  private func checkReplacement(_ steps: [Int], _ form: Statement) throws {
    let facts = steps.map { forms[$0 - 1] }
    let others = facts.filter { $0.predicate != .same }
    guard others.count == 1, facts.count >= 2, !others[0].predicate.isCondition else {
      throw StepFault("expected one fact and at least one 'same'")
    }
    var classes = DisjointSets(proof.problem.points.count)
    for same in facts where same.predicate == .same {
      classes.unite(same.points[0], same.points[1])
    }
    let names = classes.representatives
    let (before, after) = (
      others[0].mapped { names[$0] }.canonical, form.mapped { names[$0] }.canonical
    )
    guard before == after, before.statement != nil else {
      throw StepFault("it is not the cited fact with names of the same points exchanged")
    }
  }

  // MARK: Order

  /// Whether the step itself uses the order of points: a sign, added lengths, or a branch.
  private func dependsOnOrder(_ step: Proof.Step) -> Bool {
    switch step.statement.predicate {
    case .sameclock, .sameside, .nsameside, .obtuseAngle, .longer, .lequation: return true
    default: break
    }
    guard case .algebra(let system, let terms, _, let branch) = step.reason else { return false }
    switch system {
    case .directions: return branch > 1
    // A root of a product of squares has two signs in a field.
    case .ratios: return terms.contains { !$0.coefficient.isInteger }
    case .lengths: return true
    case .squares: return false
    }
  }

  private func text(_ statement: Statement) -> String { statement.text(proof.problem.points) }
}

/// Points as bits: there are at most 128.
struct PointSet {
  private var bits: UInt128 = 0
  init(_ points: [Int]) { for point in points { bits |= 1 << UInt128(point) } }

  var count: Int { bits.nonzeroBitCount }
  var points: [Int] { (0..<GeometryProblem.mostPoints).filter { bits >> UInt128($0) & 1 == 1 } }
  func intersection(_ other: PointSet) -> PointSet {
    var common = self
    common.bits &= other.bits
    return common
  }
  mutating func formUnion(_ other: PointSet) { bits |= other.bits }
  func isSuperset(of other: PointSet) -> Bool { other.bits & ~bits == 0 }
}

/// Why one step is refused.
struct StepFault: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Sets of points known to be one (union and find, without ranks: there are at most 128).
struct DisjointSets {
  private var parent: [Int]
  init(_ count: Int) { parent = Array(0..<count) }

  func find(_ x: Int) -> Int {
    var x = x
    while parent[x] != x { x = parent[x] }
    return x
  }
  mutating func unite(_ x: Int, _ y: Int) {
    let (a, b) = (find(x), find(y))
    parent[max(a, b)] = min(a, b)
  }
  var representatives: [Int] { parent.indices.map(find) }
}
