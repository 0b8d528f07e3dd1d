/// The checked header of a safetensors file: the place of each tensor.
///
/// The format (huggingface/safetensors, "Format"): 8 bytes of header length, little-endian; a JSON
/// object from names to `{"dtype", "shape", "data_offsets"}`, optionally with `"__metadata__"` from
/// strings to strings; then the tensors, which fill the rest without overlaps or gaps.
public struct SafetensorsHeader: Sendable {
  /// One tensor's place.
  public struct Entry: Sendable, Equatable {
    /// Unique in the file; at most 1024 bytes as written, never `__metadata__`.
    public let name: String
    /// The header's `dtype`: any element type, not only those that hold weights.
    public let type: ElementType
    /// Outermost axis first; empty for a scalar. Its product times the type's width is the length
    /// of `range`.
    public let shape: [Int]
    /// Bytes from the start of the file.
    public let range: Range<Int>
  }

  /// In header order.
  public let entries: [Entry]
  /// `__metadata__` in the order of the file, no key twice; empty if there is none.
  public let metadata: [(String, String)]

  /// The format's own limit.
  public static let byteLimit = 100_000_000

  /// Bytes of the length field.
  static let prefix = 8

  /// Maximum tensors per file; the largest published models have fewer than 100000.
  static let tensorLimit = 1 << 17
  /// Maximum bytes of a tensor's name as written, and of all names together.
  static let nameLimit = 1 << 10
  static let namesLimit = 16 << 20
  /// Maximum bytes of `__metadata__`.
  static let metadataLimit = 4 << 20

  /// Parses the header of a file in memory or in a mapping.
  ///
  /// The JSON is scanned without building a tree: whatever it contains, it takes at most 64 MiB.
  init(of file: UnsafeRawBufferPointer, named name: String) throws(CheckpointError) {
    guard file.count >= Self.prefix else {
      throw .truncated(file: name, at: 0, needs: Self.prefix, has: file.count)
    }
    let length = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(Self.byteLimit) else {
      throw .frame(
        file: name, at: 0,
        reason: "a header of \(length) bytes, at most \(Self.byteLimit) are legal")
    }
    guard Int(length) <= file.count - Self.prefix else {
      throw .truncated(
        file: name, at: Self.prefix, needs: Int(length), has: file.count - Self.prefix)
    }
    let json = UnsafeRawBufferPointer(rebasing: file[Self.prefix..<(Self.prefix + Int(length))])
    try self.init(json: json, fileSize: file.count, named: name)
  }

  /// - Parameters:
  ///   - json: the header's bytes, without the length.
  ///   - fileSize: bytes of the whole file.
  private init(
    json: UnsafeRawBufferPointer, fileSize: Int, named file: String
  ) throws(CheckpointError) {
    guard json.first == UInt8(ascii: "{") else {
      throw .header(file: file, at: Self.prefix, reason: "expected '{' as the first byte")
    }
    let dataStart = Self.prefix + json.count
    var entries: [Entry] = []
    var metadata: [(String, String)] = []
    var seen: Set<String> = []
    var nameBytes = 0
    var scanner = HeaderScanner(json, named: file, startingAt: Self.prefix)
    try scanner.object(keyLimit: Self.nameLimit) { (scanner, key, place) throws(CheckpointError) in
      guard seen.insert(key).inserted else {
        throw scanner.wrong("the key \(CheckpointError.quoted(key)) stands twice", at: place)
      }
      if key == "__metadata__" {
        metadata = try Self.metadata(&scanner)
        return
      }
      nameBytes += key.utf8.count
      guard entries.count < Self.tensorLimit, nameBytes <= Self.namesLimit else {
        throw scanner.wrong(
          "more than \(Self.tensorLimit) tensors, or \(Self.namesLimit) bytes of names", at: place)
      }
      entries.append(
        try Self.entry(key, &scanner, dataStart: dataStart, dataSize: fileSize - dataStart))
    }
    try scanner.expectEnd()
    try Self.checkCover(entries, dataStart: dataStart, fileSize: fileSize, named: file)
    self.entries = entries
    self.metadata = metadata
  }

