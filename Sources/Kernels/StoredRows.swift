internal import CKernels

/// A matrix of weights in its file's format, mapped or in memory.
///
/// `@unchecked Sendable`: the bytes are only ever read, and `owner` keeps them in place.
public struct StoredRows: @unchecked Sendable {
  /// The file's format, in which the bytes are kept; plain numbers or blocks.
  public let format: StorageFormat
  /// Rows that can be read.
  public let rowCount: Int
  /// Weights per row.
  public let columnCount: Int
  let start: UnsafeRawPointer?
  private let owner: any AnyObject & Sendable

  /// - Parameters:
  ///   - bytes: the rows, one after another, at any alignment; not written from now on.
  ///   - owner: keeps `bytes` in place while it lives.
  /// - Precondition: `bytes` is as long as the rows need, a row a whole number of blocks.
  public init(
    format: StorageFormat, rowCount: Int, columnCount: Int, bytes: UnsafeRawBufferPointer,
    owner: any AnyObject & Sendable
  ) {
    precondition(rowCount >= 0 && columnCount >= 0, "\(rowCount) rows of \(columnCount)")
    let rowBytes = format.byteCount(columnCount)
    precondition(
      rowBytes.map { $0.multipliedReportingOverflow(by: rowCount) }.map {
        !$0.overflow && $0.partialValue == bytes.count
      } == true,
      "\(bytes.count) bytes are not \(rowCount) rows of \(columnCount) in \(format.name)")
    self.format = format
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.start = bytes.baseAddress
    self.owner = owner
  }

  /// Rows in owned memory.
  ///
  /// - Precondition: as `init(format:rowCount:columnCount:bytes:owner:)`.
  public init(format: StorageFormat, rowCount: Int, columnCount: Int, copying bytes: [UInt8]) {
    let memory = Floats(zeros: (bytes.count + 3) / 4)
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: memory.pointer, count: bytes.count)
        .copyMemory(from: source)
    }
    self.init(
      format: format, rowCount: rowCount, columnCount: columnCount,
      bytes: UnsafeRawBufferPointer(start: memory.pointer, count: bytes.count),
      owner: memory.arena)
  }

  /// Bytes of one row.
  public var rowBytes: Int { columnCount / format.blockLength * format.blockBytes }

  /// Bytes of all rows.
  public var byteCount: Int { rowBytes * rowCount }

  /// Some of the rows.
  public subscript(rows: Range<Int>) -> StoredRows {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows outside the matrix")
    return StoredRows(
      format: format, rowCount: rows.count, columnCount: columnCount,
      bytes: UnsafeRawBufferPointer(
        start: start.map { $0 + rows.lowerBound * rowBytes }, count: rows.count * rowBytes),
      owner: owner)
  }

  /// The weights as float32: exact, but for one rounding in the formats that add a minimum.
  ///
  /// - Parameter destination: `(rowCount, columnCount)`, overwritten.
  public func dequantize(into destination: Floats) {
    precondition(
      destination.count == rowCount * columnCount,
      "\(destination.count) floats for \(rowCount) rows of \(columnCount)")
    guard destination.count > 0 else { return }
    withExtendedLifetime(owner) {
      ck_dequantize(format.rawValue, destination.count, start, destination.pointer)
    }
  }

  /// The weights as float32, in an array; for small tensors.
  public var floats: [Float] {
    let destination = Floats(zeros: rowCount * columnCount)
    dequantize(into: destination)
    return destination.array
  }

  /// A copy of the rows in another order, in the same format.
  ///
  /// - Parameter source: the row of this matrix that becomes row `r` of the result.
  public func reordered(_ source: (Int) -> Int) -> StoredRows {
    let width = rowBytes
    var bytes = [UInt8](repeating: 0, count: byteCount)
    bytes.withUnsafeMutableBytes { target in
      withBytes { all in
        for r in 0..<rowCount {
          let from = source(r)
          precondition((0..<rowCount).contains(from), "row \(from) of \(rowCount)")
          UnsafeMutableRawBufferPointer(rebasing: target[(r * width)..<((r + 1) * width)])
            .copyMemory(
              from: UnsafeRawBufferPointer(rebasing: all[(from * width)..<((from + 1) * width)]))
        }
      }
    }
    return StoredRows(
      format: format, rowCount: rowCount, columnCount: columnCount, copying: bytes)
  }

  /// Index of the first weight that is NaN or infinite; `nil` where all are finite.
  ///
  /// In block formats, a scale that is not finite makes its whole block so. One pass: over all
  /// bytes of plain numbers, or over the scales of blocks.
  public var firstNotFinite: Int? {
    guard rowCount * columnCount > 0 else { return nil }
    let at = withExtendedLifetime(owner) {
      ck_first_not_finite(format.rawValue, rowCount * columnCount, start)
    }
    return at < 0 ? nil : at
  }

  /// Calls `body` with the bytes of all rows.
  public func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeRawBufferPointer(start: start, count: byteCount))
  }
}
