import Archives
import Files
import Foundation
import Testing

/// The whole promise of the format: no damage passes in silence.
struct `Damage to an archive` {
  let folder: TemporaryFolder
  let samples: [ArchiveSample]
  let files = [Manifest.fileName, "tiny-000000.index.jsonl", "tiny-000000.tar.zst"]

  init() throws {
    folder = try TemporaryFolder()
    samples = try TinyArchive.five(in: folder)
  }

  private func isFound() -> Bool {
    do {
      try ArchiveReader.verify(directory: folder.path)
      return false
    } catch { return true }
  }

  /// What is handed out without a complete check must still be right, or nothing.
  private func isHarmless() -> Bool {
    guard let reader = try? ArchiveReader(directory: folder.path),
      let read = try? reader.samples(in: 0..<reader.count)
    else { return true }
    return read == samples
  }

  private func withDamage(
    to file: String, _ damage: (inout [UInt8]) -> Void, _ body: () throws -> Void
  ) throws {
    let whole = try folder.bytes(file)
    var bytes = whole
    damage(&bytes)
    try folder.put(bytes, file)
    try body()
    try folder.put(whole, file)
  }

  @Test func `of any single bit is found`() throws {
    var flips = 0
    for file in files {
      for (place, byte) in try folder.bytes(file).enumerated() {
        for bit in 0..<8 {
          try folder.poke(byte ^ 1 << bit, at: place, file)
          #expect(isFound(), "\(file): byte \(place), bit \(bit)")
          if file.hasSuffix(".zst") { #expect(isHarmless(), "byte \(place), bit \(bit)") }
          flips += 1
        }
        try folder.poke(byte, at: place, file)
      }
    }
    #expect(flips > 20_000)
    #expect(!isFound())
  }

  @Test func `by truncation to any length or by added bytes is found`() throws {
    for file in files {
      for length in 0..<(try folder.bytes(file).count) {
        try withDamage(to: file, { $0.removeLast($0.count - length) }) {
          #expect(isFound() && isHarmless(), "\(file) cut to \(length) bytes")
        }
      }
      for extra in [[0], [0x0A], [UInt8](repeating: 0, count: 512)] as [[UInt8]] {
        try withDamage(to: file, { $0 += extra }) { #expect(isFound(), "\(file)") }
      }
    }
  }

  @Test func `by swapped or zeroed sectors is found`() throws {
    for file in files {
      let count = try folder.bytes(file).count
      for size in [64, 512] {
        for a in stride(from: 0, to: count - size, by: size) {
          try withDamage(
            to: file,
            { bytes in
              for i in a..<(a + size) { bytes[i] = 0 }
            }
          ) { #expect(isFound() && isHarmless(), "\(file): zeroes at \(a)") }
          for b in stride(from: a + size, to: count - size, by: size) {
            let bytes = try folder.bytes(file)
            if bytes[a..<(a + size)] == bytes[b..<(b + size)] { continue }
            try withDamage(
              to: file,
              { bytes in
                for i in 0..<size { bytes.swapAt(a + i, b + i) }
              }
            ) { #expect(isFound() && isHarmless(), "\(file): \(a) and \(b) swapped") }
          }
        }
      }
    }
  }

  /// Frames whose own checksums are right, around a tar with one bit changed: what a careful
  /// forger, or a fault in the writer's memory, would leave. Headers, padding and end blocks count
  /// too.
  @Test func `of the tar inside valid frames is found`() throws {
    let file = "tiny-000000.tar.zst"
    let out = try TemporaryFolder()
    try ArchiveReader(directory: folder.path).exportTars(to: out.path)
    let tar = try out.bytes("tiny-000000.tar")
    var table = ByteReader(Array(try folder.bytes(file).suffix(8 * 4 + 9)), named: "table")
    var (raws, compressed): ([[UInt8]], [[UInt8]]) = ([], [])
    for _ in 0..<4 {
      _ = try table.read(UInt32.self)
      let start = raws.reduce(0) { $0 + $1.count }
      raws.append(Array(tar[start..<(start + Int(try table.read(UInt32.self)))]))
      compressed.append(Frames.frame(of: raws[raws.count - 1]))
    }
    try folder.put(Frames.shard(compressed, raws.map(\.count)), file)
    try folder.reseal()
    #expect(!isFound(), "the shard made here must be as good as ours")
    for (frame, step) in [(0, 3), (3, 31)] {
      for place in stride(from: 0, to: raws[frame].count, by: step) {
        var raw = raws[frame]
        raw[place] ^= 1 << (place % 8)
        var forged = compressed
        forged[frame] = Frames.frame(of: raw)
        try folder.put(Frames.shard(forged, raws.map(\.count)), file)
        try folder.reseal()
        #expect(isFound(), "frame \(frame), byte \(place)")
      }
    }
  }

  /// Who reads samples does not compute it: their digests are compared. `verify` does.
  @Test func `of a frame's own checksum is found by verify, and harms no sample`() throws {
    let file = "tiny-000000.tar.zst"
    let bytes = try folder.bytes(file)
    var table = ByteReader(Array(bytes.suffix(8 * 4 + 9)), named: "table")
    let end = Int(try table.read(UInt32.self))
    try folder.poke(bytes[end - 1] ^ 1, at: end - 1, file)
    try folder.reseal()
    #expect(isHarmless())
    let reader = try ArchiveReader(directory: folder.path)
    #expect(try reader.samples(in: 0..<reader.count) == samples)
    let error = #expect(throws: ArchiveError.self) { try reader.verify() }
    guard case .frame(_, 0, 0, _) = error else {
      Issue.record("expected frame 0, found \(String(describing: error))")
      return
    }
  }

  @Test func `by bytes between the frames and the table is found though the digests agree`() throws
  {
    let file = "tiny-000000.tar.zst"
    let bytes = try folder.bytes(file)
    let table = bytes.count - (8 + 8 * 4 + 9)
    for extra in [[0], [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]] as [[UInt8]] {
      try folder.put(Array(bytes[..<table]) + extra + Array(bytes[table...]), file)
      try folder.reseal()
      #expect(isFound())
    }
  }

  @Test func `by truncation is told with both lengths`() throws {
    let file = "tiny-000000.tar.zst"
    let count = try folder.bytes(file).count
    try withDamage(to: file, { $0.removeLast(7) }) {
      #expect(
        throws: ArchiveError.size(file: folder.file(file), expected: count, found: count - 7)
      ) { try ArchiveReader(directory: folder.path) }
    }
  }

  @Test func `by a shard of another archive is found and its first sample named`() throws {
    let file = "tiny-000000.tar.zst"
    let other = try TemporaryFolder()
    var renamed = samples
    renamed[1].id = "t-1"
    try TinyArchive.write(renamed, to: other)
    try folder.put(other.bytes(file), file)
    try folder.reseal()
    let error = #expect(throws: ArchiveError.self) {
      try ArchiveReader.verify(directory: folder.path)
    }
    guard case .member(_, 0, "s-1.json", _) = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
    let fewer = try TemporaryFolder()
    try TinyArchive.write(Array(samples.dropLast()), to: fewer)
    try folder.put(fewer.bytes(file), file)
    try folder.reseal()
    #expect(isFound())
  }

  /// Which of several faults is told must not depend on which thread met one first.
  @Test(arguments: [1, 2, 3])
  func `in two places is told as the first`(threads: Int) throws {
    let file = "tiny-000000.tar.zst"
    let count = try folder.bytes(file).count
    for place in [20, count / 2] {
      try folder.poke(folder.bytes(file)[place] ^ 1, at: place, file)
    }
    let error = #expect(throws: ArchiveError.self) {
      try ArchiveReader.verify(directory: folder.path, threads: threads)
    }
    guard case .frame(_, 0, 0, _) = error else {
      return #expect(Bool(false), "\(String(describing: error))")
    }
  }

  /// With manifest and sizes made to agree, the frames, headers and digests must still object.
  @Test func `of the shard is found even when the manifest is forged to agree`() throws {
    let file = "tiny-000000.tar.zst"
    let count = try folder.bytes(file).count
    for place in 0..<count {
      try withDamage(to: file, { $0[place] ^= 1 << (place % 8) }) {
        try folder.reseal()
        #expect(isHarmless(), "byte \(place), bit \(place % 8)")
      }
    }
  }

  /// Numbers that overflow, are negative, overlap or point elsewhere: thrown, never a trap.
  @Test(arguments: [
    "-1", "0", "511", "513", "1024", "4611686018427387904", "9223372036854775807",
    "-9223372036854775808", "9223372036854775808", "1e300", "1.5", "null", "\"512\"", "1073741825",
  ])
  func `to a number of the index is found though the digests agree`(number: String) throws {
    let file = "tiny-000000.index.jsonl"
    let whole = try folder.bytes(file)
    let text = String(decoding: whole, as: UTF8.self)
    for key in ["frame", "offset", "length"] {
      var from = text.startIndex
      while let found = text.range(of: "\"\(key)\":", range: from..<text.endIndex) {
        let rest = text[found.upperBound...]
        let end = rest.firstIndex { !$0.isNumber } ?? rest.endIndex
        from = end
        if rest[..<end] == number { continue }
        let line = text[..<found.upperBound].filter { $0 == "\n" }.count + 1
        try folder.put(Array((text[..<found.upperBound] + number + text[end...]).utf8), file)
        try folder.reseal()
        #expect(isFound() && isHarmless(), "line \(line): \(key) \(number)")
      }
    }
    try folder.put(whole, file)
    try folder.reseal()
    #expect(!isFound())
  }

  @Test(arguments: [-1, 0, 1, 6, 1 << 31, 1 << 62, .max, .min] as [Int])
  func `to a number of the manifest is found though its digest agrees`(number: Int) throws {
    for key in ["samples", "format"] {
      try folder.reseal {
        $0.archive = replacing(key, of: $0.archive, number)
      }
      // The format is 1.
      #expect(isFound() || (key == "format" && number == 1), "\(key) \(number)")
      try folder.reseal {
        $0.archive = replacing(key, of: $0.archive, key == "format" ? 1 : 5)
      }
    }
    for key in ["samples", "frames", "raw_bytes"] {
      try folder.reseal {
        let shard = replacing(key, of: $0.archive?["shards"]?.arrayValue?[0].objectValue, number)
        $0.archive = replacing("shards", of: $0.archive, .array([.object(shard)]))
      }
      #expect(isFound(), "\(key) \(number)")
    }
  }

  private func replacing(_ key: String, of block: JSONObject?, _ number: Int) -> JSONObject {
    replacing(key, of: block, JSON(number))
  }

  private func replacing(_ key: String, of block: JSONObject?, _ value: JSON) -> JSONObject {
    var object = block ?? [:]
    object[key] = value
    return object
  }

  @Test func `to the seek table is found though the digests agree`() throws {
    let file = "tiny-000000.tar.zst"
    let whole = try folder.bytes(file)
    let table = whole.count - (8 + 8 * 4 + 9)
    for place in table..<whole.count {
      for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] where value != whole[place] {
        try withDamage(to: file, { $0[place] = value }) {
          try folder.reseal()
          #expect(isFound() && isHarmless(), "byte \(place - table) of the table: \(value)")
        }
      }
    }
  }

  @Test func `names file, frame, member, expected and found`() throws {
    let index = "tiny-000000.index.jsonl"
    let digest = SHA256.hash(samples[3].fields[1].bytes).hex
    let other = SHA256.hash("another").hex
    let text = String(decoding: try folder.bytes(index), as: UTF8.self)
    try folder.put(Array(text.replacing(digest, with: other).utf8), index)
    try folder.reseal()
    let content = #expect(throws: ArchiveError.self) { try ArchiveReader(directory: folder.path) }
    guard case .content(_, let old, let new) = content else {
      return #expect(Bool(false), "\(String(describing: content))")
    }
    #expect(old != new)
    try folder.reseal {
      $0.archive = replacing("content", of: $0.archive, .string(new))
    }
    let error = #expect(throws: ArchiveError.self) {
      try ArchiveReader(directory: folder.path).sample(at: 3)
    }
    #expect(
      error
        == .memberDigest(
          file: folder.file("tiny-000000.tar.zst"), frame: 1, member: "s-3.data.bin",
          expected: other, found: digest))
  }
}
