import Files
import Foundation
import Testing

struct `A folder` {
  let root = NSTemporaryDirectory() + "retort-folder-\(UUID().uuidString)"

  @Test func `is made with its parents, again without harm`() throws {
    defer { try? Folder.remove(root) }
    try Folder.make(root + "/a/b/c")
    try Folder.make(root + "/a/b/c")
    #expect(Folder.isFolder(root + "/a/b/c"))
  }

  @Test func `lists its names in the order of their bytes`() throws {
    defer { try? Folder.remove(root) }
    try Folder.make(root)
    for name in ["b", "A", "a", "10", "9", ".hidden"] {
      try AtomicFile.write("x", to: root + "/" + name)
    }
    #expect(try Folder.names(in: root) == [".hidden", "10", "9", "A", "a", "b"])
  }

  /// What a link points to may be anybody's.
  @Test func `is removed whole, links never followed`() throws {
    let outside = root + "-outside"
    defer { try? Folder.remove(outside) }
    try Folder.make(outside)
    try AtomicFile.write("mine", to: outside + "/kept")
    try Folder.make(root + "/a")
    try FileManager.default.createSymbolicLink(
      atPath: root + "/a/link", withDestinationPath: outside)
    try Folder.remove(root)
    #expect(!fileExists(root))
    #expect(try readFile(outside + "/kept") == Array("mine".utf8))
    #expect(throws: Never.self) { try Folder.remove(root) }
  }

  /// Such a name as a string is another name: what it means would be missed, or something else hit.
  @Test func `names an entry that is no UTF-8, and removes it all the same`() throws {
    defer { try? Folder.remove(root) }
    try Folder.make(root)
    let name = Array(root.utf8CString.dropLast()) + [0x2F, 0x61, -1, 0x62, 0]
    let descriptor = open(name, O_CREAT | O_WRONLY, 0o644)
    #expect(descriptor >= 0)
    close(descriptor)
    #expect(throws: FileError.notUTF8(shown: root + "/a\\xffb")) { try Folder.names(in: root) }
    try Folder.remove(root)
    #expect(!fileExists(root))
  }

  @Test func `knows how much room there is`() throws {
    let free = try #require(Folder.freeBytes(at: NSTemporaryDirectory()))
    #expect(free > 0)
    #expect(Folder.freeBytes(at: "/no/such/place") == nil)
  }
}
