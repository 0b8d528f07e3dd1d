import Files
import Foundation
import Testing

struct `Lines of a file` {
  static func lines(_ text: String, limit: Int = 1 << 20) throws -> [String] {
    let path = NSTemporaryDirectory() + "retort-lines-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    try AtomicFile.write(text, to: path)
    var source = try LineSource(path, limit: limit)
    var lines: [String] = []
    while let line = try source.next() { lines.append(String(decoding: line, as: UTF8.self)) }
    return lines
  }

  @Test(arguments: [
    ("", []), ("a", ["a"]), ("a\n", ["a"]), ("a\nb", ["a", "b"]), ("\n", [""]),
    ("a\n\nb\n", ["a", "", "b"]), ("a\r\n", ["a\r"]), ("\n\n", ["", ""]),
  ])
  func `end at newlines alone`(text: String, expected: [String]) throws {
    #expect(try Self.lines(text) == expected)
  }

  /// The buffer is refilled in pieces of 64 KiB; lines straddle them.
  @Test func `are whole whatever their length`() throws {
    let expected = [1, 65_535, 65_536, 65_537, 200_000, 0, 3].map {
      String(repeating: "x", count: $0)
    }
    #expect(try Self.lines(expected.joined(separator: "\n") + "\n") == expected)
  }

  @Test func `longer than the limit are refused`() {
    #expect(throws: FileError.self) {
      try Self.lines(String(repeating: "x", count: 200_000), limit: 100_000)
    }
  }
}

struct `A file that is committed` {
  @Test func `appears whole at the commit, and without one leaves no trace`() throws {
    let folder = NSTemporaryDirectory() + "retort-output-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try Folder.make(folder)
    do {
      let output = try AtomicOutput(folder + "/a")
      try output.write([1, 2])
      #expect(!fileExists(folder + "/a"))
      try output.write([3])
      try output.commit()
      #expect(try readFile(folder + "/a") == [1, 2, 3])
      let abandoned = try AtomicOutput(folder + "/b")
      try abandoned.write([9])
    }
    #expect(try Folder.names(in: folder) == ["a"])
  }
}
