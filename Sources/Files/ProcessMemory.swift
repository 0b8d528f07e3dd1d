/// What this process holds in memory, as the kernel counts it.
public enum ProcessMemory {
  /// The most bytes that were resident at once so far; 0 where the system does not say.
  public static var peakBytes: Int { bytes("VmHWM:") }

  /// The bytes that are resident now; 0 where the system does not say.
  public static var presentBytes: Int { bytes("VmRSS:") }

  /// A field of `/proc/self/status`, which is in KiB.
  private static func bytes(_ field: String) -> Int {
    var source: LineSource
    do throws(FileError) { source = try LineSource("/proc/self/status") } catch { return 0 }
    while let line = try? source.next() {
      let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      if words.first == Substring(field), words.count > 1 { return (Int(words[1]) ?? 0) << 10 }
    }
    return 0
  }
}
