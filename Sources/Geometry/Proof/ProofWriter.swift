internal import Exact
internal import GeometryProofs

/// A derivation as proof text, one line a step, for the checker.
struct ProofWriter {
  private let problem: GeometryProblem
  private let derivation: Derivation
  /// Whether the text is wanted, and not only what it says.
  private let isText: Bool
  private var lines: [String] = []
  private var written = Written()
  /// Per step, its line; steps that say the same share one.
  private var lineOfStep: [Int]
  private var lineOfStatement: [Statement: Int] = [:]
  /// Per step, the first one that says the same, and what that is in canonical form.
  private var standsFor: [Int] = []
  private var keys: [Statement] = []

  /// What the lines of a proof say, without their text; points are numbered as in the problem.
  struct Written {
    /// Of the lines that are given.
    var premises: [Statement] = []
    /// All points of all lines.
    var points: Set<Int> = []
    /// Lines that derive something: neither given nor a condition.
    var derivedSteps = 0
    var lineCount = 0
  }

  /// What the writer cannot say: a rule whose instance does not fit the proof language's table.
  struct Unwritable: Error {
    var step: String
  }

  private init(_ problem: GeometryProblem, _ derivation: Derivation, isText: Bool) {
    self.problem = problem
    self.isText = isText
    self.derivation = derivation
    lineOfStep = [Int](repeating: 0, count: derivation.steps.count)
  }

  /// The text of a proof of `goal`, which some step of the derivation says.
  static func text(
    _ problem: GeometryProblem, goal: Statement, _ derivation: Derivation
  ) throws(Unwritable) -> String {
    var writer = ProofWriter(problem, derivation, isText: true)
    try writer.writeSteps(goal)
    var head = ["retort geometry proof 1", "problem \(problem.name)"]
    for clause in problem.clauses where !clause.isAuxiliary {
      head.append("given " + problem.text(clause))
    }
    for clause in problem.clauses where clause.isAuxiliary {
      head.append("auxiliary " + problem.text(clause))
    }
    head += ["goal " + goal.text(problem.points), "proof"]
    return (head + writer.lines).joined(separator: "\n") + "\n"
  }

  /// What the lines of the text of a proof of `goal` say.
  static func written(
    _ problem: GeometryProblem, goal: Statement, _ derivation: Derivation
  ) throws(Unwritable) -> Written {
    var writer = ProofWriter(problem, derivation, isText: false)
    try writer.writeSteps(goal)
    return writer.written
  }

  private mutating func writeSteps(_ goal: Statement) throws(Unwritable) {
    // Steps that say what an earlier one says give way to it; then only what the goal needs stays.
    var first: [Statement: Int] = [:]
    for (index, step) in derivation.steps.enumerated() {
      let key = Self.key(step.claim.statement)
      let earlier = first[key]
      keys.append(key)
      standsFor.append(earlier ?? index)
      if earlier == nil { first[key] = index }
    }
    // A goal about many points of a line or circle is put together from its parts.
    let isWhole = first[Self.key(goal)] != nil
    let ends = (isWhole ? [goal] : Claim.claims(of: goal).map(\.statement)).map {
      first[Self.key($0)]
    }
    guard let last = ends.compactMap({ $0 }).max(), !ends.contains(nil),
      isWhole || goal.predicate == .coll || goal.predicate == .cyclic
    else {
      throw Unwritable(step: goal.text(problem.points))
    }
    var isNeeded = [Bool](repeating: false, count: derivation.steps.count)
    for case .some(let end) in ends { isNeeded[end] = true }
    for index in stride(from: last, through: 0, by: -1) where isNeeded[index] {
      for parent in derivation.steps[index].parents { isNeeded[standsFor[parent]] = true }
    }
    for index in 0...last where isNeeded[index] {
      try write(index)
    }
    if !isWhole {
      let parts = ends.compactMap { $0 }.map { "\(lineOfStep[$0])" }
      _ = add(
        goal, Self.key(goal), .derived,
        (goal.predicate == .coll ? "line " : "circle ") + parts.joined(separator: " "))
    }
  }

  private static func key(_ statement: Statement) -> Statement {
    statement.canonical.statement ?? statement
  }

  private enum LineKind { case given, condition, derived }

  /// - Parameter reason: of a derived line, where text is wanted.
  private mutating func add(
    _ statement: Statement, _ key: Statement, _ kind: LineKind, _ reason: String = ""
  ) -> Int {
    written.lineCount += 1
    if kind == .given { written.premises.append(statement) }
    if kind == .derived { written.derivedSteps += 1 }
    written.points.formUnion(statement.points)
    if isText {
      let words =
        switch kind {
        case .given: "given"
        case .condition: "check"
        case .derived: reason
        }
      lines.append("\(written.lineCount). \(statement.text(problem.points)) : \(words)")
    }
    lineOfStatement[key] = written.lineCount
    return written.lineCount
  }

  private func line(ofStep step: Int) -> Int { lineOfStep[standsFor[step]] }

