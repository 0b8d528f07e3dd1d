internal import Files
internal import Tensors

/// Walks over the header of an untrusted GGUF file; cannot leave it.
struct GGUFCursor {
  let bytes: UnsafeRawBufferPointer
  let file: String
  /// Where the header must have ended by.
  let end: Int
  /// Offset of the next byte.
  private(set) var at = 0

  init(_ bytes: UnsafeRawBufferPointer, named file: String) {
    self.bytes = bytes
    self.file = file
    end = min(bytes.count, GGUFLimits.header)
  }

  var remaining: Int { end - at }

  func wrong(_ reason: String, at place: Int? = nil) -> CheckpointError {
    .header(file: file, at: place ?? at, reason: reason)
  }

  /// Requires `count` more header bytes.
  private func need(_ count: Int) throws(CheckpointError) {
    guard count >= 0, count <= remaining else {
      guard end == bytes.count else {
        throw wrong("a header of more than \(GGUFLimits.header) bytes")
      }
      throw .truncated(file: file, at: at, needs: count, has: remaining)
    }
  }

  mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
    _: T.Type = T.self
  ) throws(CheckpointError) -> T {
    let width = MemoryLayout<T>.size
    try need(width)
    let value = T(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: T.self))
    at += width
    return value
  }

  /// A 64-bit count or size, at most `limit`, as `Int`.
  mutating func count(_ what: String, limit: Int) throws(CheckpointError) -> Int {
    let place = at
    let value = try read(UInt64.self)
    guard value <= UInt64(limit) else {
      throw wrong("\(value) \(what), at most \(limit) are read", at: place)
    }
    return Int(value)
  }

  /// A string of at most `limit` bytes.
  mutating func string(_ what: String, limit: Int) throws(CheckpointError) -> String {
    let place = at
    let length = try read(UInt64.self)
    guard length <= UInt64(remaining) else {
      throw .truncated(
        file: file, at: at, needs: Int(clamping: length), has: remaining)
    }
    guard length <= UInt64(limit) else {
      throw wrong("\(what) of \(length) bytes, at most \(limit) are read", at: place)
    }
    let text = String(validating: bytes[at..<(at + Int(length))], as: UTF8.self)
    guard let text else { throw wrong("\(what) is not UTF-8", at: place) }
    at += Int(length)
    return text
  }

  /// The type of a value.
  mutating func valueType() throws(CheckpointError) -> GGUFValueType {
    let place = at
    let number = try read(UInt32.self)
    guard let type = GGUFValueType(rawValue: number) else {
      throw wrong("value type \(number), known are 0 to 12", at: place)
    }
    return type
  }

  /// Skips an array's type, count and elements.
  mutating func skipArray(
    depth: Int = 1
  ) throws(CheckpointError) -> (type: GGUFValueType, count: Int, range: Range<Int>) {
    guard depth <= GGUFLimits.arrayDepth else {
      throw wrong("arrays nested deeper than \(GGUFLimits.arrayDepth)")
    }
    let type = try valueType()
    let place = at
    let count = try read(UInt64.self)
    // Every element takes some bytes, so a count that the file cannot hold is refused here.
    guard count <= UInt64(remaining / type.leastWidth) else {
      throw wrong(
        "an array of \(count) elements of type \(type.name), but \(remaining.counted("byte")) left",
        at: place)
    }
    let start = at
    if let width = type.width {
      at += Int(count) * width
    } else if type == .string {
      for _ in 0..<count {
        let length = try read(UInt64.self)
        guard length <= UInt64(remaining) else {
          throw .truncated(file: file, at: at, needs: Int(clamping: length), has: remaining)
        }
        at += Int(length)
      }
    } else {
      for _ in 0..<count { _ = try skipArray(depth: depth + 1) }
    }
    return (type, Int(count), start..<at)
  }
}