  private static func metadata(_ scanner: inout HeaderScanner) throws(CheckpointError)
    -> [(String, String)]
  {
    let file = scanner.file
    func wrong(_ reason: String) -> CheckpointError {
      .tensor(file: file, name: "__metadata__", reason: reason)
    }
    let kind = try scanner.kindName()
    guard kind == "an object" else { throw wrong("expected an object, found \(kind)") }
    var pairs: [(String, String)] = []
    var seen: Set<String> = []
    let first = scanner.at
    try scanner.object(keyLimit: metadataLimit) { (scanner, key, place) throws(CheckpointError) in
      guard seen.insert(key).inserted else {
        throw scanner.wrong("the key \(CheckpointError.quoted(key)) stands twice", at: place)
      }
      let kind = try scanner.kindName()
      guard kind == "a string" else {
        throw wrong("expected a string for \(CheckpointError.quoted(key)), found \(kind)")
      }
      pairs.append((key, try scanner.string("a value of __metadata__", limit: metadataLimit)))
      guard scanner.at - first <= metadataLimit else {
        throw wrong("more than \(metadataLimit) bytes")
      }
    }
    return pairs
  }

  private static func entry(
    _ name: String, _ scanner: inout HeaderScanner, dataStart: Int, dataSize: Int
  ) throws(CheckpointError) -> Entry {
    let file = scanner.file
    func wrong(_ reason: String) -> CheckpointError {
      .tensor(file: file, name: name, reason: reason)
    }
    let kind = try scanner.kindName()
    guard kind == "an object" else { throw wrong("expected an object, found \(kind)") }
    var typeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    try scanner.object(keyLimit: nameLimit) { (scanner, key, place) throws(CheckpointError) in
      let isFirst: Bool
      switch key {
      case "dtype":
        isFirst = typeName == nil
        let kind = try scanner.kindName()
        guard kind == "a string" else { throw wrong("expected a string as dtype, found \(kind)") }
        typeName = try scanner.string("a dtype", limit: nameLimit)
      case "shape":
        isFirst = shape == nil
        shape = try integers(key, &scanner, of: name)
      case "data_offsets":
        isFirst = offsets == nil
        offsets = try integers(key, &scanner, of: name)
      default: throw wrong("unknown key \(CheckpointError.quoted(key))")
      }
      guard isFirst else { throw scanner.wrong("the key \(key) stands twice", at: place) }
    }
    guard let typeName else { throw wrong("expected a string as dtype, found none") }
    guard let type = ElementType(rawValue: typeName) else {
      throw wrong(
        "dtype \(CheckpointError.quoted(typeName)), expected one of "
          + ElementType.allCases.map(\.rawValue).joined(separator: " "))
    }
    guard let shape else { throw wrong("expected an array as shape, found none") }
    guard let offsets else { throw wrong("expected an array as data_offsets, found none") }
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
  }

  /// The integers of the array that begins here.
  private static func integers(
    _ key: String, _ scanner: inout HeaderScanner, of name: String
  ) throws(CheckpointError) -> [Int] {
    let file = scanner.file
    func wrong(_ reason: String) -> CheckpointError {
      .tensor(file: file, name: name, reason: reason)
    }
    let kind = try scanner.kindName()
    guard kind == "an array" else { throw wrong("expected an array as \(key), found \(kind)") }
    try scanner.expect(UInt8(ascii: "["))
    var numbers: [Int] = []
    if scanner.accept(UInt8(ascii: "]")) { return numbers }
    repeat {
      guard numbers.count < ElementType.rankLimit else {
        throw wrong("too many numbers in \(key), at most \(ElementType.rankLimit) are read")
      }
      let kind = try scanner.kindName()
      guard kind == "a number" else {
        throw wrong("expected 64-bit integers in \(key), found \(kind)")
      }
      let (value, text) = scanner.integer()
      guard let value else { throw wrong("expected 64-bit integers in \(key), found \(text)") }
      numbers.append(value)
    } while scanner.accept(UInt8(ascii: ","))
    guard scanner.accept(UInt8(ascii: "]")) else {
      throw scanner.wrong("expected ',' or ']', found \(scanner.found)")
    }
    return numbers
  }

  /// Checks that every byte after the header belongs to exactly one tensor.
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
