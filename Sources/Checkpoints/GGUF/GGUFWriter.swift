internal import Files
public import Kernels
public import Tensors

/// Writes GGUF files, version 3, which llama.cpp and `gguf` read.
public enum GGUFWriter {
  /// Shared with the writer of safetensors files; here its format is one of `formats`.
  public typealias Entry = WrittenTensor

  /// The formats in which weights are written.
  public static let formats: [StorageFormat] = [.float32, .float16, .q8_0]

  /// Longest tensor name in bytes that ggml accepts.
  public static let nameLimit = 63

  /// Writes a file atomically: it appears complete or not at all.
  ///
  /// The same arguments give the same bytes: metadata in the order given, tensors in the order of
  /// `tensors`, each at a multiple of `general.alignment` (32 unless the metadata say otherwise).
  ///
  /// - Parameters:
  ///   - metadata: no duplicate keys; `general.architecture` first, as llama.cpp writes it.
  ///   - tensors: no duplicate names.
  ///   - weights: called once per tensor, in order; returns `(shape)` as float32. Only one tensor
  ///     is in memory at a time.
  /// - Throws: what `weights` throws; `FileError`; `CheckpointError` for a weight that is not
  ///   finite or too large for its format, and for names, shapes and metadata that a reader would
  ///   refuse.
  public static func write(
    to path: String, metadata: [(String, GGUFValue)], tensors: [Entry],
    weights: (Entry) throws -> Floats
  ) throws {
    let alignment = try alignment(metadata, path)
    let output = try AtomicOutput(path)
    var header = try encodedHeader(metadata, tensors, alignment: alignment, path: path)
    pad(&header, to: alignment)
    try output.write(header)
    for entry in tensors {
      let x = try weights(entry)
      precondition(x.count == entry.elementCount, "\(entry.name): \(x.count) weights")
      let written = try StoredWeights.write(
        x, as: entry.format, to: output, file: path, name: entry.name)
      let padding = (alignment - written % alignment) % alignment
      try output.write([UInt8](repeating: 0, count: padding))
    }
    try output.commit()
  }

  private static func pad(_ bytes: inout [UInt8], to alignment: Int) {
    while !bytes.count.isMultiple(of: alignment) { bytes.append(0) }
  }

  private static func alignment(_ metadata: [(String, GGUFValue)], _ path: String) throws -> Int {
    guard let value = metadata.first(where: { $0.0 == GGUFHeader.alignmentKey })?.1 else {
      return GGUFHeader.defaultAlignment
    }
    guard case .uint32(let number) = value, number.nonzeroBitCount == 1,
      number <= GGUFLimits.alignment
    else {
      throw CheckpointError.key(
        file: path, key: GGUFHeader.alignmentKey, reason: "expected a power of two as uint32")
    }
    return Int(number)
  }

  private static func encodedHeader(
    _ metadata: [(String, GGUFValue)], _ tensors: [Entry], alignment: Int, path: String
  ) throws -> [UInt8] {
    var bytes = GGUFHeader.magic
    bytes.append(littleEndian: UInt32(3))
    bytes.append(littleEndian: UInt64(tensors.count))
    bytes.append(littleEndian: UInt64(metadata.count))
    var keys: Set<String> = []
    for (key, value) in metadata {
      guard keys.insert(key).inserted, !key.isEmpty, key.utf8.count <= GGUFLimits.keyBytes else {
        throw CheckpointError.key(file: path, key: key, reason: "empty, too long, or given twice")
      }
      append(key, to: &bytes)
      bytes.append(littleEndian: value.type.rawValue)
      append(value, to: &bytes)
    }
    var names: Set<String> = []
    var offset = 0
    for entry in tensors {
      func wrong(_ reason: String) -> CheckpointError {
        .tensor(file: path, name: entry.name, reason: reason)
      }
      guard names.insert(entry.name).inserted else { throw wrong("is given twice") }
      guard (1...nameLimit).contains(entry.name.utf8.count) else {
        throw wrong("a name of \(entry.name.utf8.count) bytes, ggml takes 1 to \(nameLimit)")
      }
      guard formats.contains(entry.format) else {
        throw wrong(
          "\(entry.format.name) is not written, only "
            + formats.map(\.name).joined(separator: " "))
      }
      guard (1...GGUFLimits.rank).contains(entry.shape.count),
        entry.shape.allSatisfy({ $0 > 0 }),
        let columns = entry.shape.last, columns.isMultiple(of: entry.format.blockLength),
        let size = entry.format.byteCount(entry.elementCount)
      else {
        throw wrong("the shape \(entry.shape) has no form in \(entry.format.name)")
      }
      append(entry.name, to: &bytes)
      bytes.append(littleEndian: UInt32(entry.shape.count))
      for dimension in entry.shape.reversed() { bytes.append(littleEndian: UInt64(dimension)) }
      bytes.append(littleEndian: UInt32(bitPattern: entry.format.rawValue))
      bytes.append(littleEndian: UInt64(offset))
      offset += (size + alignment - 1) / alignment * alignment
    }
    return bytes
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(littleEndian: UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  private static func append(_ value: GGUFValue, to bytes: inout [UInt8]) {
    switch value {
    case .uint8(let value): bytes.append(value)
    case .int8(let value): bytes.append(UInt8(bitPattern: value))
    case .uint16(let value): bytes.append(littleEndian: value)
    case .int16(let value): bytes.append(littleEndian: value)
    case .uint32(let value): bytes.append(littleEndian: value)
    case .int32(let value): bytes.append(littleEndian: value)
    case .uint64(let value): bytes.append(littleEndian: value)
    case .int64(let value): bytes.append(littleEndian: value)
    case .float32(let value): bytes.append(littleEndian: value.bitPattern)
    case .float64(let value): bytes.append(littleEndian: value.bitPattern)
    case .bool(let value): bytes.append(value ? 1 : 0)
    case .string(let value): append(value, to: &bytes)
    case .array(let value):
      bytes.append(littleEndian: value.elementType.rawValue)
      bytes.append(littleEndian: UInt64(value.count))
      value.withBytes { bytes.append(contentsOf: $0) }
    }
  }
}
