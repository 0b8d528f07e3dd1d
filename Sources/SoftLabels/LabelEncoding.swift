/// How a set stores the distributions of its tokens.
public enum LabelEncoding: String, CaseIterable, Sendable {
  /// Logarithms of all probabilities, as halves: `FullLabels`.
  case full
  /// The teacher's hidden states, and its readout once a set: `HiddenLabels`.
  case hidden

  /// The member of a sample that holds its rows.
  public var field: String {
    switch self {
    case .full: FullLabels.field
    case .hidden: HiddenLabels.field
    }
  }

  /// The zstd level for sets of such rows.
  public var compressionLevel: Int { FullLabels.compressionLevel }

  /// The smaller of the exact ones: both take two bytes a number, V of them a row or `width`.
  public static func smaller(vocabulary V: Int, width: Int) -> LabelEncoding {
    width < V ? .hidden : .full
  }
}
