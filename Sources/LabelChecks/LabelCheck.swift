/// One thing that may be wrong with labels: a file of `Checks` each.
///
/// A check is a function of what was gathered, so that the rows are read once for all of them.
package protocol LabelCheck: Sendable {
  /// Of its findings.
  static var name: String { get }
  /// One line for people: what it finds.
  static var about: String { get }
  /// What it finds; at most one of each kind.
  static func findings(in evidence: EvidenceView) -> [Finding]
}

/// What was gathered, for checks.
package struct EvidenceView: Sendable {
  let facts: Evidence
  let given: Conventions
  /// What the teacher's own rows prove.
  var proven: [Finding] = []

  /// Of the tokenizer that was given.
  struct Conventions: Sendable {
    var paddingID: Int32?
    var beginningID: Int32?
    var addsBeginning = false
    var size: Int?
  }
}
