/// What a step of a family's own work applies, and to which lines.
public struct StepNote: Sendable, Equatable {
  /// In kebab-case, one of the rules that the family's verifier names.
  public var rule: String
  /// The lines that the step uses, ascending; 0 is the problem.
  public var inputs: [Int]

  /// - Parameters:
  ///   - rule: in kebab-case.
  ///   - inputs: lines that the step uses, ascending; 0 is the problem.
  public init(_ rule: String, from inputs: [Int]) {
    self.rule = rule
    self.inputs = inputs
  }

  /// A line in verbose rendering: `3) add-pair from 2: 7+7`.
  public func verbose(_ claim: String, number: Int) -> String { prefix(number: number) + claim }

  /// What stands before the claim in verbose rendering: `3) add-pair from 2: `.
  func prefix(number: Int) -> String {
    let from = inputs.isEmpty ? "" : " from " + inputs.map(String.init).joined(separator: ", ")
    return "\(number)) \(rule)\(from): "
  }
}

/// A wrong step, as a careless worker would take it.
public struct Slip<State: Sendable>: Sendable {
  /// What went wrong, in kebab-case: `wrong-carry`, `lost-sign`.
  public var kind: String
  /// The line it writes; no right step writes it here.
  public var line: String
  /// Where it leads: from here on, right steps follow from what the line says.
  public var state: State

  /// - Parameters:
  ///   - kind: what went wrong, in kebab-case.
  ///   - line: what the step writes; no right step writes it here.
  ///   - state: what right steps go on from.
  public init(_ kind: String, line: String, state: State) {
    self.kind = kind
    self.line = line
    self.state = state
  }
}

extension Knob {
  /// Whether each step names its rule and the lines that it uses: 0 no, 1 yes. A family that writes
  /// notes has it as its last knob.
  public static let verbose = Knob.settable(
    "verbose", in: 0...1, "1: each step names its rule and the lines it uses")
}

extension Difficulty {
  /// Whether solutions are in verbose rendering.
  public var isVerbose: Bool { self["verbose"] == 1 }
}
