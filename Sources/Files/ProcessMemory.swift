/// This process's resident memory, as counted by the kernel.
public enum ProcessMemory {
  /// Peak resident bytes so far; 0 if unknown.
  public static var peakBytes: Int { bytes("VmHWM:") }

  /// Current resident bytes; 0 if unknown.
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
