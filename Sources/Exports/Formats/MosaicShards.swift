internal import Files
internal import Records

/// Shards of MosaicML Streaming (MDS, version 2), a folder with an `index.json` for each split.
///
/// A shard is `uint32 N`, `uint32 offsets[N + 1]`, its JSON configuration, then the samples: the
/// sizes of the columns of variable length as `uint32`, then all columns in order of their names.
/// Integers are little-endian; `int` is 64 bits. Source: the format's own writer and reader.
struct MosaicShards: ExportFormat {
  static let name = "mds"
  static let about = "shards of MosaicML Streaming (MDS), a folder a split"
  static let isTable = false

  /// Raw bytes of a shard at most, as the format's writer has it.
  static let sizeLimit = 1 << 26

  init(_ options: ExportOptions) {}

  /// The columns by name with their encodings and, for fixed sizes, bytes. What may be absent is
  /// JSON.
  private static let columns: [(name: String, encoding: String, size: Int?)] =
    FlatRecord.columns.map { column in
      let isJSON = column.isOptional || column.name == "knobs"
      return (column.name, isJSON ? "json" : column.isText ? "str" : "int", column.isText ? nil : 8)
    }.sorted { $0.name < $1.name }

  private static let configuration: JSON = [
    "column_encodings": JSON(columns) { JSON($0.encoding) },
    "column_names": JSON(columns) { JSON($0.name) },
    "column_sizes": JSON(columns) { $0.size.map { JSON($0) } ?? .null },
    "compression": .null, "format": "mds", "hashes": [], "size_limit": JSON(sizeLimit),
    "version": 2,
  ]

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    let place = folder + "/" + split.name
    try Folder.make(place)
    var result = ExportedSplit(name: split.name, files: [], rows: 0, bytes: 0)
    var shards: [JSON] = []
    var samples: [[UInt8]] = []
    var size = 0
    let configuration = Self.configuration.serialized()
    /// Bytes of a shard before its samples.
    func headerSize(_ count: Int) -> Int { 4 * (count + 2) + configuration.count }

    func close() throws {
      let number = String(shards.count)
      let name =
        "shard." + String(repeating: "0", count: max(0, 5 - number.utf8.count)) + number + ".mds"
      var bytes: [UInt8] = []
      bytes.append(littleEndian: UInt32(samples.count))
      var offset = headerSize(samples.count)
      bytes.append(littleEndian: UInt32(offset))
      for sample in samples {
        offset += sample.count
        bytes.append(littleEndian: UInt32(offset))
      }
      bytes += configuration
      for sample in samples { bytes += sample }
      let file = try OutputFile(creating: place + "/" + name)
      try file.write(bytes)
      try file.finish()
      result.files.append(split.name + "/" + name)
      result.bytes += bytes.count
      var entry = Self.configuration.objectValue ?? [:]
      entry["raw_data"] = ["basename": JSON(name), "bytes": JSON(bytes.count), "hashes": [:]]
      entry["samples"] = JSON(samples.count)
      entry["zip_data"] = .null
      shards.append(.object(entry))
      samples = []
      size = 0
    }

    try split.forEachRecord { record in
      let sample = Self.sample(of: record)
      guard headerSize(1) + sample.count <= Self.sizeLimit else {
        throw ExportError.rowTooLarge(
          id: record.id, bytes: sample.count, limit: Self.sizeLimit)
      }
      if headerSize(samples.count + 1) + size + sample.count > Self.sizeLimit { try close() }
      samples.append(sample)
      size += sample.count
      result.rows += 1
    }
    if !samples.isEmpty || shards.isEmpty { try close() }
    let index = try OutputFile(creating: place + "/index.json")
    try index.write(JSON.object(["version": 2, "shards": .array(shards)]).serialized())
    try index.finish()
    result.files.append(split.name + "/index.json")
    return result
  }

  private static func sample(of record: Record) -> [UInt8] {
    let values = Dictionary(
      uniqueKeysWithValues: zip(FlatRecord.columns.map(\.name), FlatRecord.values(of: record)))
    var sizes: [UInt8] = []
    var data: [UInt8] = []
    for column in columns {
      let bytes: [UInt8]
      switch (values[column.name] ?? .none, column.encoding) {
      case (.number(let number), _):
        data.append(littleEndian: UInt64(bitPattern: Int64(number)))
        continue
      case (.text(let text), "json"):
        // Knobs and checkers are JSON already; an answer becomes a JSON string.
        bytes = column.name == "answer" ? JSON(text).serialized() : Array(text.utf8)
      case (.text(let text), _): bytes = Array(text.utf8)
      case (.none, _): bytes = Array("null".utf8)
      }
      sizes.append(littleEndian: UInt32(bytes.count))
      data += bytes
    }
    return sizes + data
  }
}
