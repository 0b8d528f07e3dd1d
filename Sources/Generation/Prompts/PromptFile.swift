internal import Files

/// A file of free prompts: `.txt` with one prompt per line, or `.jsonl` with
/// `{"prompt": …, "kind": …}` per line.
struct PromptFile: Sendable {
  /// One prompt as it stands in the file.
  struct Entry: Sendable, Equatable {
    let text: String
    /// The kind of prompt, if the file gives one.
    let kind: String?
  }

  let entries: [Entry]
  /// Digest of the file's bytes.
  let digest: Digest

  static let suffixes = [".txt", ".jsonl"]
  private static let fileLimit = 64 << 20
  /// Longer texts are taken for files given by mistake.
  private static let promptLimit = 16 << 10

  /// - Throws: `PromptFileError`; `FileError` when the file cannot be read.
  init(_ path: String) throws {
    var bytes = try readFile(path, limit: Self.fileLimit)[...]
    digest = SHA256.hash(Array(bytes))
    switch FileSignature(startOf: bytes) {
    case nil: break
    case .utf8Mark?: bytes = bytes.dropFirst(FileSignature.utf8MarkBytes.count)
    case let found?: throw FileError.anotherKind(path: path, found: found)
    }
    let readsJSON = path.hasSuffix(".jsonl")
    var entries: [Entry] = []
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 }) {
      do throws(Fault) {
        entries.append(try readsJSON ? Self.object(line) : Self.text(line))
      } catch {
        throw PromptFileError(file: path, line: index + 1, reason: error.reason)
      }
    }
    self.entries = entries
  }

  /// The files that a path names: the file itself, or the prompt files of a folder, by name.
  static func files(_ path: String) throws(FileError) -> [String] {
    guard Folder.isFolder(path) else { return [path] }
    return try Folder.names(in: path).filter { name in suffixes.contains { name.hasSuffix($0) } }
      .map { path + "/" + $0 }
  }

  private struct Fault: Error { let reason: String }

  private static func text(_ line: ArraySlice<UInt8>) throws(Fault) -> Entry {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw Fault(reason: "is not UTF-8")
    }
    return try Entry(text: checked(text), kind: nil)
  }

  private static func object(_ line: ArraySlice<UInt8>) throws(Fault) -> Entry {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(Array(line))
    } catch {
      throw Fault(reason: "is not JSON: \(error)")
    }
    guard let object = json.objectValue else {
      throw Fault(reason: "expected an object with the key \"prompt\", found \(json.kindName)")
    }
    if let key = object.keys.first(where: { $0 != "prompt" && $0 != "kind" }) {
      throw Fault(reason: "unknown key \(JSON(String(key.prefix(80))).text); known: prompt, kind")
    }
    guard let prompt = object["prompt"]?.stringValue else {
      throw Fault(reason: "the key \"prompt\" must be a string")
    }
    let kind = object["kind"]
    guard kind == nil || kind?.stringValue.map(Paths.isSafeName) == true else {
      throw Fault(reason: "the key \"kind\" must be a word of letters, digits, . _ -")
    }
    return try Entry(text: checked(prompt), kind: kind?.stringValue)
  }

  private static func checked(_ text: String) throws(Fault) -> String {
    guard text.utf8.count <= promptLimit else {
      throw Fault(reason: "\(text.utf8.count) bytes; a prompt has at most \(promptLimit)")
    }
    // Newline and tab are text; every other control character is damage.
    let damage = text.utf8.first { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }
    if let damage { throw Fault(reason: "holds the control character \(damage)") }
    guard text.utf8.contains(where: { $0 > 0x20 }) else { throw Fault(reason: "holds no text") }
    return text
  }
}

/// A line of a prompt file that is not a prompt.
struct PromptFileError: Error, Equatable, CustomStringConvertible {
  let file: String
  /// From 1.
  let line: Int
  let reason: String

  var description: String { "\(file):\(line): \(reason)" }
}