  private mutating func write(_ index: Int) throws(Unwritable) {
    let step = derivation.steps[index]
    let statement = step.claim.statement
    switch step.reason {
    case .premise:
      lineOfStep[index] = add(statement, keys[index], .given)
    case .overlap:
      let words =
        isText
        ? "circle " + step.parents.map { "\(line(ofStep: $0))" }.joined(separator: " ") : ""
      lineOfStep[index] = add(statement, keys[index], .derived, words)
    case .sum(let system, let summands):
      let words = isText ? sum(system, summands, step.claim) : ""
      lineOfStep[index] = add(statement, keys[index], .derived, words)
    case .rule(let id):
      try writeRule(index, id)
    }
  }

  // MARK: Sums

  private func sum(
    _ system: Derivation.System, _ summands: [Derivation.Summand], _ target: Claim
  ) -> String {
    var factors: [(line: Int, factor: Rational)] = []
    var collinear: [Int] = []
    let scale = Self.scale(target, system)
    for summand in summands {
      let claim = derivation.steps[summand.step].claim
      let number = line(ofStep: summand.step)
      if claim.kind == .coll {
        if !collinear.contains(number) { collinear.append(number) }
        continue
      }
      let factor =
        (try? Rational(
          Int128(summand.numerator * Self.scale(claim, system)),
          over: Int128(summand.denominator * scale))) ?? .zero
      if let known = factors.firstIndex(where: { $0.line == number }) {
        factors[known].factor = (try? factors[known].factor + factor) ?? .zero
      } else {
        factors.append((number, factor))
      }
    }
    factors.removeAll { $0.factor == .zero }
    var words = [Self.word(system)]
    words += factors.map { "\($0.factor)[\($0.line)]" }
    if !collinear.isEmpty { words += ["lines"] + collinear.map { "\($0)" } }
    if system == .directions {
      var denominator: Int128 = 1
      for (_, factor) in factors {
        denominator =
          denominator / Self.divisor(denominator, factor.denominator) * factor.denominator
      }
      if denominator > 1 { words.append("branch \(denominator)") }
    }
    return words.joined(separator: " ")
  }

  private static func divisor(_ a: Int128, _ b: Int128) -> Int128 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }

  private static func word(_ system: Derivation.System) -> String {
    switch system {
    case .directions: "directions"
    case .logs: "ratios"
    case .lengths: "lengths"
    case .squares: "squares"
    }
  }

  /// What the engine multiplies the proof language's equation of a claim by to make it whole.
  private static func scale(_ claim: Claim, _ system: Derivation.System) -> Int {
    switch (system, claim.kind) {
    case (.lengths, .rconst), (.squares, .r2const): Int(claim.denominator)
    case (.squares, .rconst): Int(claim.denominator) * Int(claim.denominator)
    default: 1
    }
  }

  // MARK: Rules

  private mutating func writeRule(_ index: Int, _ id: RuleID) throws(Unwritable) {
    let step = derivation.steps[index]
    let statement = step.claim.statement
    let isReversed =
      [step.claim.kind, step.premises.first?.kind].contains { $0 == .simtrir || $0 == .contrir }
    let name = isReversed ? id.name + "-reversed" : id.name
    guard let rule = GeometryProofs.Rule.named[name],
      let points = Self.substitution(rule, step)
    else { throw Unwritable(step: "\(statement.text(problem.points)) by \(name)") }
    var conditions: [Int] = []
    for condition in rule.conditions {
      let instance = condition.mapped { points[$0] }
      let key = Self.key(instance)
      conditions.append(lineOfStatement[key] ?? add(instance, key, .condition))
    }
    var words = ""
    if isText {
      let from = step.cited.map { cited in cited.map { "\(line(ofStep: $0))" } ?? "=" }
      let all =
        ["by", name] + points.map { problem.points[$0] } + ["from"] + from
        + (conditions.isEmpty ? [] : ["where"] + conditions.map { "\($0)" })
      words = all.joined(separator: " ")
    }
    lineOfStep[index] = add(statement, keys[index], .derived, words)
  }

  /// Points for the rule's variables, read off the premises and, where these leave some open, off
  /// the conclusion.
  private static func substitution(_ rule: GeometryProofs.Rule, _ step: Derivation.Step) -> [Int]? {
    var points = [Int](repeating: -1, count: rule.variables.count)
    guard rule.premises.count == step.premises.count else { return nil }
    for (template, premise) in zip(rule.premises, step.premises) {
      let spelled = premise.spelledPoints
      guard spelled.count == template.points.count else { return nil }
      for (variable, point) in zip(template.points, spelled) { points[variable] = point }
    }
    if points.contains(-1) {
      for template in rule.conclusions {
        let spelled = step.claim.spelledPoints
        guard template.predicate == step.claim.kind.predicate,
          spelled.count == template.points.count
        else { continue }
        for (variable, point) in zip(template.points, spelled) where points[variable] < 0 {
          points[variable] = point
        }
      }
    }
    return points.contains(-1) ? nil : points
  }
}

extension Claim {
  /// The points in the order in which the rule table spells the claim, equal ends included.
  fileprivate var spelledPoints: [Int] {
    switch kind {
    case .squareSum:
      [self[0], self[2], self[1], self[3], self[0], self[3], self[1], self[2]]
    default: statement.points
    }
  }
}
