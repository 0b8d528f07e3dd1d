import Files
import Foundation
import Testing

struct `A durable file` {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "retort-files-\(UUID().uuidString)"
    try Folder.make(folder)
  }

  @Test func `replaces the old one in one step and leaves nothing beside it`() throws {
    defer { try? Folder.remove(folder) }
    try AtomicFile.write("one", to: folder + "/a")
    try AtomicFile.write("two", to: folder + "/a")
    #expect(try readFile(folder + "/a") == Array("two".utf8))
    #expect(try Folder.names(in: folder) == ["a"])
  }

  @Test func `is not made where no folder is, and the message names the path`() {
    defer { try? Folder.remove(folder) }
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write("x", to: folder + "/none/a")
    }
    #expect(error?.description.contains("/none") == true)
  }

  @Test func `that is written once is never overwritten`() throws {
    defer { try? Folder.remove(folder) }
    let file = try OutputFile(creating: folder + "/b")
    try file.write([UInt8](repeating: 7, count: 3 << 20))
    try file.write([1, 2])
    try file.finish()
    #expect(try readFile(folder + "/b").count == 3 << 20 + 2)
    #expect(throws: FileError.exists(path: folder + "/b")) {
      try OutputFile(creating: folder + "/b")
    }
  }

  /// One write path: a second one would escape the promise that files are whole or absent.
  @Test func `has one way to come to be`() throws {
    defer { try? Folder.remove(folder) }
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let allowed = ["AtomicFile.swift", "LineLog.swift", "RunLock.swift"]
    let forbidden = ["O_CREAT", "O_WRONLY", "fopen(", "FileHandle(forWriting", "createFile(atPath"]
    for case let file as URL in FileManager.default.enumerator(
      at: sources, includingPropertiesForKeys: nil)!
    where file.pathExtension == "swift" && !allowed.contains(file.lastPathComponent) {
      let text = try String(contentsOf: file, encoding: .utf8)
      for word in forbidden { #expect(!text.contains(word), "\(file.lastPathComponent): \(word)") }
      #expect(!text.contains(".write(to: URL"), "\(file.lastPathComponent)")
    }
  }
}
