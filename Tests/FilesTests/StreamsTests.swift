import Files
import Foundation
import Testing

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
