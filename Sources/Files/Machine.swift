/// Facts about the machine, for readers and for the records of benchmarks; never part of a key.
public struct Machine: Sendable {
  /// The processor's name, as the kernel has it.
  public let processor: String
  /// Processors that the kernel schedules on.
  public let cores: Int
  /// Memory in MiB.
  public let memoryMiB: Int
  /// Free space of the present folder's file system in MiB.
  public let freeMiB: Int

  /// Reads the machine's facts; what is not known is `unknown` or 0.
  public static func read() -> Machine {
    let cpu = Self.lines("/proc/cpuinfo")
    let memory = Self.lines("/proc/meminfo")
    func field(_ lines: [Substring], _ name: String) -> String? {
      lines.first { $0.hasPrefix(name) }?.split(separator: ":").last.map {
        String($0).trimmingSpaces
      }
    }
    let total: Int = field(memory, "MemTotal")?.split(separator: " ").first.flatMap { Int($0) } ?? 0
    return Machine(
      processor: field(cpu, "model name") ?? field(cpu, "CPU part") ?? "unknown",
      cores: cpu.count { $0.hasPrefix("processor") }, memoryMiB: total / 1024,
      freeMiB: (Folder.freeBytes(at: ".") ?? 0) >> 20)
  }

  /// Names and values for readers.
  public var lines: [(String, String)] {
    [
      ("processor", "\(processor), \(cores) cores"), ("memory", "\(memoryMiB) MiB"),
      ("disk here", "\(freeMiB) MiB free"),
    ]
  }

  /// The four facts, under the keys `processor`, `cores`, `memory_mib` and `disk_free_mib`.
  public var json: JSONObject {
    [
      "processor": JSON(processor), "cores": JSON(cores), "memory_mib": JSON(memoryMiB),
      "disk_free_mib": JSON(freeMiB),
    ]
  }

  private static func lines(_ path: String) -> [Substring] {
    var source: LineSource
    do throws(FileError) { source = try LineSource(path) } catch { return [] }
    var lines: [Substring] = []
    while let line = try? source.next() { lines.append(Substring(decoding: line, as: UTF8.self)) }
    return lines
  }
}

extension String {
  fileprivate var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
