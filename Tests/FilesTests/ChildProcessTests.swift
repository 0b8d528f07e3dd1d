import Files
import Foundation
import Testing

struct `A child process` {
  let folder = NSTemporaryDirectory() + "retort-child-\(UUID().uuidString)"

  private func start(_ script: String) throws -> ChildProcess {
    try Folder.make(folder)
    return try ChildProcess("/bin/sh", ["-c", script], log: LineLog(folder + "/log"))
  }

  private func end(_ child: ChildProcess) -> ChildProcess.Ending? {
    for _ in 0..<500 {
      if let ending = child.poll() { return ending }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return nil
  }

  @Test(arguments: [0, 1, 75]) func `tells its exit status, again and again`(_ status: Int32) throws
  {
    defer { try? Folder.remove(folder) }
    let child = try start("exit \(status)")
    #expect(end(child) == .exit(status))
    #expect(child.poll() == .exit(status))
  }

  @Test func `tells the signal that killed it`() throws {
    defer { try? Folder.remove(folder) }
    let ending = end(try start("kill -9 $$"))
    #expect(ending == .signal(9))
    #expect(ending?.words == "signal 9 (Killed)")
  }

  @Test func `prints into the log and reads nothing`() throws {
    defer { try? Folder.remove(folder) }
    _ = end(try start("echo out; echo err >&2; cat"))
    #expect(String(decoding: try readFile(folder + "/log"), as: UTF8.self) == "out\nerr\n")
  }

  @Test func `runs until it is asked to stop`() throws {
    defer { try? Folder.remove(folder) }
    let child = try start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done")
    var tail = LineTail(folder + "/log")
    for _ in 0..<500 where tail.take().isEmpty { Thread.sleep(forTimeInterval: 0.02) }
    #expect(child.poll() == nil)
    child.askToStop()
    #expect(end(child) == .exit(7))
  }

  /// Ctrl-C reaches the group of the terminal; a child in it would be told twice.
  @Test func `is in a process group of its own`() throws {
    defer { try? Folder.remove(folder) }
    let child = try start("sleep 0.3")
    #expect(getpgid(child.identifier) == child.identifier)
    _ = end(child)
  }

  @Test func `that cannot be started is an error that names it`() throws {
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    let error = #expect(throws: FileError.self) {
      try ChildProcess("/none/such", [], log: LineLog(folder + "/log"))
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("/none/such"))
  }
}
