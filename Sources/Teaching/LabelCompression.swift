internal import SoftLabels

/// Whether the frames of a label set are compressed.
package enum LabelCompression: String, CaseIterable, Sendable {
  /// Entropy coding takes a quarter off whole distributions, and 5 to 9 % off the rate of a small
  /// teacher's labelling.
  case zstd
  /// Frames as they are: for small teachers with a fast disk.
  case none

  /// The level of the archive.
  func level(for encoding: any LabelEncoding.Type) -> Int {
    switch self {
    case .zstd: encoding.compressionLevel
    case .none: 0
    }
  }
}
