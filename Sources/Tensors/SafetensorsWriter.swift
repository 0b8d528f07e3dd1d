internal import Files
public import Kernels

/// Writes a safetensors file tensor by tensor: only one is in memory at a time.
public enum SafetensorsWriter {
  /// Shared with the writer of GGUF files; here its format is one of `formats`.
  public typealias Entry = WrittenTensor

  /// The formats in which weights are written.
  public static let formats: [StorageFormat] = [.float32, .float16, .bfloat16]

  /// Writes a file atomically: it appears complete or not at all. `Safetensors.encode` gives the
  /// same bytes for the same tensors.
  ///
  /// - Parameters:
  ///   - tensors: no duplicate names.
  ///   - weights: called once per tensor, in order; returns `(shape)` as float32.
  /// - Throws: what `weights` throws; `FileError`; `CheckpointError` for a weight that is not
  ///   finite or too large for its format.
  /// - Precondition: every format is one of `formats`.
  public static func write(
    to path: String, metadata: [(String, String)], tensors: [Entry],
    weights: (Entry) throws -> Floats
  ) throws {
    let output = try AtomicOutput(path)
    try output.write(header(metadata, tensors, path: path))
    for entry in tensors {
      let x = try weights(entry)
      precondition(x.count == entry.elementCount, "\(entry.name): \(x.count) weights")
      _ = try StoredWeights.write(
        x, as: entry.format, to: output, file: path, name: entry.name)
    }
    try output.commit()
  }

  private static func header(
    _ metadata: [(String, String)], _ tensors: [Entry], path: String
  ) throws(CheckpointError) -> [UInt8] {
    var text: [UInt8] = [UInt8(ascii: "{")]
    if !metadata.isEmpty {
      text += Array(#""__metadata__":"#.utf8)
      text += JSONObject(metadata.map { ($0.0, .string($0.1)) }).serialized()
    }
    var names: Set<String> = ["__metadata__"]
    var start = 0
    for entry in tensors {
      precondition(formats.contains(entry.format), "\(entry.format.name) is not written")
      guard names.insert(entry.name).inserted else {
        throw .tensor(file: path, name: entry.name, reason: "is given twice")
      }
      let end = start + entry.elementCount * entry.format.blockBytes
      let object: JSONObject = [
        "dtype": .string(entry.format.name), "shape": JSON(entry.shape) { JSON($0) },
        "data_offsets": [JSON(start), JSON(end)],
      ]
      if text.count > 1 { text.append(UInt8(ascii: ",")) }
      text += JSON.string(entry.name).serialized()
      text.append(UInt8(ascii: ":"))
      text += object.serialized()
      start = end
    }
    text.append(UInt8(ascii: "}"))
    while !text.count.isMultiple(of: 8) { text.append(UInt8(ascii: " ")) }
    guard text.count <= SafetensorsHeader.byteLimit else {
      throw .frame(file: path, at: 0, reason: "\(tensors.count) tensors are too many for a header")
    }
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(text.count))
    return bytes + text
  }
}
