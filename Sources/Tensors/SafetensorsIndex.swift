internal import Files

/// `model.safetensors.index.json`: says which of several files holds each tensor of a model.
public struct SafetensorsIndex {
  /// The name under which a folder has it, beside the files that it lists.
  public static let fileName = "model.safetensors.index.json"
  /// Maximum bytes of an index: a hundred per tensor.
  private static let byteLimit = 32 << 20
  /// Maximum files of one model.
  private static let shardLimit = 1024

  /// The files, sorted by name.
  package let shards: [String]
  /// File number of each tensor.
  package let places: [String: Int]

  /// - Throws: `CheckpointError`; opens no other file.
  package init(_ path: String) throws(CheckpointError) {
    let mapped: MappedFile
    do throws(FileError) {
      mapped = try MappedFile(path)
    } catch {
      throw .file(error)
    }
    guard mapped.size <= Self.byteLimit else {
      throw .frame(
        file: path, at: 0, reason: "\(mapped.size) bytes, at most \(Self.byteLimit) are read")
    }
    let map = try mapped.withBytes { bytes throws(CheckpointError) in
      try Self.weightMap(bytes, named: path)
    }
    let shards = Set(map.values).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: shards.enumerated().map { ($1, $0) })
    self.shards = shards
    places = map.compactMapValues { numbers[$0] }
  }

  private static func weightMap(
    _ bytes: UnsafeRawBufferPointer, named file: String
  ) throws(CheckpointError) -> [String: String] {
    var scanner = HeaderScanner(bytes, named: file, startingAt: 0)
    var map: [String: String]?
    var shards: Set<String> = []
    let limit = SafetensorsHeader.nameLimit
    try scanner.object(keyLimit: limit) { (scanner, key, place) throws(CheckpointError) in
      guard key == "weight_map" else {
        // `metadata` states the total size, which the files themselves give more reliably.
        guard key == "metadata" else {
          throw scanner.wrong("unknown key \(CheckpointError.quoted(key))", at: place)
        }
        return try scanner.skipValue(depth: 4)
      }
      guard map == nil else { throw scanner.wrong("weight_map stands twice", at: place) }
      var found: [String: String] = [:]
      try scanner.object(keyLimit: limit) { (scanner, name, place) throws(CheckpointError) in
        let shard = try scanner.string("a file's name", limit: 128)
        guard Paths.isSafeName(shard) else {
          throw scanner.wrong(
            "\(CheckpointError.quoted(shard)) is no plain name of a file in the same folder",
            at: place)
        }
        guard found.updateValue(shards.insert(shard).memberAfterInsert, forKey: name) == nil else {
          throw scanner.wrong("the key \(CheckpointError.quoted(name)) stands twice", at: place)
        }
        guard found.count <= SafetensorsHeader.tensorLimit, shards.count <= shardLimit else {
          throw scanner.wrong("too many tensors or files", at: place)
        }
      }
      map = found
    }
    try scanner.expectEnd()
    guard let map else { throw scanner.wrong("holds no weight_map", at: 0) }
    return map
  }
}
