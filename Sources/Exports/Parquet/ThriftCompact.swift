/// The compact protocol of Apache Thrift, as far as Parquet's footer and page headers need it.
///
/// A struct is fields in ascending order of their ids, each a byte of (difference to the id before,
/// type) and a value, and a zero byte; integers are zigzag varints; a list is a byte of (count,
/// type) and its elements. Source: the specification "Thrift compact protocol".
struct ThriftCompact {
  private(set) var bytes: [UInt8] = []
  private var lastField: Int = 0

  private enum Kind: UInt8 { case i32 = 5, i64 = 6, binary = 8, list = 9, structure = 12 }

  /// A struct at the top, or as an element of a list.
  init(_ body: (inout ThriftCompact) -> Void) {
    body(&self)
    bytes.append(0)
  }

  private init() {}

  mutating func i32(_ field: Int, _ value: Int) {
    header(field, .i32)
    integer(value)
  }

  mutating func i64(_ field: Int, _ value: Int) {
    header(field, .i64)
    integer(value)
  }

  mutating func text(_ field: Int, _ value: String) {
    header(field, .binary)
    binary(value)
  }

  mutating func structure(_ field: Int, _ body: (inout ThriftCompact) -> Void) {
    header(field, .structure)
    bytes += ThriftCompact(body).bytes
  }

  mutating func structures(_ field: Int, _ elements: [ThriftCompact]) {
    list(field, .structure, count: elements.count)
    for element in elements { bytes += element.bytes }
  }

  mutating func i32s(_ field: Int, _ values: [Int]) {
    list(field, .i32, count: values.count)
    for value in values { integer(value) }
  }

  mutating func texts(_ field: Int, _ values: [String]) {
    list(field, .binary, count: values.count)
    for value in values { binary(value) }
  }

  private mutating func header(_ field: Int, _ kind: Kind) {
    precondition((1...15).contains(field - lastField), "fields ascend, by at most 15")
    bytes.append(UInt8(field - lastField) << 4 | kind.rawValue)
    lastField = field
  }

  private mutating func list(_ field: Int, _ kind: Kind, count: Int) {
    header(field, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | kind.rawValue)
    } else {
      bytes.append(0xF0 | kind.rawValue)
      varint(UInt64(count))
    }
  }

  private mutating func integer(_ value: Int) {
    let value = Int64(value)
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  private mutating func binary(_ value: String) {
    varint(UInt64(value.utf8.count))
    bytes += value.utf8
  }

  private mutating func varint(_ value: UInt64) {
    var value = value
    while value >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    bytes.append(UInt8(value))
  }
}
