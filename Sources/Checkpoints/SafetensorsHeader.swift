internal import Files

/// The checked header of a safetensors file: what lies where.
///
/// The format (huggingface/safetensors, "Format"): 8 bytes of header length, little-endian; a JSON
/// object from names to `{"dtype", "shape", "data_offsets"}`, optionally `"__metadata__"` from
/// strings to strings; then the tensors, which fill the rest without overlap and without a hole.
public struct SafetensorsHeader: Sendable {
  /// One tensor's place.
  public struct Entry: Sendable, Equatable {
    public let name: String
    public let type: ElementType
    public let shape: [Int]
    /// Bytes from the start of the file.
    public let range: Range<Int>
  }

  /// In the order of the header.
  public let entries: [Entry]
  public let metadata: [(String, String)]

  /// The limit that the format sets.
  public static let byteLimit = 100_000_000

  /// The bytes of the length field.
  static let prefix = 8

  /// The header's length from the first 8 bytes of a file.
  static func length(of bytes: [UInt8], fileSize: Int, named file: String) throws(CheckpointError)
    -> Int
  {
    guard bytes.count >= prefix else {
      throw .truncated(file: file, at: 0, needs: prefix, has: bytes.count)
    }
    let length = bytes[..<prefix].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(byteLimit) else {
      throw .frame(
        file: file, at: 0, reason: "a header of \(length) bytes, at most \(byteLimit) are legal")
    }
    guard Int(length) <= fileSize - prefix else {
      throw .truncated(file: file, at: prefix, needs: Int(length), has: fileSize - prefix)
    }
    return Int(length)
  }

  /// - Parameters:
  ///   - json: the header's bytes, without the length.
  ///   - fileSize: bytes of the whole file.
  init(json: [UInt8], fileSize: Int, named file: String) throws(CheckpointError) {
    guard json.first == UInt8(ascii: "{") else {
      throw .header(file: file, at: Self.prefix, reason: "expected '{' as the first byte")
    }
    let object: JSONObject
    do {
      // The deepest legal value is a number in an array in a tensor in the header.
      let value = try JSON.parse(json, limits: .init(depth: 4, bytes: Self.byteLimit))
      guard let members = value.objectValue else {
        throw CheckpointError.header(file: file, at: Self.prefix, reason: "expected an object")
      }
      object = members
    } catch let error as JSONError {
      throw .header(file: file, at: Self.prefix + error.offset, reason: error.reason)
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw .header(file: file, at: Self.prefix, reason: "\(error)")
    }
    let dataStart = Self.prefix + json.count
    var entries: [Entry] = []
    var metadata: [(String, String)] = []
    entries.reserveCapacity(object.count)
    for member in object.members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value, named: file)
      } else {
        entries.append(
          try Self.entry(
            member.key, member.value, dataStart: dataStart, dataSize: fileSize - dataStart,
            named: file))
      }
    }
    try Self.checkCover(entries, dataStart: dataStart, fileSize: fileSize, named: file)
    self.entries = entries
    self.metadata = metadata
  }

  private static func metadata(_ value: JSON, named file: String) throws(CheckpointError)
    -> [(String, String)]
  {
    guard let object = value.objectValue else {
      throw .tensor(
        file: file, name: "__metadata__", reason: "expected an object, found \(value.kindName)")
    }
    var pairs: [(String, String)] = []
    for member in object.members {
      guard let text = member.value.stringValue else {
        throw .tensor(
          file: file, name: "__metadata__",
          reason: "expected a string for \(CheckpointError.quoted(member.key)), found "
            + member.value.kindName)
      }
      pairs.append((member.key, text))
    }
    return pairs
  }

  private static func entry(
    _ name: String, _ value: JSON, dataStart: Int, dataSize: Int, named file: String
  ) throws(CheckpointError) -> Entry {
    func wrong(_ reason: String) -> CheckpointError {
      .tensor(file: file, name: name, reason: reason)
    }
    guard let object = value.objectValue else {
      throw wrong("expected an object, found \(value.kindName)")
    }
    for key in object.keys where !["dtype", "shape", "data_offsets"].contains(key) {
      throw wrong("unknown key \(CheckpointError.quoted(key))")
    }
    guard let typeName = object["dtype"]?.stringValue else {
      throw wrong("expected a string as dtype, found \(object["dtype"]?.kindName ?? "none")")
    }
    guard let type = ElementType(rawValue: typeName) else {
      throw wrong(
        "dtype \(CheckpointError.quoted(typeName)), expected one of "
          + ElementType.allCases.map(\.rawValue).joined(separator: " "))
    }
    let shape = try integers("shape")
    let offsets = try integers("data_offsets")
    guard let count = type.elementCount(shape: shape) else {
      throw wrong("a shape with negative, too many or too large dimensions")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= dataSize
    else {
      throw wrong("data_offsets \(offsets.prefix(3)), expected begin ≤ end ≤ \(dataSize)")
    }
    guard count * type.width == offsets[1] - offsets[0] else {
      throw wrong(
        "shape \(shape) of \(typeName) needs \(count * type.width) bytes, data_offsets span "
          + "\(offsets[1] - offsets[0])")
    }
    return Entry(
      name: name, type: type, shape: shape,
      range: (dataStart + offsets[0])..<(dataStart + offsets[1]))

    func integers(_ key: String) throws(CheckpointError) -> [Int] {
      guard let array = object[key]?.arrayValue else {
        throw wrong("expected an array as \(key), found \(object[key]?.kindName ?? "none")")
      }
      guard array.count <= ElementType.rankLimit else {
        throw wrong("\(array.count) numbers in \(key), at most \(ElementType.rankLimit) are read")
      }
      var numbers: [Int] = []
      for element in array {
        guard let number = element.intValue else {
          throw wrong("expected 64-bit integers in \(key), found \(element.text.prefix(40))")
        }
        numbers.append(number)
      }
      return numbers
    }
  }

  /// Every byte after the header belongs to exactly one tensor.
  private static func checkCover(
    _ entries: [Entry], dataStart: Int, fileSize: Int, named file: String
  ) throws(CheckpointError) {
    let sorted = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = dataStart
    for entry in sorted {
      guard entry.range.lowerBound == end else {
        let start = entry.range.lowerBound
        let words = start < end ? "overlaps the tensor before it" : "leaves a hole before it"
        throw .tensor(
          file: file, name: entry.name,
          reason: "begins at byte \(start), expected \(end): it \(words)")
      }
      end = entry.range.upperBound
    }
    guard end == fileSize else {
      throw .frame(file: file, at: end, reason: "\(fileSize - end) bytes after the last tensor")
    }
  }
}
