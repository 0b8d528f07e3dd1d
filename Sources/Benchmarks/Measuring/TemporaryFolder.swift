internal import Files
internal import Foundation

/// A folder for one measurement, removed at its end.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = NSTemporaryDirectory() + "retort-bench-" + UUID().uuidString
  try Folder.make(folder)
  defer { try? Folder.remove(folder) }
  return try body(folder)
}

/// This process's peak memory so far, in MiB.
var peakMemoryMiB: Int { ProcessMemory.peakBytes >> 20 }
