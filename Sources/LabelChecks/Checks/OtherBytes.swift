/// Numbers read in another type or order of bytes than they were written in.
package enum OtherBytes: LabelCheck {
  package static let name = "byte-order"
  package static let about = "numbers are of another type, or of the other order of bytes"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    guard let found = evidence.facts.interpretation.reread else { return [] }
    let isSwapped = found == .swappedHalf || found == .swappedSingle
    return [
      Finding(
        isSwapped ? name : "wrong-type", .broken,
        evidence: "rows are no distributions as they stand; read as \(found.rawValue) they are",
        fix: "write the numbers as \(isSwapped ? "little-endian" : "the type that the file names")")
    ]
  }
}
