package import Files
package import Kernels

/// Writes weights rounded to a file's format; refuses weights that do not fit it.
package enum StoredWeights {
  /// Number of weights rounded at a time: a whole number of blocks of every format.
  private static let pieceLength = 1 << 20

  /// Writes `x` in `format`, a few megabytes at a time.
  ///
  /// - Parameters:
  ///   - format: F32, F16, BF16, or Q8_0 with a whole number of blocks.
  ///   - file, name: for messages.
  /// - Returns: the bytes written.
  /// - Throws: `notFinite` for a NaN or an infinity; `tensor`, naming the element, for a finite
  ///   number beyond the format's range; `FileError`.
  package static func write(
    _ x: Floats, as format: StorageFormat, to output: AtomicOutput, file: String, name: String
  ) throws -> Int {
    var written = 0
    for start in stride(from: 0, to: x.count, by: pieceLength) {
      let piece = x[start..<min(start + pieceLength, x.count)]
      let bytes = format == .bfloat16 ? rounded(piece) : storedBytes(piece, as: format)
      let rows = StoredRows(
        format: format, rowCount: 1, columnCount: piece.count, copying: bytes)
      if let at = rows.firstNotFinite {
        throw fault(of: x, near: start + at, format, file: file, name: name)
      }
      try output.write(bytes)
      written += bytes.count
    }
    return written
  }

  /// The error for a value that was never finite, or that was too large for the format.
  private static func fault(
    of x: Floats, near at: Int, _ format: StorageFormat, file: String, name: String
  ) -> CheckpointError {
    var largest = at
    for i in at..<min(x.count, at + format.blockLength) {
      guard x[i].isFinite else {
        return .notFinite(file: file, name: name, at: i, value: x[i].description)
      }
      if x[i].magnitude > x[largest].magnitude { largest = i }
    }
    return .tensor(
      file: file, name: name,
      reason: "element \(largest) is \(x[largest]), too large for \(format.name) -- write F32")
  }

  private static func rounded(_ x: Floats) -> [UInt8] {
    x.withSpan { span in
      [UInt8](unsafeUninitializedCapacity: 2 * span.count) { buffer, count in
        for i in span.indices {
          let bits = BFloat16Bits.encode(span[i])
          buffer[2 * i] = UInt8(truncatingIfNeeded: bits)
          buffer[2 * i + 1] = UInt8(truncatingIfNeeded: bits >> 8)
        }
        count = 2 * span.count
      }
    }
  }
}
