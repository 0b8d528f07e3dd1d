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

  /// A number that is closed twice may be another thread's file by then.
  @Test func `that is refused closes nothing that is not its own`() async throws {
    let path = NSTemporaryDirectory() + "retort-lock-\(UUID().uuidString)"
    defer { try? Folder.remove(path) }
    let held = try RunLock(path, owner: "one")
    defer { withExtendedLifetime(held) {} }
    let refusals = Task.detached {
      for _ in 0..<3000 { #expect(throws: RunLock.Held.self) { try RunLock(path, owner: "two") } }
    }
    let other = path + "-other"
    defer { try? Folder.remove(other) }
    for number in 0..<3000 {
      let file = try OutputFile(creating: other)
      try file.write([UInt8](String(number).utf8))
      try file.finish()
      #expect(try readFile(other) == Array(String(number).utf8))
      try Folder.remove(other)
    }
    await refusals.value
  }
}
