/// A metadata value of a GGUF file.
public enum GGUFValue: Sendable, Equatable {
  case uint8(UInt8)
  case int8(Int8)
  case uint16(UInt16)
  case int16(Int16)
  case uint32(UInt32)
  case int32(Int32)
  case float32(Float)
  case bool(Bool)
  case string(String)
  case array(GGUFArray)
  case uint64(UInt64)
  case int64(Int64)
  case float64(Double)

  /// The type's number in the file, as `GGUFValueType` has it.
  public var type: GGUFValueType {
    switch self {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .bool: .bool
    case .string: .string
    case .array: .array
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }

  /// An integer of any width; `nil` for other types and for values that do not fit.
  public var intValue: Int? {
    switch self {
    case .uint8(let value): Int(value)
    case .int8(let value): Int(value)
    case .uint16(let value): Int(value)
    case .int16(let value): Int(value)
    case .uint32(let value): Int(value)
    case .int32(let value): Int(value)
    case .uint64(let value): Int(exactly: value)
    case .int64(let value): Int(exactly: value)
    default: nil
    }
  }

  /// A number of any type as `Double`; a float32 becomes the shortest decimal that rounds to it, as
  /// originally written: 1e-5 stays 1e-5.
  public var doubleValue: Double? {
    switch self {
    case .float32(let value): value.isFinite ? Double(value.description) : Double(value)
    case .float64(let value): value
    default: intValue.map(Double.init)
    }
  }

  /// A truth value; `nil` for other types, numbers 0 and 1 among them.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// A string; `nil` for other types.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// An array, its elements still unread; `nil` for other types.
  public var arrayValue: GGUFArray? { if case .array(let value) = self { value } else { nil } }
}
