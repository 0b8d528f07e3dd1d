internal import Files

/// The texts that a sampling has written, one file per run of requests, so that an interrupted one
/// can continue.
///
/// The folder is a stage's scratch, which is specific to its settings and inputs, and a text
/// depends on nothing else. An incomplete file is ignored: its texts are written again.
struct SampledTexts: Sendable {
  let folder: String

  private func path(_ first: Int) -> String { "\(folder)/texts-\(first).json" }

  /// The tokens of `count` texts from number `first` on, if they were kept, and the processor that
  /// wrote them.
  func kept(from first: Int, count: Int) -> (texts: [[Int32]], machine: JSONObject)? {
    guard let bytes = try? readFile(path(first)), let json = try? JSON.parse(bytes),
      let digest = json["sha256"]?.stringValue, let texts = json["texts"],
      SHA256.hash(texts.serialized()).hex == digest, let lists = texts.arrayValue,
      lists.count == count, let machine = json["machine"]?.objectValue
    else { return nil }
    let tokens = lists.map { list in
      list.arrayValue?.compactMap { $0.intValue.flatMap { Int32(exactly: $0) } }
    }
    return tokens.contains(nil) ? nil : (tokens.compactMap { $0 }, machine)
  }

  /// - Throws: `FileError`.
  func keep(
    _ tokens: [[Int32]], from first: Int, machine: JSONObject
  ) throws(FileError) {
    let texts = JSON(tokens) { JSON($0) { JSON(Int($0)) } }
    let json: JSON = [
      "sha256": JSON(SHA256.hash(texts.serialized()).hex), "machine": .object(machine),
      "texts": texts,
    ]
    try Folder.make(folder)
    try AtomicFile.write(json.serialized(), to: path(first))
  }
}
