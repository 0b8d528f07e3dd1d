public import Kernels
internal import Tensors

/// The encoding `full`: every logarithm of a probability as an IEEE half, `logp.npy` `(L-1, V)`.
///
/// Row t is the distribution of token t+1; -infinity means exactly 0. Exact to the half: a value
/// is off by at most 2^-11 of itself.
public enum FullLabels {
  /// The member that holds the rows.
  public static let field = "logp.npy"

  /// The zstd level for sets of such rows. Their fractions are noise, and level 1 finds the rest:
  /// level 3 takes three to six times as long for a file of the same size (LOG.md).
  public static let compressionLevel = 1

  /// How far above 0 rounding may carry the logarithm of a probability near 1: the last place of a
  /// logit near 100 in float32.
  static let roundingSlack: Float = 0x1p-16
  /// How far a row may be from summing to 1 when it is written.
  static let massTolerance = 1e-3
  /// Largest error of a half, relative to the value.
  static let halfPrecision = 0x1p-11

  /// The bytes of `logp.npy` for rows of one sample.
  ///
  /// - Parameters:
  ///   - rows: `(rowCount, vocabulary)` natural logarithms of probabilities.
  ///   - sample: id, for messages.
  /// - Throws: `SoftLabelError` for NaN, +infinity, a value above 0 beyond rounding, a row that
  ///   does not sum to 1 within 0.001.
  public static func encode(
    logProbabilities rows: [Float], rowCount: Int, vocabulary: Int, sample: String = "a sample"
  ) throws(SoftLabelError) -> [UInt8] {
    try checkShape(rows.count, rowCount, vocabulary, sample)
    for row in 0..<rowCount {
      let sum = try mass(of: rows, row: row, vocabulary: vocabulary, sample: sample)
      guard abs(sum - 1) <= massTolerance else { throw .mass(sample: sample, row: row, sum: sum) }
    }
    return bytes(of: halves(of: rows), rowCount: rowCount, vocabulary: vocabulary)
  }

  /// The rows of `logp.npy`, renormalised in float32.
  ///
  /// - Returns: `(rowCount, vocabulary)` natural logarithms of probabilities.
  /// - Throws: `SoftLabelError` for another shape or type, and for values that are not logarithms
  ///   of probabilities.
  public static func decode(
    _ bytes: [UInt8], rowCount: Int, vocabulary: Int, sample: String = "a sample"
  ) throws(SoftLabelError) -> [Float] {
    let halves = try readHalves(bytes, rowCount: rowCount, vocabulary: vocabulary, sample: sample)
    return try decode(halves: halves, rowCount: rowCount, vocabulary: vocabulary, sample: sample)
  }

