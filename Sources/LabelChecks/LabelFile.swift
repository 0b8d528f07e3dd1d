internal import Files

/// Opens anybody's labels by what the file is.
package enum LabelFile {
  /// Words of `--format`.
  package static let formats = [
    "retort", "llama.cpp", "megatron", "distillkit", "jsonl", "safetensors", "npy", "torch",
  ]

  /// - Parameter word: one of `formats`; `nil`: told from the first bytes and the name.
  /// - Throws: `LabelFileError`, `FileError`, and what the reader throws.
  package static func open(
    _ path: String, as word: String? = nil, given: GivenContext
  ) throws -> any LabelSource {
    switch try word ?? format(of: path) {
    case "retort": return try RetortLabels(path)
    case "llama.cpp": return try LlamaBase(path)
    case "megatron": return try MegatronRecord(path)
    case "distillkit": return try DistillKitRows(path, given)
    case "safetensors": return try TensorLabels(safetensors: path)
    case "npy": return try TensorLabels(npy: path)
    case "torch": return try TensorLabels(torch: path)
    default: return try LogprobLines(path, given)
    }
  }

  private static func format(of path: String) throws -> String {
    if Folder.isFolder(path) {
      if fileExists(path + "/" + Manifest.fileName) { return "retort" }
      if try Folder.names(in: path).contains(where: { $0.hasSuffix(".tar") }) { return "megatron" }
      throw LabelFileError.format(
        path: path, reason: "the folder holds neither a set's \(Manifest.fileName) nor a .tar")
    }
    let file = try RandomAccessFile(path)
    guard file.size > 0 else {
      throw LabelFileError.truncated(path: path, reason: "the file is empty")
    }
    let head = try file.read(at: 0, count: min(512, file.size))
    if head.starts(with: LlamaBase.magic) { return "llama.cpp" }
    if head.starts(with: [0x93] + Array("NUMPY".utf8)) { return "npy" }
    if LargeFilePointer.begins(head) {
      throw LabelFileError.format(path: path, reason: LargeFilePointer.advice)
    }
    let name = Paths.last(of: path).lowercased()
    if head.starts(with: Array("PAR1".utf8)) {
      throw LabelFileError.format(
        path: path,
        reason: "is Parquet, which is not read -- write its rows as JSON Lines "
          + "(Scripts/peers/labels/parquet.py), or its arrays as safetensors")
    }
    if head.starts(with: [0x50, 0x4B, 3, 4]) { return "torch" }
    if head.count > 262, Array(head[257..<262]) == Array("ustar".utf8) {
      guard MegatronRecord.begins(path) else {
        throw LabelFileError.format(
          path: path,
          reason: "is a tar, and not of Megatron-LM: its first member is neither _meta.json nor "
            + "N.pt.zst; give a set of ours by its folder")
      }
      return "megatron"
    }
    if looksLikeSafetensors(head, size: file.size) || name.hasSuffix(".safetensors") {
      return "safetensors"
    }
    if let found = FileSignature(startOf: head), found != .utf8Mark {
      throw LabelFileError.format(path: path, reason: "is \(found.rawValue) -- \(found.advice)")
    }
    let start = head.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    if start == UInt8(ascii: "{") || start == UInt8(ascii: "[") {
      return try holdsDistillKit(path) ? "distillkit" : "jsonl"
    }
    if LlamaBase.magic.starts(with: head) {
      throw LabelFileError.truncated(path: path, reason: "\(file.size) bytes, no header")
    }
    if name.hasSuffix(".npy") || name.hasSuffix(".jsonl") || name.hasSuffix(".pt")
      || name.hasSuffix(".tar")
    {
      throw LabelFileError.damaged(
        path: path, reason: "does not begin as its name says; it is another file, or was cut short")
    }
    throw LabelFileError.format(
      path: path, reason: "none of the formats \(formats.joined(separator: ", "))")
  }

  /// A length that fits the file, then JSON.
  private static func looksLikeSafetensors(_ head: [UInt8], size: Int) -> Bool {
    guard head.count > 9, head[8] == UInt8(ascii: "{") else { return false }
    return head[4..<8].allSatisfy { $0 == 0 }
  }

  private static func holdsDistillKit(_ path: String) throws -> Bool {
    var source = try LineSource(path, limit: LogprobLines.longestLine)
    guard let line = try source.next(), let json = try? JSON.parse(line) else { return false }
    return DistillKitRows.holds(json)
  }
}
