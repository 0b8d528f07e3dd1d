import Checkpoints
import Files
import Foundation
import Tensors

/// A GGUF file built by hand, right or wrong.
struct GGUFBytes {
  var magic = Array("GGUF".utf8)
  var version: UInt32 = 3
  var tensorCount: UInt64?
  var keyCount: UInt64?
  /// Keys with the bytes of type and value.
  var members: [(key: [UInt8], value: [UInt8])] = []
  var tensors: [Info] = []
  /// Bytes behind the lists, part of the header.
  var tail: [UInt8] = []
  /// Bytes behind the header's padding.
  var data: [UInt8] = []
  var alignment = 32

  struct Info {
    var name: [UInt8] = Array("w".utf8)
    /// Innermost axis first, as the file has it.
    var dimensions: [UInt64] = [4]
    var rank: UInt32?
    var type: UInt32 = 0
    var offset: UInt64 = 0
  }

  static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: value)
    return bytes
  }

  static func string(_ text: [UInt8], length: UInt64? = nil) -> [UInt8] {
    number(length ?? UInt64(text.count)) + text
  }

  /// The value of a uint32 key.
  static func uint32(_ value: UInt32) -> [UInt8] { number(UInt32(4)) + number(value) }

  /// The value of an array key: type, count, elements.
  static func array(_ type: UInt32, _ count: UInt64, _ elements: [UInt8]) -> [UInt8] {
    number(UInt32(9)) + number(type) + number(count) + elements
  }

  mutating func add(_ key: String, _ value: [UInt8]) { members.append((Array(key.utf8), value)) }

  /// One float32 vector of four.
  static var small: GGUFBytes {
    var file = GGUFBytes()
    file.tensors = [Info()]
    file.data = [UInt8](repeating: 0, count: 32)
    return file
  }

  var header: [UInt8] {
    var bytes = magic + Self.number(version)
    bytes += Self.number(tensorCount ?? UInt64(tensors.count))
    bytes += Self.number(keyCount ?? UInt64(members.count))
    for member in members { bytes += Self.string(member.key) + member.value }
    for tensor in tensors {
      bytes +=
        Self.string(tensor.name) + Self.number(tensor.rank ?? UInt32(tensor.dimensions.count))
      for dimension in tensor.dimensions { bytes += Self.number(dimension) }
      bytes += Self.number(tensor.type) + Self.number(tensor.offset)
    }
    return bytes + tail
  }

  var bytes: [UInt8] {
    var bytes = header
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
    return bytes + data
  }
}

/// Calls `body` with the path of a folder that is removed afterwards.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "checkpoints-" + UUID().uuidString
  try Folder.make(path)
  defer { try? Folder.remove(path) }
  return try body(path)
}

/// Calls `body` with the path of a file of these bytes.
func withFile<Result>(
  _ bytes: [UInt8], named name: String = "model.gguf", _ body: (String) throws -> Result
) throws -> Result {
  try withFolder { folder in
    try AtomicFile.write(bytes, to: folder + "/" + name)
    return try body(folder + "/" + name)
  }
}