  /// Same from the bits of halves, as `readHalves` returns them.
  public static func decode(
    halves: [UInt16], rowCount: Int, vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> [Float] {
    try checkShape(halves.count, rowCount, vocabulary, sample)
    var rows = Float16Bits.decode(halves)
    for row in 0..<rowCount {
      let sum = try storedMass(of: rows, row: row, vocabulary: vocabulary, sample: sample)
      let shift = Float(logarithm(sum))
      for v in (row * vocabulary)..<((row + 1) * vocabulary) { rows[v] -= shift }
    }
    return rows
  }

  /// The rows as stored in the file, with only their shape checked: what a trainer keeps in memory.
  ///
  /// - Returns: `(rowCount, vocabulary)` bits of halves.
  public static func readHalves(
    _ bytes: [UInt8], rowCount: Int, vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> [UInt16] {
    let halves = Halves(count: max(0, rowCount * vocabulary))
    try readHalves(
      bytes, into: halves, at: 0, rowCount: rowCount, vocabulary: vocabulary, sample: sample)
    return halves.bits(0..<halves.count)
  }

  /// Same, copied into `halves` from row `row` on.
  ///
  /// - Precondition: there is room.
  public static func readHalves(
    _ bytes: [UInt8], into halves: Halves, at row: Int, rowCount: Int, vocabulary: Int,
    sample: String
  ) throws(SoftLabelError) {
    let found: (type: ElementType, shape: [Int], start: Int)
    do throws(CheckpointError) {
      found = try NPY.layout(of: bytes, named: sample + "." + field)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
    guard found.type == .float16, found.shape == [rowCount, vocabulary] else {
      throw .shape(
        sample: sample, expected: "half-precision rows of shape (\(rowCount), \(vocabulary))",
        found: "\(found.type.rawValue) of shape \(found.shape)")
    }
    halves.copy(
      to: (row * vocabulary)..<((row + rowCount) * vocabulary), from: bytes, at: found.start)
  }

  /// Number of rows in a member of this size in bytes, if `encode` can have written it.
  public static func rowCount(ofBytes size: Int, vocabulary: Int) -> Int {
    max(0, size - headerSize) / (2 * vocabulary)
  }

  /// Bytes before the elements: the header of every such array fits two lines of 64.
  private static let headerSize = NPY.header(.float16, shape: [1, 1]).count

  /// The bytes of `logp.npy` for rows that are halves already.
  static func bytes(of rows: Range<Int>, in halves: Halves, vocabulary: Int) -> [UInt8] {
    var bytes = NPY.header(.float16, shape: [rows.count, vocabulary])
    bytes.reserveCapacity(bytes.count + 2 * rows.count * vocabulary)
    halves.append((rows.lowerBound * vocabulary)..<(rows.upperBound * vocabulary), to: &bytes)
    return bytes
  }

  static func bytes(of bits: [UInt16], rowCount: Int, vocabulary: Int) -> [UInt8] {
    NPY.encode(Tensor(shape: [rowCount, vocabulary], elements: .float16bits(bits)))
  }

  /// Halves nearest to the values; what rounding carried above 0 becomes 0.
  static func halves(of rows: [Float]) -> [UInt16] {
    Float16Bits.encode(rows.map { $0 > 0 ? 0 : $0 })
  }

  static func checkShape(
    _ count: Int, _ rowCount: Int, _ vocabulary: Int, _ sample: String
  ) throws(SoftLabelError) {
    let (expected, overflow) = rowCount.multipliedReportingOverflow(by: vocabulary)
    guard rowCount >= 0, vocabulary > 0, !overflow, count == expected else {
      throw .shape(
        sample: sample, expected: "\(rowCount) rows of \(vocabulary)", found: "\(count) values")
    }
  }

  /// Σ exp of a row; every value is checked.
  static func mass(
    of rows: [Float], row: Int, vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> Double {
    var sum = 0.0
    for v in 0..<vocabulary {
      let value = rows[row * vocabulary + v]
      // False for NaN too.
      guard value <= roundingSlack else {
        throw .value(sample: sample, row: row, token: v, found: "\(value)")
      }
      sum += Double(exponential(value))
    }
    return sum
  }

  /// Σ exp of a row that was stored as halves, which move the sum by at most 2^-11 Σ p |log p|.
  static func storedMass(
    of rows: [Float], row: Int, vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> Double {
    let sum = try mass(of: rows, row: row, vocabulary: vocabulary, sample: sample)
    guard abs(sum - 1) <= storedTolerance(vocabulary: vocabulary) else {
      throw .mass(sample: sample, row: row, sum: sum)
    }
    return sum
  }

  /// How far from 1 a row of halves may sum.
  static func storedTolerance(vocabulary: Int) -> Double {
    massTolerance + 2 * halfPrecision * logarithm(Double(vocabulary))
  }

  /// Σ exp of every row of halves; every value is checked.
  static func storedMasses(
    of halves: Span<UInt16>, vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> [Float] {
    let (masses, largest) = halfRowMasses(halves, vocabulary: vocabulary)
    let tolerance = storedTolerance(vocabulary: vocabulary)
    for t in masses.indices
    // False for NaN too.
    where !(largest[t] <= roundingSlack && abs(Double(masses[t]) - 1) <= tolerance) {
      // Find out which value it is.
      let row = floats(
        ofHalves: halves.extracting((t * vocabulary)..<((t + 1) * vocabulary)))
      for v in row.indices where !(row[v] <= roundingSlack) {
        throw .value(sample: sample, row: t, token: v, found: "\(row[v])")
      }
      throw .mass(sample: sample, row: t, sum: Double(masses[t]))
    }
    return masses
  }
}
