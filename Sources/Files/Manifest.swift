/// The file that seals a folder: `manifest.json`, written last.
///
/// It lists every other file with its size and SHA-256, says what the folder is, and ends with the
/// key `sha256`, the digest of all its own bytes before that key. Readers ignore a folder without a
/// valid manifest.
public struct Manifest: Sendable, Equatable {
  /// One file of the folder.
  public struct File: Sendable, Equatable {
    /// Relative to the folder, with `/` as separator.
    public var path: String
    /// Size of the file.
    public var bytes: Int
    /// 64 hex.
    public var sha256: String

    /// - Parameters:
    ///   - path: relative to the manifest's folder.
    ///   - sha256: 64 hexadecimal characters.
    public init(path: String, bytes: Int, sha256: String) {
      self.path = path
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// Name of a manifest within the folder that it seals.
  public static let fileName = "manifest.json"
  /// Version written; format 1, whose details are among the manifest's own keys, is also read.
  public static let formatVersion = 2

  /// The folder's kind: the kind of stage that made it, or `records` for a packed set.
  public var kind: String
  /// 64 hex: content digest, independent of compression. Keys of later stages hash it.
  public var content: String
  /// Every file of the folder but the manifest.
  public var files: [File]
  /// The stage that made the folder: kind, code version, key, configuration and inputs.
  public var stage: JSONObject?
  /// The kind of machine it was made on.
  public var machine: JSONObject?
  /// The description of the archive in the folder, if it holds one.
  public var archive: JSONObject?
  /// The stage's results: counts, fingerprints, certificates. They are in an object of their own,
  /// so no key here can be mistaken for one of the manifest's.
  public var details: JSONObject

  /// - Parameters:
  ///   - kind: of the stage that made the folder.
  ///   - content: digest of the folder's content, 64 hexadecimal characters.
  ///   - details: what the stage says of its output.
  public init(
    kind: String, content: String, files: [File], stage: JSONObject? = nil,
    machine: JSONObject? = nil, archive: JSONObject? = nil, details: JSONObject = [:]
  ) {
    self.kind = kind
    self.content = content
    self.files = files
    self.stage = stage
    self.machine = machine
    self.archive = archive
    self.details = details
  }

  /// The entry of a file; `nil` if the manifest has none.
  public func file(_ path: String) -> File? { files.first { $0.path == path } }

  /// The stage's counts, if any.
  public var counts: JSON? { details["counts"] }

  /// Tokens read in a training: all tokens if stated, else its targets.
  public var tokensRead: Int? {
    details["tokens_processed"]?.intValue ?? details["tokens"]?.intValue
  }

  /// Bytes of the files that lie beside an archive and do not grow with its samples: neither its
  /// shards nor lists of lines. 0 where the folder holds no archive.
  public var bytesBesideSamples: Int {
    guard let shards = archive?["shards"]?.arrayValue else { return 0 }
    let own = Set(shards.flatMap { [$0["file"]?.stringValue, $0["index"]?.stringValue] })
    return files.reduce(0) {
      own.contains($1.path) || $1.path.hasSuffix(".jsonl") ? $0 : $0 + $1.bytes
    }
  }

  /// Of the tokens of a sampled set, the share that the model wrote; the rest is its prompts. `nil`
  /// for any other set.
  public var writtenShare: Double? {
    guard let prompt = details["tokens"]?["prompt"]?.doubleValue,
      let written = details["tokens"]?["written"]?.doubleValue, prompt + written > 0
    else { return nil }
    return written / (prompt + written)
  }
}

/// Why a folder's manifest is invalid.
public enum ManifestError: Error, Equatable, Sendable, CustomStringConvertible {
  case missing(folder: String)
  case unreadable(FileError)
  /// The closing lines are not those of a manifest.
  case noClosing(path: String)
  case digest(path: String, expected: String, found: String)
  case malformed(path: String, reason: String)
  case version(path: String, found: Int)
  case missingFile(folder: String, file: String)
  case size(path: String, expected: Int, found: Int)
  case fileDigest(path: String, expected: String, found: String)

  public var description: String {
    switch self {
    case .missing(let folder):
      "\(folder): no \(Manifest.fileName), so nothing here counts: the work was not finished, or "
        + "this is not one of our folders -- run the command that makes it again"
    case .unreadable(let error): error.description
    case .noClosing(let path):
      "\(path): does not close with its own digest; the file was cut short or changed -- make it "
        + "again"
    case .digest(let path, let expected, let found):
      "\(path): its bytes have digest \(found), it says \(expected); the file was changed -- make "
        + "it again"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .version(let path, let found):
      "\(path): format version \(found), this program reads 1 to \(Manifest.formatVersion)"
    case .missingFile(let folder, let file):
      "\(folder): the file \(file) is missing that the manifest names -- make the folder again"
    case .size(let path, let expected, let found):
      "\(path): expected \(expected) bytes, found \(found) -- make or fetch it again"
    case .fileDigest(let path, let expected, let found):
      "\(path): expected SHA-256 \(expected), found \(found) -- make or fetch it again"
    }
  }
}

extension Manifest {
  /// The bytes of the file: indented JSON, the key `sha256` last, one newline at the end.
  public func serialized() -> [UInt8] {
    var object: JSONObject = [
      "format": JSON(Manifest.formatVersion), "kind": JSON(kind), "content": JSON(content),
    ]
    for (key, block) in [("stage", stage), ("machine", machine), ("archive", archive)] {
      if let block { object[key] = .object(block) }
    }
    object["details"] = .object(details)
    object["files"] = JSON(files) {
      ["path": JSON($0.path), "bytes": JSON($0.bytes), "sha256": JSON($0.sha256)]
    }
    var bytes = object.serialized(pretty: true)
    bytes.removeLast(2)  // the newline and brace that close the object
    bytes.append(contentsOf: ",\n  ".utf8)
    bytes.append(contentsOf: Manifest.closing(digest: SHA256.hash(bytes).hex))
    return bytes
  }

