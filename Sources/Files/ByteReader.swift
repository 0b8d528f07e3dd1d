/// Reads little-endian values from untrusted bytes; cannot read past their end.
public struct ByteReader: Sendable {
  private let bytes: [UInt8]
  private let name: String
  /// Offset of the next byte.
  public private(set) var offset = 0

  /// - Parameter name: the file, for error messages.
  public init(_ bytes: [UInt8], named name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// Bytes not read yet.
  public var remaining: Int { bytes.count - offset }

  /// The next value of a fixed-width integer.
  public mutating func read<T: FixedWidthInteger>(_: T.Type = T.self) throws(FileError) -> T {
    let width = T.bitWidth / 8
    try need(width)
    var value: T = 0
    for i in 0..<width { value |= T(truncatingIfNeeded: bytes[offset + i]) << T(8 * i) }
    offset += width
    return value
  }

  /// The next `count` bytes.
  public mutating func read(count: Int) throws(FileError) -> [UInt8] {
    try need(count)
    defer { offset += count }
    return Array(bytes[offset..<(offset + count)])
  }

  /// - Throws: `FileError.truncated` if fewer bytes are left.
  public mutating func skip(_ count: Int) throws(FileError) {
    try need(count)
    offset += count
  }

  private func need(_ count: Int) throws(FileError) {
    guard count >= 0, count <= remaining else {
      throw .truncated(path: name, at: offset, needs: count, has: remaining)
    }
  }
}

extension Array where Element == UInt8 {
  /// Appends an integer, little-endian.
  public mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
    for i in 0..<(T.bitWidth / 8) { append(UInt8(truncatingIfNeeded: value >> T(8 * i))) }
  }
}
