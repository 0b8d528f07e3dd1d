internal import Files

/// A file of a user's own data: `.jsonl` with a record per line, or `.txt` with one text.
struct OwnFile: Sendable {
  let path: String
  /// 64 hex.
  let digest: String

  private static let suffixes = [".jsonl", ".txt"]
  /// Longer lines or texts are refused: 16 MiB.
  static let longestLine = 16 << 20

  /// The files that the paths name: files themselves, or the record files of a folder, by name.
  ///
  /// - Throws: `OwnDataError` for a path without any, `FileError`.
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

  /// Calls `body` with each line and its number from 1; for a text, once with all of it and no
  /// number. Blank lines are skipped.
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

/// Data of the user's that cannot be accepted.
struct OwnDataError: Error, Equatable, CustomStringConvertible {
  let file: String
  /// From 1; `nil` for a fault of the whole file.
  let line: Int?
  let reason: String

  var description: String { "\(file):\(line.map { "\($0):" } ?? "") \(reason)" }
}
