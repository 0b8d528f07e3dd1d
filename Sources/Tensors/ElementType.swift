/// The element types that we read and write; the raw value is the safetensors name.
public enum ElementType: String, Sendable, CaseIterable {
  case float64 = "F64"
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int64 = "I64"
  case int32 = "I32"
  case int16 = "I16"
  case int8 = "I8"
  case uint32 = "U32"
  case uint16 = "U16"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes per element.
  public var width: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// NumPy's `descr`; `nil` for bfloat16, which NumPy lacks.
  public var numpyDescription: String? {
    switch self {
    case .float64: "<f8"
    case .float32: "<f4"
    case .float16: "<f2"
    case .bfloat16: nil
    case .int64: "<i8"
    case .int32: "<i4"
    case .int16: "<i2"
    case .int8: "|i1"
    case .uint32: "<u4"
    case .uint16: "<u2"
    case .uint8: "|u1"
    case .bool: "|b1"
    }
  }

  /// The type with this NumPy description.
  init?(numpyDescription text: String) {
    guard let type = Self.allCases.first(where: { $0.numpyDescription == text }) else {
      return nil
    }
    self = type
  }

  /// The number of elements of a shape.
  ///
  /// A dimension of 0 does not hide an overflow of the others.
  ///
  /// - Returns: `nil` for a negative dimension, more than 64 dimensions, or a product whose bytes
  ///   do not fit 63 bits.
  func elementCount(shape: [Int]) -> Int? {
    guard shape.count <= Self.rankLimit else { return nil }
    var bytes = width
    for dimension in shape where dimension != 0 {
      guard dimension > 0 else { return nil }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      bytes = product
    }
    return shape.contains(0) ? 0 : bytes / width
  }

  /// NumPy's limit.
  static let rankLimit = 64
}
