internal import Files
internal import Kernels
public import Tensors

/// The checked header of a GGUF file (ggml-org/ggml, docs/gguf.md), versions 2 and 3,
/// little-endian: metadata, and the place of each tensor.
///
/// Tensors start at multiples of `general.alignment`, do not overlap, and leave no gaps except
/// alignment padding: llama.cpp demands this, and nothing can be hidden in a file.
public struct GGUFHeader: Sendable {
  /// 2 or 3; they differ in nothing that a little-endian file shows.
  public let version: Int
  /// Checked for form alone: duplicate keys, types and sizes.
  public let metadata: GGUFMetadata
  /// In the order of the file's tensor list.
  public let tensors: [StoredTensor]
  /// Tensor starts are multiples of this many bytes, counted from `dataStart`.
  public let alignment: Int
  /// Where the tensors begin.
  public let dataStart: Int

  static let magic: [UInt8] = Array("GGUF".utf8)
  static let alignmentKey = "general.alignment"
  static let defaultAlignment = 32

  /// - Throws: `CheckpointError` for the first fault.
  init(_ mapped: MappedFile) throws(CheckpointError) {
    self = try mapped.withBytes { bytes throws(CheckpointError) in
      try GGUFHeader(bytes, of: mapped)
    }
  }

  private init(_ bytes: UnsafeRawBufferPointer, of mapped: MappedFile) throws(CheckpointError) {
    let file = mapped.path
    guard !LargeFilePointer.begins(bytes.prefix(64)) else {
      throw .form(path: file, reason: LargeFilePointer.advice)
    }
    guard bytes.prefix(4).elementsEqual(Self.magic) else {
      throw .frame(file: file, at: 0, reason: "no GGUF file: it does not start with GGUF")
    }
    var cursor = GGUFCursor(bytes, named: file)
    _ = try cursor.read(UInt32.self)
    version = try Self.version(&cursor)
    // Every tensor takes 24 bytes of the header, every key 13: larger counts are refused.
    let tensorCount = try cursor.count("tensors", limit: GGUFLimits.tensors)
    let keyCount = try cursor.count("metadata keys", limit: GGUFLimits.keys)
    metadata = try GGUFMetadata(&cursor, count: keyCount, of: mapped)
    alignment = try Self.alignment(metadata, file)

    var infos: [Info] = []
    infos.reserveCapacity(tensorCount)
    var names: Set<String> = []
    for _ in 0..<tensorCount {
      let info = try Info(&cursor)
      guard names.insert(info.name).inserted else {
        throw .tensor(file: file, name: info.name, reason: "stands twice")
      }
      infos.append(info)
    }
    let start = (cursor.at + alignment - 1) / alignment * alignment
    dataStart = start
    guard start <= bytes.count || tensorCount == 0 else {
      throw .truncated(file: file, at: cursor.at, needs: start - cursor.at, has: cursor.remaining)
    }
    try Self.checkCover(
      infos, alignment: alignment, dataStart: min(start, bytes.count), fileSize: bytes.count,
      named: file)
    tensors = infos.map { $0.placed(from: start) }
  }

  private static func version(_ cursor: inout GGUFCursor) throws(CheckpointError) -> Int {
    let version = try cursor.read(UInt32.self)
    switch version {
    case 2, 3: return Int(version)
    case 1:
      throw .frame(
        file: cursor.file, at: 4,
        reason: "version 1 of GGUF, expected 2 or 3: convert it with "
          + "llama.cpp of 2023")
    case let value where (1...3).contains(value.byteSwapped):
      throw .frame(file: cursor.file, at: 4, reason: "a big-endian file, expected little-endian")
    default:
      throw .frame(
        file: cursor.file, at: 4, reason: "version \(version) of GGUF, expected 2 or 3")
    }
  }

  private static func alignment(
    _ metadata: GGUFMetadata, _ file: String
  ) throws(CheckpointError) -> Int {
    guard let value = metadata[alignmentKey] else { return defaultAlignment }
    guard case .uint32(let number) = value, number.nonzeroBitCount == 1,
      number <= GGUFLimits.alignment
    else {
      throw .key(
        file: file, key: alignmentKey,
        reason: "expected a power of two up to \(GGUFLimits.alignment) as uint32")
    }
    return Int(number)
  }

