import Files
import Foundation
import Testing

struct `A file that is read` {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "retort-reading-\(UUID().uuidString)"
    try Folder.make(folder)
  }

  @Test func `gives its bytes at any offset, and never more than there are`() throws {
    defer { try? Folder.remove(folder) }
    try AtomicFile.write("0123456789", to: folder + "/a")
    let file = try RandomAccessFile(folder + "/a")
    #expect(file.size == 10)
    #expect(try file.read(at: 3, count: 4) == Array("3456".utf8))
    #expect(try file.read(at: 10, count: 0) == [])
    for (offset, count) in [(8, 3), (-1, 2), (0, -1), (11, 0), (0, Int.max), (Int.max, 1)] {
      #expect(throws: FileError.self) { try file.read(at: offset, count: count) }
    }
  }

  @Test func `has a limit`() throws {
    defer { try? Folder.remove(folder) }
    try AtomicFile.write("0123456789", to: folder + "/a")
    #expect(try readFile(folder + "/a", limit: 10).count == 10)
    #expect(throws: FileError.tooLarge(path: folder + "/a", bytes: 10, limit: 9)) {
      try readFile(folder + "/a", limit: 9)
    }
  }

  /// Opening a pipe without a writer would wait for ever.
  @Test(.timeLimit(.minutes(4)))
  func `is a file: a folder and a pipe are refused at once, by name`() throws {
    defer { try? Folder.remove(folder) }
    mkfifo(folder + "/pipe", 0o644)
    for path in [folder, folder + "/pipe"] {
      let error = #expect(throws: FileError.self) { try readFile(path) }
      #expect(error?.description.contains(path) == true)
    }
  }

  @Test func `that is missing is said to be`() {
    defer { try? Folder.remove(folder) }
    let error = #expect(throws: FileError.self) { try readFile(folder + "/none") }
    #expect(error?.isMissing == true)
  }
}
