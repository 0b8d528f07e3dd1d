import Files
import Foundation
import Testing

struct `A run's lock` {
  @Test func `is held by one owner, is named to the other, and is free again after`() throws {
    let path = NSTemporaryDirectory() + "retort-lock-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    var first: RunLock? = try RunLock(path, owner: "process 1 on here\n")
    let error = #expect(throws: RunLock.Held.self) { try RunLock(path, owner: "two") }
    #expect(error?.description.contains("process 1 on here") == true)
    _ = first
    first = nil
    #expect(throws: Never.self) { try RunLock(path, owner: "two") }
  }
}
