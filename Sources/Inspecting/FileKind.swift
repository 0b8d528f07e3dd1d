internal import Files
internal import Pipeline

/// A kind of file: how it is recognised, and how it is inspected.
struct FileKind: Sendable {
  /// Whether a file is of this kind, by its first 16 bytes and its name.
  let matches: @Sendable (_ head: [UInt8], _ name: String) -> Bool
  let inspect: @Sendable (_ file: String) throws -> Inspection

  /// In the order in which they are tried: first bytes before names, the particular before the
  /// general.
  static let all: [FileKind] = [
    FileKind { head, name in
      head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || head.starts(with: [0x5E, 0x2A, 0x4D, 0x18])
        || ends(name, ".tar.zst", ".tar", ".tzst")
    } inspect: {
      try Inspection(archive: $0)
    },
    FileKind { head, _ in
      LargeFilePointer.begins(head)
    } inspect: {
      throw InspectionError.pointer(file: $0)
    },
    FileKind { head, _ in
      head.starts(with: Array("GGUF".utf8))
    } inspect: {
      try Inspection(model: $0, kind: "model (GGUF)")
    },
    FileKind { head, name in
      head.starts(with: [0x93] + Array("NUMPY".utf8)) || ends(name, ".npy")
    } inspect: {
      try Inspection(npy: $0)
    },
    FileKind { _, name in
      ends(name, ".safetensors")
    } inspect: {
      try Inspection(safetensors: $0)
    },
    FileKind { head, _ in
      head.starts(with: Array("SQLite format 3".utf8))
    } inspect: {
      Inspection(kind: "SQLite database", [("bytes", JSON(try RandomAccessFile($0).size))])
    },
    FileKind { _, name in
      ends(name, ".jsonl", ".ndjson")
    } inspect: {
      try Inspection(lines: $0)
    },
    FileKind { _, name in
      ends(name, ".yaml", ".yml")
    } inspect: {
      Inspection(kind: "pipeline file", [("pipeline", JSON(try PipelineFile.load($0).name))])
    },
    FileKind { _, name in
      name == Manifest.fileName
    } inspect: {
      try Inspection(manifest: $0)
    },
    FileKind { head, name in
      head.first == UInt8(ascii: "{") || head.first == UInt8(ascii: "[") || ends(name, ".json")
    } inspect: {
      try Inspection(json: $0)
    },
  ]

  private static func ends(_ name: String, _ endings: String...) -> Bool {
    endings.contains { name.hasSuffix($0) }
  }
}
