internal import Files

/// A file of a user's own data: `.jsonl`, a record a line, or `.txt`, a text.
struct OwnFile: Sendable {
  let path: String
  /// 64 hex.
  let digest: String

  private static let suffixes = [".jsonl", ".txt"]
  /// A longer line, or text, is no record: 16 MiB.
  static let longestLine = 16 << 20

  /// The files that paths name: themselves, or those of a folder that hold records, by name.
  ///
  /// - Throws: `OwnDataError` for a path that names none, `FileError`.
  static func files(_ paths: [String]) throws -> [OwnFile] {
    var files: [OwnFile] = []
    for path in paths {
      guard Folder.isFolder(path) else {
        guard suffixes.contains(where: { path.hasSuffix($0) }) else {
          throw OwnDataError(
            file: path, line: nil, reason: "expected a .jsonl or .txt file, or a folder of them")
        }
        files.append(try OwnFile(path))
        continue
      }
      let names = try Folder.names(in: path).filter { name in
        suffixes.contains { name.hasSuffix($0) }
      }
      guard !names.isEmpty else {
        throw OwnDataError(file: path, line: nil, reason: "holds no .jsonl and no .txt file")
      }
      for name in names { files.append(try OwnFile(path + "/" + name)) }
    }
    return files
  }

  private init(_ path: String) throws {
    self.path = path
    digest = try Manifest.entry(Paths.last(of: path), in: Paths.parent(of: path)).sha256
  }

  /// Hands out what each line holds, with its number from 1; of a text, the whole with none. Lines of
  /// spaces alone are passed over.
  ///
  /// - Throws: `OwnDataError` naming file and line; `FileError`; what `body` throws.
  func forEach(_ body: (_ line: Int?, OwnLine) throws -> Void) throws {
    if path.hasSuffix(".txt") { return try readText(body) }
    var source = try LineSource(path, limit: Self.longestLine)
    var count = 0
    while let line = try source.nextLine() {
      let number = source.number
      func wrong(_ reason: String) -> OwnDataError {
        OwnDataError(file: path, line: number, reason: reason)
      }
      guard case .whole(let bytes) = line else {
        throw wrong("is longer than \(Self.longestLine) bytes")
      }
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      guard String(validating: bytes, as: UTF8.self) != nil else { throw wrong("is not UTF-8") }
      let read: OwnLine
      do throws(OwnLine.Fault) { read = try OwnLine(bytes) } catch { throw wrong(error.reason) }
      try body(number, read)
      count += 1
    }
    guard count > 0 else { throw OwnDataError(file: path, line: nil, reason: "holds no record") }
  }

  private func readText(_ body: (_ line: Int?, OwnLine) throws -> Void) throws {
    let bytes = try readFile(path, limit: Self.longestLine)
    try FileSignature.requireText(bytes, at: path)
    let mark = FileSignature.utf8MarkBytes
    let own = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
    guard let text = String(validating: own, as: UTF8.self) else {
      let lines = own.split(separator: 0x0A, omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw OwnDataError(file: path, line: bad.map { $0 + 1 }, reason: "is not UTF-8")
    }
    do throws(OwnLine.Fault) { try OwnLine.check(text, "the text") } catch {
      throw OwnDataError(file: path, line: nil, reason: error.reason)
    }
    try body(nil, .text(text))
  }
}

/// Data of the user's that cannot be taken.
struct OwnDataError: Error, Equatable, CustomStringConvertible {
  let file: String
  /// From 1; `nil` for what is about the whole file.
  let line: Int?
  let reason: String

  var description: String { "\(file):\(line.map { "\($0):" } ?? "") \(reason)" }
}
