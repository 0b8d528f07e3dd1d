import Checkpoints
import Files
import Foundation
import Tensors
import Testing

struct `A GGUF header` {
  typealias Case = (name: String, file: GGUFBytes, word: String)

  static func changed(_ name: String, _ word: String, _ body: (inout GGUFBytes) -> Void) -> Case {
    var file = GGUFBytes.small
    body(&file)
    return (name, file, word)
  }

  /// Each breaks one rule; the word must stand in the message.
  static let broken: [Case] = [
    changed("magic", "does not start with GGUF") { $0.magic = Array("GGML".utf8) },
    changed("version 1", "version 1") { $0.version = 1 },
    changed("version 4", "version 4") { $0.version = 4 },
    changed("big-endian", "big-endian") { $0.version = UInt32(3).byteSwapped },
    changed("tensors", "18446744073709551615 tensors") { $0.tensorCount = .max },
    changed("tensors that are not there", "cut short") { $0.tensorCount = 60000 },
    changed("keys", "9223372036854775808 metadata keys") { $0.keyCount = 1 << 63 },
    changed("keys that are not there", "byte") { $0.keyCount = 9 },
    changed("a key twice", "stands twice") {
      $0.add("a", GGUFBytes.uint32(1))
      $0.add("a", GGUFBytes.uint32(1))
    },
    changed("a giant key", "needs 9223372036854775807") {
      $0.tensors = []
      $0.keyCount = 1
      $0.data = []
      // Read as the length of the first key.
      $0.tail = GGUFBytes.number(UInt64.max)
    },
    changed("a long key", "at most 1024") {
      $0.add(String(repeating: "k", count: 2000), GGUFBytes.uint32(1))
    },
    changed("a key that is no text", "not UTF-8") { $0.members = [([0xFF, 0xFE], [])] },
    changed("an unknown type", "value type 13") { $0.add("a", GGUFBytes.number(UInt32(13))) },
    changed("a truth value of 2", "truth value") { $0.add("a", GGUFBytes.number(UInt32(7)) + [2]) },
    changed("a giant string", "needs 9223372036854775807") {
      $0.add("a", GGUFBytes.number(UInt32(8)) + GGUFBytes.string([], length: 1 << 62 | 1 << 63))
    },
    changed("a string over the end", "cut short") {
      $0.add("a", GGUFBytes.number(UInt32(8)) + GGUFBytes.string([65], length: 1 << 20))
    },
    changed("an array of 2^61", "an array of 2305843009213693952 elements") {
      $0.add("a", GGUFBytes.array(10, 1 << 61, []))
    },
    changed("an array of 2^64 - 1 bytes", "an array of 18446744073709551615") {
      $0.add("a", GGUFBytes.array(0, .max, []))
    },
    changed("an array of giant strings", "needs") {
      $0.add(
        "a", GGUFBytes.array(8, 2, GGUFBytes.string([], length: .max) + GGUFBytes.number(UInt64(0)))
      )
    },
    changed("nested arrays", "nested deeper") {
      var value: [UInt8] = GGUFBytes.number(UInt32(9))
      for _ in 0..<100 { value += GGUFBytes.number(UInt32(9)) + GGUFBytes.number(UInt64(1)) }
      $0.add("a", value + [UInt8](repeating: 0, count: 16))
    },
    changed("alignment 0", "power of two") { $0.add("general.alignment", GGUFBytes.uint32(0)) },
    changed("alignment 24", "power of two") { $0.add("general.alignment", GGUFBytes.uint32(24)) },
    changed("alignment 2^31", "power of two") {
      $0.add("general.alignment", GGUFBytes.uint32(1 << 31))
    },
    changed("alignment as text", "power of two") {
      $0.add("general.alignment", GGUFBytes.number(UInt32(8)) + GGUFBytes.string([52]))
    },
    changed("a name twice", "stands twice") {
      $0.tensors = [.init(), .init(offset: 32)]
      $0.data += $0.data
    },
    changed("a long name", "at most 256") {
      $0.tensors[0].name = [UInt8](repeating: 65, count: 257)
    },
    changed("5 dimensions", "5 dimensions") { $0.tensors[0].dimensions = [1, 1, 1, 1, 4] },
    changed("2^32 - 1 dimensions", "4294967295 dimensions") { $0.tensors[0].rank = .max },
    changed("a dimension of 0", "a dimension of 0") { $0.tensors[0].dimensions = [4, 0] },
    changed("a dimension of 2^64 - 1", "too large") { $0.tensors[0].dimensions = [.max, 2] },
    changed("2^62 × 4 weights", "too large") { $0.tensors[0].dimensions = [1 << 62, 4] },
    changed("2^62 floats", "too many") { $0.tensors[0].dimensions = [1 << 62] },
    changed("an unknown tensor type", "unknown (number 77)") { $0.tensors[0].type = 77 },
    changed("a type that was removed", "number 4") { $0.tensors[0].type = 4 },
    changed("a type that is not read", "IQ2_S") { $0.tensors[0].type = 22 },
    changed("a type of 2^32 - 1", "number 4294967295") { $0.tensors[0].type = .max },
    changed("half a block", "no whole number of blocks") {
      $0.tensors[0].type = 8
      $0.tensors[0].dimensions = [48]
    },
    changed("an offset of 2^64 - 32", "beyond any file") { $0.tensors[0].offset = .max - 31 },
    changed("an offset of 2^62", "beyond any file") { $0.tensors[0].offset = 1 << 62 },
    changed("an offset behind the end", "only 32 bytes") { $0.tensors[0].offset = 64 },
    changed("an odd offset", "no multiple") { $0.tensors[0].offset = 8 },
    changed("a tensor over the end", "only 32 bytes") { $0.tensors[0].dimensions = [9] },
    changed("overlapping tensors", "overlaps") {
      $0.tensors = [.init(dimensions: [16]), .init(name: [66], dimensions: [8], offset: 32)]
      $0.data += $0.data
    },
    changed("two tensors in one place", "overlaps") {
      $0.tensors = [.init(), .init(name: [66])]
    },
    changed("a hole", "hole") {
      $0.tensors = [.init(), .init(name: [66], offset: 64)]
      $0.data = [UInt8](repeating: 0, count: 96)
    },
    changed("bytes behind the last tensor", "after the last tensor") { $0.data += $0.data },
  ]

