public import Files

/// What a manifest says about an archive, under its key `archive`.
public struct ArchiveDescription: Sendable, Equatable {
  /// One shard: `<name>-<number>.tar.zst` and its index.
  public struct Shard: Sendable, Equatable {
    /// File name of the shard.
    public var file: String
    /// File name of its index.
    public var index: String
    /// Samples in this shard, at least one per frame.
    public var samples: Int
    /// Frames with samples; the frame of the end blocks is not counted.
    public var frames: Int
    /// Bytes after decompression, including the end blocks.
    public var rawBytes: Int
  }

  /// The format written, and the only one read.
  public static let formatVersion = 1

  /// 1 to 80 of `[A-Za-z0-9_-]`; the names of the shards and their indexes begin with it.
  public var name: String
  /// Digest over (id, field, member digest) of every sample in order.
  public var content: Digest
  /// Samples of all shards together.
  public var samples: Int
  /// Field names, in the order of the members of every sample.
  public var fields: [String]
  /// In order: positions count on from one shard to the next.
  public var shards: [Shard]
  /// Library, version and settings that made the frames; informational, readers ignore it.
  public var compressor: JSONObject

  var json: JSONObject {
    [
      "format": JSON(Self.formatVersion), "name": JSON(name), "content": JSON(content.hex),
      "samples": JSON(samples), "fields": JSON(fields) { JSON($0) },
      "shards": JSON(shards) {
        [
          "file": JSON($0.file), "index": JSON($0.index), "samples": JSON($0.samples),
          "frames": JSON($0.frames), "raw_bytes": JSON($0.rawBytes),
        ]
      },
      "compressor": .object(compressor),
    ]
  }

  /// Reads the key of a manifest whose own digest has been checked.
  init(manifest: Manifest, folder: String) throws(ArchiveError) {
    func wrong(_ reason: String) -> ArchiveError { .description(folder: folder, reason: reason) }
    guard let json = manifest.archive.map({ JSON.object($0) }) else {
      throw wrong("describes no archive: the folder holds something else (\(manifest.kind))")
    }
    guard let version = json["format"]?.intValue else { throw wrong("archive without a format") }
    guard version == Self.formatVersion else {
      throw wrong("archive format \(version), this program reads \(Self.formatVersion)")
    }
    guard let name = json["name"]?.stringValue, ArchiveNames.fault(inArchive: name) == nil else {
      throw wrong("the archive has no usable name")
    }
    guard let content = json["content"]?.stringValue.flatMap({ Digest(hex: $0) }) else {
      throw wrong("the archive's content is no digest")
    }
    guard let samples = json["samples"]?.intValue, samples >= 0,
      let fieldList = json["fields"]?.arrayValue, let list = json["shards"]?.arrayValue,
      let compressor = json["compressor"]?.objectValue
    else { throw wrong("the archive lacks samples, fields, shards or compressor") }
    self.name = name
    self.content = content
    self.samples = samples
    self.compressor = compressor
    fields = fieldList.compactMap(\.stringValue)
    guard fields.count == fieldList.count, Set(fields).count == fields.count,
      fields.allSatisfy({ ArchiveNames.fault(inField: $0) == nil }),
      !fields.isEmpty || list.isEmpty
    else { throw wrong("the archive's fields are not distinct field names") }
    shards = []
    var total = 0
    for (number, entry) in list.enumerated() {
      guard let file = entry["file"]?.stringValue, let index = entry["index"]?.stringValue,
        file == ArchiveNames.shard(name, number), index == ArchiveNames.index(name, number)
      else { throw wrong("shard \(number) is not called \(ArchiveNames.stem(name, number))") }
      guard let count = entry["samples"]?.intValue, let frames = entry["frames"]?.intValue,
        let rawBytes = entry["raw_bytes"]?.intValue, frames > 0, count >= frames,
        rawBytes >= SeekTable.endBlockBytes, count <= samples - total
      else { throw wrong("shard \(file) has impossible counts") }
      total += count
      shards.append(
        Shard(file: file, index: index, samples: count, frames: frames, rawBytes: rawBytes))
    }
    guard total == samples else {
      throw wrong("the shards hold \(total.counted("sample")), the archive says \(samples)")
    }
  }

  init(
    name: String, content: Digest, samples: Int, fields: [String], shards: [Shard],
    compressor: JSONObject
  ) {
    self.name = name
    self.content = content
    self.samples = samples
    self.fields = fields
    self.shards = shards
    self.compressor = compressor
  }
}

/// What a finished `ArchiveWriter` returns for the manifest, which the caller writes last.
public struct ArchiveSummary: Sendable, Equatable {
  /// What goes into the manifest under `archive`.
  public var archive: ArchiveDescription
  /// The files written, with size and SHA-256, to be listed in the manifest.
  public var files: [Manifest.File]

  /// Number of samples written.
  public var count: Int { archive.samples }
  /// Content digest of the set, independent of compression.
  public var content: Digest { archive.content }
  /// The manifest's `archive` entry, which readers use to find and check the set.
  public var description: JSONObject { archive.json }

  /// A complete manifest for a folder that holds only this archive.
  public func manifest(kind: String, details: JSONObject = [:]) -> Manifest {
    Manifest(
      kind: kind, content: content.hex, files: files, archive: description, details: details)
  }
}
