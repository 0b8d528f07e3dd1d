package import Kernels
package import Models

/// How a decoder holds a model's weights, as commands name it.
package enum WeightPrecision: String, CaseIterable, Sendable {
  case float32, bfloat16, q8_0
  /// Keeps matrices of a format of `PackedWeights.storable` in their own bits; all others are
  /// float32.
  case stored

  /// The format of the weights that are not kept in their own bits.
  package var format: WeightFormat {
    switch self {
    case .float32, .stored: .float32
    case .bfloat16: .bfloat16
    case .q8_0: .q8_0
    }
  }
}

extension DecoderWeights {
  /// A file's weights, packed for decoding.
  ///
  /// - Throws: as `ModelFile.parameters`.
  package init(_ file: ModelFile, precision: WeightPrecision, threads: Int) throws {
    try self.init(
      file, format: precision.format, keepingStored: precision == .stored, threads: threads)
  }
}
