/// One step of a solution as its verifier read it from the text: what rule it applies, to what, and
/// what it states.
public struct CheckedStep: Sendable, Equatable {
  /// 1-based line of the solution.
  public var number: Int
  /// One of the verifier's `rules`.
  public var rule: String
  /// The lines that it uses, ascending; 0 is the problem.
  public var inputs: [Int]
  /// What the line states, without its number, rule and inputs.
  public var claim: String

  /// The properties say what each argument is.
  public init(number: Int, rule: String, inputs: [Int], claim: String) {
    self.number = number
    self.rule = rule
    self.inputs = inputs
    self.claim = claim
  }

  /// The step in verbose rendering: `3) add-pair from 2: 7+7`.
  public var text: String {
    let from = inputs.isEmpty ? "" : " from " + inputs.map(String.init).joined(separator: ", ")
    return "\(number)) \(rule)\(from): \(claim)"
  }
}