  private static func closing(digest: String) -> [UInt8] {
    Array("\"sha256\": \"\(digest)\"\n}\n".utf8)
  }

  /// Writes the manifest into `folder`, which makes the folder valid for readers.
  public func write(to folder: String) throws(FileError) {
    try AtomicFile.write(serialized(), to: folder + "/" + Manifest.fileName)
  }

  /// Reads the manifest of `folder`; its own digest is checked first.
  public static func read(from folder: String) throws(ManifestError) -> Manifest {
    let path = folder + "/" + fileName
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try readFile(path, limit: 1 << 28)
    } catch {
      if error.isMissing { throw .missing(folder: folder) }
      throw .unreadable(error)
    }
    return try parse(bytes, path: path)
  }

  /// Parses the bytes of a manifest; `path` is for messages.
  public static func parse(_ bytes: [UInt8], path: String) throws(ManifestError) -> Manifest {
    let tail = closing(digest: String(repeating: "0", count: 64)).count
    guard bytes.count > tail else { throw .noClosing(path: path) }
    let body = bytes[..<(bytes.count - tail)]
    let found = SHA256.hash(body).hex
    let end = Array(bytes[(bytes.count - tail)...])
    guard end == closing(digest: found) else {
      let quoted = String(decoding: end, as: UTF8.self).split(separator: "\"").map(String.init)
      guard quoted.count == 4, let told = Digest(hex: quoted[2]), closing(digest: told.hex) == end
      else { throw .noClosing(path: path) }
      throw .digest(path: path, expected: told.hex, found: found)
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      throw .malformed(path: path, reason: error.description)
    }
    return try Manifest(json: json, path: path)
  }

  private init(json: JSON, path: String) throws(ManifestError) {
    func malformed(_ reason: String) -> ManifestError { .malformed(path: path, reason: reason) }
    guard var object = json.objectValue else { throw malformed("expected an object") }
    guard let version = object["format"]?.intValue else { throw malformed("no format version") }
    guard (1...Manifest.formatVersion).contains(version) else {
      throw .version(path: path, found: version)
    }
    guard let kind = object["kind"]?.stringValue else { throw malformed("no kind") }
    guard let content = object["content"]?.stringValue, Digest(hex: content) != nil else {
      throw malformed("the key \"content\" is no digest")
    }
    guard let list = object["files"]?.arrayValue else { throw malformed("no list of files") }
    var files: [File] = []
    for entry in list {
      guard let name = entry["path"]?.stringValue, let bytes = entry["bytes"]?.intValue, bytes >= 0,
        let digest = entry["sha256"]?.stringValue, Digest(hex: digest) != nil
      else { throw malformed("an entry of \"files\" lacks path, bytes or sha256") }
      guard
        name.split(separator: "/", omittingEmptySubsequences: false)
          .allSatisfy({ Paths.isSafeName(String($0)) })
      else { throw malformed("the file name \(JSON(name).text) is not safe") }
      files.append(File(path: name, bytes: bytes, sha256: digest))
    }
    func block(_ key: String) throws(ManifestError) -> JSONObject? {
      guard let value = object[key] else { return nil }
      guard let block = value.objectValue else {
        throw malformed("the key \"\(key)\" is no object")
      }
      object[key] = nil
      return block
    }
    let stage = try block("stage")
    let machine = try block("machine")
    let archive = try block("archive")
    let details: JSONObject
    if version == 1 {
      for key in ["format", "kind", "content", "files", "sha256"] { object[key] = nil }
      details = object
    } else {
      guard let own = try block("details") else { throw malformed("no details") }
      details = own
      for key in ["format", "kind", "content", "files", "sha256"] { object[key] = nil }
      if let key = object.keys.first {
        throw malformed("the key \(JSON(key).text) is none of format \(version)'s")
      }
    }
    self.init(
      kind: kind, content: content, files: files, stage: stage, machine: machine,
      archive: archive, details: details)
  }

  /// Checks that every listed file exists with the listed size and, unless `sizesOnly`, digest.
  public func verifyFiles(in folder: String, sizesOnly: Bool = false) throws(ManifestError) {
    for file in files {
      let path = folder + "/" + file.path
      let found: (size: Int, digest: String?)
      do throws(FileError) {
        let opened = try RandomAccessFile(path)
        let isWhole = opened.size == file.bytes
        found = (opened.size, isWhole && !sizesOnly ? try Manifest.digest(of: opened).hex : nil)
      } catch {
        if error.isMissing { throw .missingFile(folder: folder, file: file.path) }
        throw .unreadable(error)
      }
      guard found.size == file.bytes else {
        throw .size(path: path, expected: file.bytes, found: found.size)
      }
      if let digest = found.digest, digest != file.sha256 {
        throw .fileDigest(path: path, expected: file.sha256, found: digest)
      }
    }
  }

  /// The manifest entry of a file in `folder`, computed by reading it.
  public static func entry(_ path: String, in folder: String) throws(FileError) -> File {
    let file = try RandomAccessFile(folder + "/" + path)
    return File(path: path, bytes: file.size, sha256: try digest(of: file).hex)
  }

  private static func digest(of file: RandomAccessFile) throws(FileError) -> Digest {
    var hasher = SHA256()
    var offset = 0
    while offset < file.size {
      let count = min(1 << 20, file.size - offset)
      hasher.update(try file.read(at: offset, count: count))
      offset += count
    }
    return hasher.finalize()
  }
}
