import Files
import Foundation
import Testing

/// Files made to cost time and memory. Whatever is wrong in a header is named in under a second,
/// and within 64 MiB beyond the mapping.
struct `A hostile model file` {
  /// Runs `model inspect` with no more private memory than this, by the kernel's limit on it; a
  /// read-only mapping of a file does not count.
  static func inspect(_ path: String, kibibytes: Int) throws -> Program.Outcome {
    try Program.run(
      shell: "ulimit -d \(kibibytes); exec timeout -s KILL 30 '\(Program.path)' model inspect "
        + "--header-only '\(path)'")
  }

  /// What the program has before it reads anything, in KiB: libraries, their threads and buffers.
  /// Asked of one that waits for its input.
  static func baseline() throws -> Int {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["verify", "-"]
    let input = Pipe()
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    var sizes: [Int] = []
    // Until it has settled.
    while sizes.count < 5 || Set(sizes.suffix(5)).count > 1, sizes.count < 100 {
      Thread.sleep(forTimeInterval: 0.1)
      let status = try String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
      sizes.append(try #require(line.split(separator: " ").compactMap { Int($0) }.first))
    }
    return try #require(sizes.last)
  }

  static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func gguf(keys: Int, tensors: Int, _ rest: [UInt8]) -> [UInt8] {
    Array("GGUF".utf8) + number(UInt32(3)) + number(UInt64(tensors)) + number(UInt64(keys)) + rest
  }

  static func text(_ text: String) -> [UInt8] { number(UInt64(text.utf8.count)) + Array(text.utf8) }

  static func safetensors(_ header: [UInt8], length: UInt64? = nil) -> [UInt8] {
    number(length ?? UInt64(header.count)) + header
  }

  static func repeated(_ text: String, _ bytes: Int) -> [UInt8] {
    Array(repeatElement(Array(text.utf8), count: bytes / text.utf8.count).joined())
  }

  struct Case: Sendable {
    let name: String
    let file: String
    /// Stands in the message.
    let word: String
    let bytes: @Sendable () -> [UInt8]

    init(_ name: String, _ file: String, _ word: String, _ bytes: @escaping @Sendable () -> [UInt8])
    {
      self.name = name
      self.file = file
      self.word = word
      self.bytes = bytes
    }
  }

  static let key = text("a")
  static let strings = key + number(UInt32(9)) + number(UInt32(8))

  static let ggufs = [
    Case("10^7 strings", "a.gguf", "an array of") {
      gguf(
        keys: 1, tensors: 0,
        strings + number(UInt64(10_000_001)) + [UInt8](repeating: 0, count: 80_000_000))
    },
    Case("2^63 strings", "a.gguf", "an array of") {
      gguf(
        keys: 1, tensors: 0,
        strings + number(UInt64(1) << 63) + [UInt8](repeating: 0, count: 1 << 20))
    },
    Case("arrays in arrays", "a.gguf", "nested") {
      let one = number(UInt32(9)) + number(UInt64(1))
      let nested = Array(repeatElement(one, count: 2_000_000).joined())
      return gguf(keys: 1, tensors: 0, key + number(UInt32(9)) + nested)
    },
    Case("a string of 80 MB", "a.gguf", "bytes") {
      gguf(
        keys: 1, tensors: 0,
        key + number(UInt32(8)) + number(UInt64(80_000_000))
          + [UInt8](repeating: 65, count: 80_000_000))
    },
    Case("2^62 tensors", "a.gguf", "tensors") {
      gguf(keys: 0, tensors: 1 << 62, [UInt8](repeating: 0, count: 1 << 20))
    },
    Case("many keys", "a.gguf", "cut short") {
      gguf(
        keys: 1 << 14, tensors: 0,
        (0..<16383).flatMap { text("k\($0)") + number(UInt32(0)) + [0] })
    },
  ]

  static let safetensorsFiles = [
    Case("a header of 2^63 bytes", "model.safetensors", "at most") {
      safetensors(Array("{}".utf8), length: 1 << 63)
    },
    Case("a header of 99 MB of spaces", "model.safetensors", "header") {
      safetensors(Array("{".utf8) + repeated(" ", 99_000_000))
    },
    Case("99 MB of tensors", "model.safetensors", "tensors") {
      let rest = Array(#"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"#.utf8)
      var header = Array("{".utf8)
      for number in 0..<1_600_000 { header += Array("\"t\(number)".utf8) + rest }
      return safetensors(header)
    },
    Case("one name of 99 MB", "model.safetensors", "bytes") {
      safetensors(Array("{\"".utf8) + repeated("n", 99_000_000) + Array("\":1}".utf8))
    },
    Case("nested a million deep", "model.safetensors", "64-bit integers") {
      safetensors(Array(#"{"a":{"shape":"#.utf8) + repeated("[", 1_000_000))
    },
    Case("98 MB of metadata", "model.safetensors", "twice") {
      safetensors(Array(#"{"__metadata__":{"#.utf8) + repeated(#""k":"v","#, 98_000_000))
    },
    Case("an index of 33 MB", "model.safetensors.index.json", "at most") {
      repeated(" ", 33 << 20)
    },
    Case("an index of many files", "model.safetensors.index.json", "too many") {
      var map = Array(#"{"weight_map":{"#.utf8)
      for number in 0..<700_000 { map += Array("\"t\(number)\":\"f\(number)\",".utf8) }
      return map
    },
  ]

  @Test(.timeLimit(.minutes(5)))
  func `is named in a second and 64 MiB`() throws {
    let limit = try Self.baseline() + 64 * 1024
    try Program.withFolder { folder in
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/config.json"))
      for item in Self.ggufs + Self.safetensorsFiles {
        let place = folder + "/" + item.file
        try Data(item.bytes()).write(to: URL(fileURLWithPath: place))
        let path = item.file.hasSuffix(".index.json") ? folder : place
        // The best of three forgives a busy machine.
        var best = Duration.seconds(60)
        for _ in 0..<3 where best >= .seconds(1) {
          let start = ContinuousClock.now
          let outcome = try Self.inspect(path, kibibytes: limit)
          best = min(best, ContinuousClock.now - start)
          #expect(outcome.status == 1 && outcome.signal == nil, "\(item.name): \(outcome)")
          #expect(outcome.errors.contains(item.word), "\(item.name): \(outcome.errors)")
          #expect(outcome.errors.utf8.count < 2000, "\(item.name)")
        }
        #expect(best < .seconds(1), "\(item.name): \(best)")
        try Folder.remove(place)
      }
    }
  }
}
