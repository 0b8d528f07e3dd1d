internal import Exact
public import GeometryProofs

/// A problem and its proof in words, from the proof's text alone: what stands beside the formal
/// text for a reader, or for a model that learns to translate.
public struct ProofWords {
  private let proof: Proof
  private let prose: Prose

  /// Of a parsed proof, whether it is right or not.
  public init(_ proof: Proof) {
    self.proof = proof
    prose = Prose(names: proof.problem.points)
  }

  /// The problem in sentences, then the steps, numbered as in the formal text.
  public var text: String {
    let problem = proof.problem
    var lines: [String] = []
    for clause in problem.clauses {
      lines.append((clause.isAuxiliary ? "Add " : "Let ") + words(for: clause))
    }
    lines += problem.goals.map { "Show that \(phrase($0))." }
    lines.append("Proof.")
    for (index, step) in proof.steps.enumerated() {
      let cited = step.reason.citations.map(String.init).joined(separator: ", ")
      lines.append(
        "\(index + 1). \(phrase(step.statement)): \(Self.words(for: step.reason))"
          + (cited.isEmpty ? "." : " [\(cited)]."))
    }
    return lines.joined(separator: "\n")
  }

  /// `d be a point such that DB ⟂ AC; D, A, C lie on one line.`
  private func words(for clause: Clause) -> String {
    let names = clause.points.map { proof.problem.points[$0] }.joined(separator: ", ")
    let noun = clause.points.count == 1 ? "a point" : "points"
    let facts = clause.constructions.flatMap(\.statements).filter { !$0.predicate.isCondition }
    let verb = clause.isAuxiliary ? "\(noun) \(names)" : "\(names) be \(noun)"
    return facts.isEmpty
      ? verb + "."
      : verb + " such that "
        + facts.map(phrase).joined(separator: "; ") + "."
  }

  /// A statement in words; its formal text where the engine has no claim for it.
  private func phrase(_ statement: Statement) -> String {
    guard let claim = Claim.claims(of: statement).first, Claim.claims(of: statement).count == 1
    else {
      let names = statement.points.map { proof.problem.points[$0] }
      switch statement.predicate {
      case .coll: return names.joined(separator: ", ") + " lie on one line"
      case .cyclic: return names.joined(separator: ", ") + " lie on one circle"
      case .requation: return product(statement, names)
      default: return statement.text(proof.problem.points)
      }
    }
    return prose.phrase(claim)
  }

  /// `BD · CE · AF = DC · EA · FB`, and `2 · AB² = CD · EF` for other exponents and constants.
  private func product(_ statement: Statement, _ names: [String]) -> String {
    var sides: [[String]] = [[], []]
    let constant = statement.numbers.last ?? .one
    if constant.denominator != 1 { sides[0].append("\(constant.denominator)") }
    if constant.numerator != 1 { sides[1].append("\(constant.numerator)") }
    for index in 0..<names.count / 2 {
      guard let exponent = statement.numbers[index].integer else { continue }
      let segment = prose.segment(names[2 * index], names[2 * index + 1])
      let power = abs(exponent) == 1 ? "" : abs(exponent) == 2 ? "²" : "^\(abs(exponent))"
      sides[exponent > 0 ? 0 : 1].append(segment + power)
    }
    return sides.map { $0.isEmpty ? "1" : $0.joined(separator: " · ") }.joined(separator: " = ")
  }

  private static func words(for reason: Proof.Reason) -> String {
    switch reason {
    case .given: "given"
    case .check: "as drawn"
    case .rule(let name, _, _, _): Prose.words(forRule: name)
    case .algebra(.directions, _, _, _): "angle chasing"
    case .algebra(.ratios, _, _, _): "ratio chasing"
    case .algebra(.lengths, _, _, _): "adding lengths"
    case .algebra(.squares, _, _, _): "adding squares of lengths"
    case .line: "lines that share two points are one line"
    case .circle: "circles that share three points are one circle"
    case .same: "two names of one point"
    }
  }
}

extension Proof.Reason {
  /// `given`, `check`, `rule`, `algebra`, `line`, `circle` or `same`: a step's kind in step labels.
  public var kind: String {
    switch self {
    case .given: "given"
    case .check: "check"
    case .rule: "rule"
    case .algebra: "algebra"
    case .line: "line"
    case .circle: "circle"
    case .same: "same"
    }
  }
}

extension Prose {
  /// Why a rule of the proof language holds, in words; its name where the engine has no such rule.
  static func words(forRule name: String) -> String {
    let plain = name.hasSuffix("-reversed") ? String(name.dropLast(9)) : name
    guard let rule = RuleID.allCases.first(where: { $0.name == plain }) else { return plain }
    return words(for: rule)
  }
}
