#if _endian(big)
  #error("tensor files are little-endian and are copied as they are")
#endif

/// The elements of a tensor, in the type the file stores.
public enum TensorElements: Sendable, Equatable {
  case float64([Double])
  case float32([Float])
  /// IEEE 754 binary16, as bits (`Float16Bits`).
  case float16bits([UInt16])
  /// The upper half of binary32, as bits (`BFloat16Bits`).
  case bfloat16bits([UInt16])
  case int64([Int64])
  case int32([Int32])
  case int16([Int16])
  case int8([Int8])
  case uint32([UInt32])
  case uint16([UInt16])
  case uint8([UInt8])
  /// One byte each, as in the file; any value other than 0 is true.
  case bool([UInt8])

  /// The type in a file, whose width in bytes `ElementType.width` gives.
  public var type: ElementType {
    switch self {
    case .float64: .float64
    case .float32: .float32
    case .float16bits: .float16
    case .bfloat16bits: .bfloat16
    case .int64: .int64
    case .int32: .int32
    case .int16: .int16
    case .int8: .int8
    case .uint32: .uint32
    case .uint16: .uint16
    case .uint8: .uint8
    case .bool: .bool
    }
  }

  /// Number of elements, not of bytes.
  public var count: Int {
    switch self {
    case .float64(let values): values.count
    case .float32(let values): values.count
    case .float16bits(let values), .bfloat16bits(let values): values.count
    case .int64(let values): values.count
    case .int32(let values): values.count
    case .int16(let values): values.count
    case .int8(let values): values.count
    case .uint32(let values): values.count
    case .uint16(let values): values.count
    case .uint8(let values), .bool(let values): values.count
    }
  }

  /// Elements from their little-endian bytes, at any alignment.
  ///
  /// - Precondition: `bytes` is a whole number of elements.
  init(_ type: ElementType, bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count.isMultiple(of: type.width), "\(bytes.count) bytes of \(type)")
    func copy<T: BitwiseCopyable>(_: T.Type = T.self) -> [T] {
      let count = bytes.count / MemoryLayout<T>.stride
      return [T](unsafeUninitializedCapacity: count) { buffer, filled in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        filled = count
      }
    }
    self =
      switch type {
      case .float64: .float64(copy())
      case .float32: .float32(copy())
      case .float16: .float16bits(copy())
      case .bfloat16: .bfloat16bits(copy())
      case .int64: .int64(copy())
      case .int32: .int32(copy())
      case .int16: .int16(copy())
      case .int8: .int8(copy())
      case .uint32: .uint32(copy())
      case .uint16: .uint16(copy())
      case .uint8: .uint8(copy())
      case .bool: .bool(copy())
      }
  }

  /// Elements from their little-endian bytes; `nil` if these are no whole number of elements.
  public init?(_ type: ElementType, littleEndian bytes: ArraySlice<UInt8>) {
    guard bytes.count.isMultiple(of: type.width) else { return nil }
    self = bytes.withUnsafeBytes { TensorElements(type, bytes: $0) }
  }

  /// Appends the little-endian bytes of all elements.
  func append(to bytes: inout [UInt8]) {
    func add<T: BitwiseCopyable>(_ values: [T]) {
      values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    switch self {
    case .float64(let values): add(values)
    case .float32(let values): add(values)
    case .float16bits(let values), .bfloat16bits(let values), .uint16(let values): add(values)
    case .int64(let values): add(values)
    case .int32(let values): add(values)
    case .int16(let values): add(values)
    case .int8(let values): add(values)
    case .uint32(let values): add(values)
    case .uint8(let values), .bool(let values): add(values)
    }
  }
}
