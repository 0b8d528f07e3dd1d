internal import Kernels

/// Weights as they go into a file: rounded to its format, and refused where they do not fit it.
enum StoredWeights {
  /// The bytes of `x` in `format`.
  ///
  /// - Parameters:
  ///   - format: F32, F16, BF16, or Q8_0 with a whole number of blocks.
  ///   - file, name: for messages.
  /// - Throws: `notFinite` for a NaN or an infinity; `tensor`, naming the element, for a number
  ///   that is finite and beyond the format.
  static func bytes(
    _ x: Floats, as format: StorageFormat, file: String, name: String
  ) throws(CheckpointError) -> [UInt8] {
    let bytes = format == .bfloat16 ? rounded(x) : storedBytes(x, as: format)
    let rows = StoredRows(format: format, rowCount: 1, columnCount: x.count, copying: bytes)
    guard let at = rows.firstNotFinite else { return bytes }
    // What was finite and no longer is was too large; what never was is named as such.
    let block = at..<min(x.count, at + format.blockLength)
    var largest = at
    for i in block {
      guard x[i].isFinite else {
        throw .notFinite(file: file, name: name, at: i, value: x[i].description)
      }
      if x[i].magnitude > x[largest].magnitude { largest = i }
    }
    throw .tensor(
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