  @Test(arguments: broken.indices)
  func `that breaks a rule is refused by name`(index: Int) throws {
    let (name, file, word) = Self.broken[index]
    try withFile(file.bytes) { path in
      let error = #expect(throws: CheckpointError.self, "\(name)") { try GGUFFile(path) }
      let text = error?.description ?? ""
      #expect(text.contains(word), "\(name): \(text)")
      #expect(text.hasPrefix(path + ": "))
      #expect(text.utf8.count < 1000)
      #expect(throws: CheckpointError.self) { try Checkpoint(path) }
    }
  }

  /// A copy that was cut short anywhere in its header, or in its last tensor, is never taken.
  @Test func `that was cut short anywhere is refused`() throws {
    let bytes = try Golden.bytes("Models/values.gguf")
    let file = try GGUFFile(Golden.path("Models/values.gguf"))
    let end = try #require(file.tensors.map(\.range.upperBound).max())
    try withFolder { folder in
      for length in Array(0..<min(2300, end)) + [end - 1] {
        try AtomicFile.write(Array(bytes[..<length]), to: folder + "/a.gguf")
        #expect(throws: CheckpointError.self, "\(length) bytes") {
          try GGUFFile(folder + "/a.gguf")
        }
      }
      // The padding behind the last tensor may be missing.
      try AtomicFile.write(Array(bytes[..<end]), to: folder + "/a.gguf")
      _ = try GGUFFile(folder + "/a.gguf")
    }
  }

  @Test func `without tensors or keys is read`() throws {
    var file = GGUFBytes()
    #expect(try withFile(file.header) { try GGUFFile($0) }.tensors.isEmpty)
    file.version = 2
    #expect(try withFile(file.bytes) { try GGUFFile($0) }.header.version == 2)
  }

  /// Peak memory of a process is not ours to measure in a test beside others: the bounds of time
  /// are, and each of these would need many times 64 MiB if it were built.
  @Test(.timeLimit(.minutes(4)))
  func `of many megabytes is refused within a second`() throws {
    var strings = GGUFBytes()
    // 40 MB of empty strings, one of them longer than the file.
    strings.add(
      "a",
      GGUFBytes.array(
        8, 5_000_001,
        [UInt8](repeating: 0, count: 40_000_000) + GGUFBytes.string([], length: .max)))
    var text = GGUFBytes()
    text.add(
      "a",
      GGUFBytes.number(UInt32(8)) + GGUFBytes.string([UInt8](repeating: 65, count: 40_000_000)))
    var arrays = GGUFBytes()
    arrays.add(
      "a",
      GGUFBytes.array(
        9, 4_000_000,
        [UInt8](repeating: 0, count: 12 * 3_999_999) + GGUFBytes.number(UInt32(99))
          + GGUFBytes.number(UInt64(0))))
    for file in [strings, text, arrays] {
      try withFile(file.bytes) { path in
        let start = ContinuousClock.now
        #expect(throws: CheckpointError.self) { try GGUFFile(path) }
        // A second on a machine with nothing else to do.
        #expect(ContinuousClock.now - start < .seconds(5))
      }
    }
  }
}
