internal import CKernels

/// A teacher's hidden states as stored: rows that, times its readout, give its logits.
///
/// `@unchecked Sendable`, like `Halves`: threads that write at the same time write disjoint rows.
public final class HiddenStates: @unchecked Sendable {
  /// How one number is stored.
  public enum Format: String, CaseIterable, Sendable {
    /// An IEEE half: off by at most 2^-11 of itself.
    case float16
    /// Eight bits and a float32 scale a row: off by at most 1/254 of the row's largest magnitude.
    case int8
    /// Sixteen bits, and a step that all rows share: off by at most half a step.
    case grid

    /// Bytes per number in memory.
    public var width: Int { self == .int8 ? 1 : 2 }
  }

  /// How all of the rows are stored; fixed at creation.
  public let format: Format
  /// Numbers per row.
  public let width: Int
  /// Capacity in rows.
  public let rowCount: Int
  /// The step of `grid`; 1 for other formats.
  public let step: Float
  private let elements: UnsafeMutableRawPointer
  private let scales: UnsafeMutablePointer<Float>

  /// Uninitialised rows.
  ///
  /// - Parameter step: of `grid`, above 0; not used by other formats.
  public init(_ format: Format, rowCount: Int, width: Int, step: Float = 0x1p-6) {
    precondition(rowCount >= 0 && width >= 1 && step > 0 && step.isFinite)
    self.step = format == .grid ? step : 1
    self.format = format
    self.rowCount = rowCount
    self.width = width
    elements = .allocate(
      byteCount: max(Arena.alignment, rowCount * width * format.width),
      alignment: Arena.alignment)
    scales = .allocate(capacity: rowCount)
    scales.initialize(repeating: self.step, count: rowCount)
  }

  deinit {
    elements.deallocate()
    scales.deallocate()
  }

  /// Bytes of one row in memory.
  public static func rowBytes(_ format: Format, width: Int) -> Int {
    width * format.width + MemoryLayout<Float>.stride
  }

  /// Rounds rows and stores them.
  ///
  /// - Parameters:
  ///   - rows: rows to overwrite.
  ///   - x: `(rows, width)`.
  /// - Returns: the first of these rows that holds NaN or an infinity, for `float16` a number
  ///   beyond 65504, for `grid` one beyond 32767 steps; it must not be used.
  public func store(_ rows: Range<Int>, from x: Floats) -> Int? {
    check(rows)
    precondition(x.count >= rows.count * width)
    for (place, row) in rows.enumerated() {
      let source = x.pointer + place * width
      guard ck_sum_of_squares(width, source).isFinite else { return row }
      switch format {
      case .float16:
        let half = halves(row)
        ck_float_to_half(width, source, half)
        for i in 0..<width where half[i] & 0x7C00 == 0x7C00 { return row }
      case .int8:
        ck_quantize_bytes(width, source, bytes(row), scales + row)
        // A sum of squares that is finite in double may still come from floats near their end.
        guard scales[row].isFinite else { return row }
      case .grid:
        let whole = integers(row)
        for i in 0..<width {
          let steps = (source[i] / step).rounded(.toNearestOrEven)
          guard abs(steps) <= 32767 else { return row }
          whole[i] = Int16(steps)
        }
      }
    }
    return nil
  }

  /// Overwrites rows with little-endian numbers, from `bytes[offset]` on.
  public func copy(to rows: Range<Int>, from bytes: [UInt8], at offset: Int) {
    check(rows)
    let size = rows.count * width * format.width
    precondition(offset >= 0 && size <= bytes.count - offset, "fewer bytes than the rows need")
    bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress, size > 0 else { return }
      (elements + rows.lowerBound * width * format.width)
        .copyMemory(from: start + offset, byteCount: size)
    }
  }

  /// Makes a row zeros.
  public func clear(_ row: Int) {
    check(row..<(row + 1))
    let size = width * format.width
    (elements + row * size).initializeMemory(as: UInt8.self, repeating: 0, count: size)
    if format == .int8 { scales[row] = 0 }
  }

  /// The scales of rows.
  public func setScales(_ rows: Range<Int>, _ values: [Float]) {
    check(rows)
    precondition(values.count == rows.count)
    for (row, value) in zip(rows, values) { scales[row] = value }
  }

  /// The scales of rows; 1 where the format has none.
  public func scales(_ rows: Range<Int>) -> [Float] {
    check(rows)
    return rows.map { scales[$0] }
  }

  /// Appends the little-endian numbers of rows.
  public func append(_ rows: Range<Int>, to bytes: inout [UInt8]) {
    check(rows)
    bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: elements + rows.lowerBound * width * format.width,
        count: rows.count * width * format.width))
  }

  /// The first of these rows with a number that is not finite, or with an invalid scale.
  public func firstNotFinite(_ rows: Range<Int>) -> Int? {
    check(rows)
    switch format {
    case .float16:
      return rows.first { row in
        let half = halves(row)
        return (0..<width).contains { half[$0] & 0x7C00 == 0x7C00 }
      }
    case .int8, .grid: return rows.first { !(scales[$0] >= 0 && scales[$0].isFinite) }
    }
  }

  /// The numbers of some rows as float32, exactly what is stored.
  ///
  /// - Parameters:
  ///   - y: `(rows, width)`, overwritten.
  ///   - rows: in any order.
  public func gather(into y: Floats, rows: Span<Int32>) {
    precondition(y.count >= rows.count * width)
    for place in rows.indices {
      let row = Int(rows[place])
      precondition(row >= 0 && row < rowCount, "no such row")
      read(row, into: y.pointer + place * width)
    }
  }

  /// Same, for adjacent rows.
  public func read(_ rows: Range<Int>, into y: Floats) {
    check(rows)
    precondition(y.count >= rows.count * width)
    for (place, row) in rows.enumerated() { read(row, into: y.pointer + place * width) }
  }

  private func read(_ row: Int, into y: UnsafeMutablePointer<Float>) {
    switch format {
    case .float16: ck_half_to_float(width, halves(row), y)
    case .int8: ck_bytes_to_float(width, bytes(row), scales[row], y)
    case .grid:
      let (whole, scale) = (integers(row), scales[row])
      for i in 0..<width { y[i] = Float(whole[i]) * scale }
    }
  }

  private func halves(_ row: Int) -> UnsafeMutablePointer<UInt16> {
    (elements + row * width * 2).assumingMemoryBound(to: UInt16.self)
  }
  private func integers(_ row: Int) -> UnsafeMutablePointer<Int16> {
    (elements + row * width * 2).assumingMemoryBound(to: Int16.self)
  }
  private func bytes(_ row: Int) -> UnsafeMutablePointer<Int8> {
    (elements + row * width).assumingMemoryBound(to: Int8.self)
  }

  private func check(_ rows: Range<Int>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "no such rows")
  }
}
