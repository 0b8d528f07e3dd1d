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

  @Test func `longer than the limit are refused, with their number`() throws {
    let error = #expect(throws: FileError.self) {
      try Self.lines("a\n" + String(repeating: "x", count: 200_000), limit: 100_000)
    }
    #expect(error?.description.contains("line 2: 200000 bytes, at most 100000") == true)
  }

  /// Sizes straddle the pieces of 64 KiB in which the file is read.
  @Test(arguments: [100_001, 131_072, 131_073, 400_000])
  func `longer than the limit can be passed over`(size: Int) throws {
    let path = NSTemporaryDirectory() + "retort-lines-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    let long = String(repeating: "x", count: size)
    try AtomicFile.write("a\n\(long)\nb\n\(long)", to: path)
    var source = try LineSource(path, limit: 100_000)
    #expect(try source.nextLine() == .whole(Array("a".utf8)))
    #expect(try source.nextLine() == .tooLong(bytes: size))
    #expect(try source.nextLine() == .whole(Array("b".utf8)))
    #expect(try source.nextLine() == .tooLong(bytes: size))
    #expect(source.number == 4)
    #expect(try source.nextLine() == nil)
    #expect(source.number == 4)
  }

  @Test func `begin after the byte order mark of UTF-8, unless it is asked for`() throws {
    #expect(try Self.lines("\u{FEFF}a\nb") == ["a", "b"])
    #expect(try Self.lines("\u{FEFF}") == [])
    #expect(try Self.lines("a\n\u{FEFF}b") == ["a", "\u{FEFF}b"])
    let path = NSTemporaryDirectory() + "retort-lines-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    try AtomicFile.write("\u{FEFF}a\n", to: path)
    var source = try LineSource(path, keepsMark: true)
    #expect(try source.next() == Array("\u{FEFF}a".utf8))
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 8, 0, 0, 0], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd"),
      ([0xFF, 0xFE, 0x61, 0], "UTF-16"),
    ] as [([UInt8], String)])
  func `are not looked for in a file of another kind`(bytes: [UInt8], name: String) throws {
    let path = NSTemporaryDirectory() + "retort-lines-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    try AtomicFile.write(bytes, to: path)
    var source = try LineSource(path)
    var found: FileError?
    do throws(FileError) { _ = try source.next() } catch { found = error }
    #expect(found?.description.contains("is \(name)") == true, "\(String(describing: found))")
  }
}
