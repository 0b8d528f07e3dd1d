internal import Foundation

/// Logarithms to another base than e.
package enum LogBase: LabelCheck {
  package static let name = "log-base"
  package static let about = "logarithms to the base 2 or 10"

  package static func findings(in evidence: EvidenceView) -> [Finding] {
    let base = evidence.facts.interpretation.base
    guard base != M_E else { return [] }
    return [
      Finding(
        name, .broken,
        evidence: "powers of \(Int(base)) of the rows sum to 1, powers of e do not",
        fix:
          "multiply by \(base == 2 ? "ln 2 = 0.693147" : "ln 10 = 2.302585"); --repair log-base does"
      )
    ]
  }
}
