import Files
import Foundation
import Testing

/// Nobody knows the temporary name that a file is written under.
struct `What cannot be written` {
  @Test func `is told by the name that was asked for`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("out-\(UUID())").path
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try AtomicFile.write("x", to: folder + "/file")
    for (path, words) in [
      (folder + "/missing/x.npy", [folder + "/missing: ", "x.npy", "no such file or directory"]),
      (folder + "/file/x.npy", [folder + "/file: ", "x.npy", "not a directory"]),
    ] {
      for write in [
        { try AtomicFile.write("y", to: path) },
        { try AtomicOutput(path).write([1]) },
      ] {
        do {
          try write()
          Issue.record("\(path) was written")
        } catch {
          let text = "\(error)"
          #expect(words.allSatisfy(text.contains) && !text.contains(".tmp"), "\(text)")
        }
      }
    }
  }
}
