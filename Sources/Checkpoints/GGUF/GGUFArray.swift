internal import Files

/// An array of a GGUF file's metadata, left in the file's bytes: a vocabulary of 300 000 tokens
/// costs nothing until it is read.
public struct GGUFArray: Sendable, Equatable {
  /// The type of all elements; arrays of arrays are checked, but their elements cannot be had.
  public let elementType: GGUFValueType
  /// Number of elements, not of bytes.
  public let count: Int
  private let source: Source

  /// Where the elements' bytes are.
  private enum Source: Sendable {
    case memory([UInt8])
    case file(MappedFile, Range<Int>)
  }

  /// Elements that `GGUFCursor.skipArray` has walked over.
  init(elementType: GGUFValueType, count: Int, file: MappedFile, range: Range<Int>) {
    self.elementType = elementType
    self.count = count
    source = .file(file, range)
  }

  private init(_ elementType: GGUFValueType, count: Int, memory: [UInt8]) {
    self.elementType = elementType
    self.count = count
    source = .memory(memory)
  }

  /// Strings, as bytes: a token need not be UTF-8.
  public init(strings: [[UInt8]]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.reduce(0) { $0 + 8 + $1.count })
    for string in strings {
      bytes.append(littleEndian: UInt64(string.count))
      bytes += string
    }
    self.init(.string, count: strings.count, memory: bytes)
  }

  /// An array of elements of type int32.
  public init(_ values: [Int32]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value) }
    self.init(.int32, count: values.count, memory: bytes)
  }

  /// An array of elements of type uint32.
  public init(_ values: [UInt32]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value) }
    self.init(.uint32, count: values.count, memory: bytes)
  }

  /// An array of elements of type float32.
  public init(_ values: [Float]) {
    var bytes: [UInt8] = []
    for value in values { bytes.append(littleEndian: value.bitPattern) }
    self.init(.float32, count: values.count, memory: bytes)
  }

  /// An array of elements of type bool.
  public init(_ values: [Bool]) {
    self.init(.bool, count: values.count, memory: values.map { $0 ? 1 : 0 })
  }

  public static func == (a: GGUFArray, b: GGUFArray) -> Bool {
    a.elementType == b.elementType && a.count == b.count
      && a.withBytes { first in b.withBytes { first.elementsEqual($0) } }
  }

  /// The elements' bytes, as in the file.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch source {
    case .memory(let bytes): bytes.withUnsafeBytes(body)
    case .file(let file, let range):
      file.withBytes { body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
  }

  /// The strings, as bytes; `nil` for an array of another type.
  public var strings: [[UInt8]]? {
    guard elementType == .string else { return nil }
    return withBytes { bytes in
      var all: [[UInt8]] = []
      all.reserveCapacity(count)
      var at = 0
      for _ in 0..<count {
        let length = Int(
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        all.append(Array(bytes[(at + 8)..<(at + 8 + length)]))
        at += 8 + length
      }
      return all
    }
  }

  /// The integers, of any width; `nil` for an array of another type, or for values beyond 64 bits.
  public var integers: [Int]? {
    switch elementType {
    case .uint8: loaded(UInt8.self)
    case .int8: loaded(Int8.self)
    case .uint16: loaded(UInt16.self)
    case .int16: loaded(Int16.self)
    case .uint32: loaded(UInt32.self)
    case .int32: loaded(Int32.self)
    case .uint64: loaded(UInt64.self)
    case .int64: loaded(Int64.self)
    default: nil
    }
  }

  /// The numbers of an array of float32; `nil` for one of another type.
  public var floats: [Float]? {
    guard elementType == .float32 else { return nil }
    return withBytes { bytes in
      (0..<count).map {
        Float(
          bitPattern: UInt32(
            littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  /// The booleans; `nil` for an array of another type.
  public var bools: [Bool]? {
    elementType == .bool ? withBytes { $0.map { $0 != 0 } } : nil
  }

  private func loaded<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type) -> [Int]? {
    withBytes { bytes in
      var all: [Int] = []
      all.reserveCapacity(count)
      for i in 0..<count {
        let value = T(
          littleEndian: bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<T>.size, as: T.self))
        guard let number = Int(exactly: value) else { return nil }
        all.append(number)
      }
      return all
    }
  }
}
