internal import Files
internal import Kernels

/// Facts about the machine, for readers and for the records of benchmarks; never part of a key.
struct Machine {
  let processor: String
  let cores: Int
  let memoryMiB: Int
  let freeMiB: Int

  static func read() -> Machine {
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

  var lines: [(String, String)] {
    [
      ("processor", "\(processor), \(cores) cores"), ("memory", "\(memoryMiB) MiB"),
      ("disk here", "\(freeMiB) MiB free"),
    ]
  }

  var json: JSONObject {
    [
      "processor": JSON(processor), "cores": JSON(cores), "memory_mib": JSON(memoryMiB),
      "disk_free_mib": JSON(freeMiB),
    ]
  }

  /// Peak memory of this process.
  static var peakMemoryMiB: Int { ProcessMemory.peakBytes >> 20 }

  /// Present memory of this process.
  static var memoryMiB: Double { Double(ProcessMemory.presentBytes) / 0x1p20 }

  private static func lines(_ path: String) -> [Substring] {
    var source: LineSource
    do throws(FileError) { source = try LineSource(path) } catch { return [] }
    var lines: [Substring] = []
    while let line = try? source.next() { lines.append(Substring(decoding: line, as: UTF8.self)) }
    return lines
  }
}

/// A small product against the obvious one: whether this machine's BLAS can be trusted.
struct KernelCheck {
  /// The largest |error| / sum |a||b|.
  let error: Double
  /// Float32 sums of 37 products in any order stay below 37 units in the last place.
  var isHealthy: Bool { error < 37 * 0x1p-24 }

  static func run() -> KernelCheck {
    let (M, N, K) = (19, 23, 37)
    let a = (0..<(M * K)).map { Float(($0 * 7919 + 13) % 257) / 61 - 2 }
    let b = (0..<(K * N)).map { Float(($0 * 104_729 + 7) % 263) / 59 - 2 }
    let product = Floats([Float](repeating: 0, count: M * N))
    matrixProduct(c: product, a: Floats(a), b: Floats(b), m: M, n: N, k: K)
    let c = product.array
    var worst = 0.0
    for i in 0..<M {
      for j in 0..<N {
        var sum = 0.0
        var scale = 0.0
        for k in 0..<K {
          let term = Double(a[i * K + k]) * Double(b[k * N + j])
          sum += term
          scale += abs(term)
        }
        worst = max(worst, abs(Double(c[i * N + j]) - sum) / scale)
      }
    }
    return KernelCheck(error: worst)
  }
}

extension String {
  var trimmingSpaces: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