  /// Checks that every byte after the header belongs to one tensor or to the padding after one.
  private static func checkCover(
    _ infos: [Info], alignment: Int, dataStart: Int, fileSize: Int, named file: String
  ) throws(CheckpointError) {
    let dataSize = fileSize - dataStart
    func padded(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }
    let sorted = infos.sorted { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) }
    var end = 0
    for info in sorted {
      func wrong(_ reason: String) -> CheckpointError {
        .tensor(file: file, name: info.name, reason: reason)
      }
      guard info.offset.isMultiple(of: alignment) else {
        throw wrong("offset \(info.offset) is no multiple of the alignment \(alignment)")
      }
      guard info.offset <= dataSize, info.byteCount <= dataSize - info.offset else {
        throw wrong(
          "\(info.byteCount) bytes at offset \(info.offset), but only \(dataSize) bytes of tensors "
            + "are there; the copy was cut short")
      }
      guard info.offset >= end else {
        throw wrong("offset \(info.offset) overlaps the tensor before it, which ends at \(end)")
      }
      guard info.offset <= padded(end) else {
        throw wrong("offset \(info.offset) leaves a hole behind byte \(end) of the tensors")
      }
      end = info.offset + info.byteCount
    }
    guard dataSize <= padded(end) || dataSize < alignment else {
      throw .frame(
        file: file, at: dataStart + end, reason: "\(dataSize - end) bytes after the last tensor")
    }
  }
}

/// A tensor as the header lists it.
private struct Info {
  let name: String
  let shape: [Int]
  let format: StorageFormat
  /// Byte offset from the start of the tensor data.
  let offset: Int
  let byteCount: Int

  init(_ cursor: inout GGUFCursor) throws(CheckpointError) {
    let name = try cursor.string("a tensor's name", limit: GGUFLimits.nameBytes)
    let file = cursor.file
    func wrong(_ reason: String) -> CheckpointError {
      .tensor(file: file, name: name, reason: reason)
    }
    let rank = try cursor.read(UInt32.self)
    guard rank <= UInt32(GGUFLimits.rank) else {
      throw wrong("\(rank) dimensions, at most \(GGUFLimits.rank) are read")
    }
    // The file stores the innermost axis first.
    var shape: [Int] = []
    var count = 1
    for _ in 0..<rank {
      let dimension = try cursor.read(UInt64.self)
      guard dimension > 0, let size = Int(exactly: dimension),
        case let (product, overflow) = count.multipliedReportingOverflow(by: size), !overflow
      else {
        throw wrong("a dimension of \(dimension): none may be 0, nor their product too large")
      }
      shape.insert(size, at: 0)
      count = product
    }
    let number = try cursor.read(UInt32.self)
    guard let format = Int32(exactly: number).flatMap(StorageFormat.init) else {
      throw wrong(
        "type \(GGUFHeader.foreignTypes[number] ?? "unknown") (number \(number)), read are "
          + StorageFormat.allCases.map(\.name).joined(separator: " "))
    }
    let columns = shape.last ?? 1
    guard columns.isMultiple(of: format.blockLength) else {
      throw wrong(
        "rows of \(columns) weights are no whole number of blocks of \(format.name), "
          + "\(format.blockLength) each")
    }
    guard let bytes = format.byteCount(count) else { throw wrong("\(count) weights are too many") }
    let offset = try cursor.read(UInt64.self)
    guard let offset = Int(exactly: offset), offset <= Int.max / 2, bytes <= Int.max / 4 else {
      throw wrong("an offset of \(offset) and \(bytes) bytes are beyond any file")
    }
    self.name = name
    self.shape = shape
    self.format = format
    self.offset = offset
    byteCount = bytes
  }

  func placed(from start: Int) -> StoredTensor {
    StoredTensor(
      name: name, shape: shape, typeName: format.name, format: format,
      range: (start + offset)..<(start + offset + byteCount))
  }
}

extension GGUFHeader {
  /// ggml types that are not supported, for messages.
  fileprivate static let foreignTypes: [UInt32: String] = [
    9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 21: "IQ3_S",
    22: "IQ2_S", 24: "I8", 25: "I16",
    26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
  ]
}
