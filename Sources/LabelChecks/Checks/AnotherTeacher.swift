/// Labels of another model than the one that is said to have made them. Only a teacher can tell
/// (`TeacherComparison`).
package enum AnotherTeacher: LabelCheck {
  package static let name = "another-teacher"
  package static let about = "another model than --teacher made the labels"

  static let fix =
    "give the model that made the labels, or label again; a quantised copy of the same "
    + "model stays below 0.2 nats"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    evidence.proven.filter { $0.name == name }
  }
}
