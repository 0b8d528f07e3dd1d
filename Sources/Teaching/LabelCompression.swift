internal import SoftLabels

/// Whether the frames of a label set are compressed.
package enum LabelCompression: String, CaseIterable, Sendable {
  /// Entropy coding makes whole distributions a quarter smaller, and reduces the rate of a small
  /// teacher's labelling by 5 to 9 %.
  case zstd
  /// Uncompressed frames: for small teachers with a fast disk.
  case none

  /// The level of the archive.
  func level(for encoding: any LabelEncoding.Type) -> Int {
    switch self {
    case .zstd: encoding.compressionLevel
    case .none: 0
    }
  }
}
