import Files
import Foundation
import Testing

struct `A log of lines` {
  let folder = NSTemporaryDirectory() + "retort-linelog-\(UUID().uuidString)"

  private func text(_ lines: [[UInt8]]) -> [String] {
    lines.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A reader that sees half a line would take it for a broken one.
  @Test func `is read while it grows, line by whole line`() throws {
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    var tail = LineTail(folder + "/log")
    #expect(tail.take().isEmpty)
    let log = try LineLog(folder + "/log")
    #expect(tail.take().isEmpty)
    try log.append(Array("one\ntw".utf8))
    #expect(text(tail.take()) == ["one"])
    #expect(tail.take().isEmpty)
    try log.append(Array("o\nthree\n".utf8))
    #expect(text(tail.take()) == ["two", "three"])
    #expect(tail.take().isEmpty)
  }

  @Test func `is emptied when it is made again`() throws {
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    try LineLog(folder + "/log").append(Array("old\n".utf8))
    _ = try LineLog(folder + "/log")
    #expect(try readFile(folder + "/log").isEmpty)
  }

  @Test func `names the path that cannot be made`() {
    let error = #expect(throws: FileError.self) { try LineLog(folder + "/none/log") }
    #expect("\(error.map { "\($0)" } ?? "")".contains("/none/log"))
  }
}
