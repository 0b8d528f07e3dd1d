import Archives
import Files
import Foundation
import Testing

struct `An archive writer` {
  /// Identity of the decompressed bytes is promised for ever, that of the compressed ones for one
  /// version of libzstd. A change here changes every archive: raise the format version.
  @Test func `writes the bytes that it always wrote`() throws {
    let folder = try TemporaryFolder()
    let summary = try TinyArchive.write(TinyArchive.samples([0, 1, 511, 512, 513]), to: folder)
    let goldens = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Goldens/tiny-archive.txt"), encoding: .utf8)
    let tars = try TemporaryFolder()
    try ArchiveReader(directory: folder.path).exportTars(to: tars.path)
    var found = """
      content \(summary.content)
      tar \(SHA256.hash(try tars.bytes("tiny-000000.tar")))
      index \(SHA256.hash(try folder.bytes("tiny-000000.index.jsonl")))

      """
    #expect(goldens.hasPrefix(found), "\(found)")
    let version = summary.archive.compressor["version"]?.stringValue
    if version == "1.5.4" {
      found += "shard of libzstd 1.5.4 \(SHA256.hash(try folder.bytes("tiny-000000.tar.zst")))\n"
      #expect(goldens == found, "\(found)")
    }
  }

  @Test(arguments: [1, 2, 3])
  func `gives the same bytes whatever the number of threads`(threads: Int) throws {
    let samples = TinyArchive.samples((0..<200).map { $0 * 37 % 3000 })
    let (one, many) = (try TemporaryFolder(), try TemporaryFolder())
    var options = ArchiveWriter.Options(rawBytesPerShard: 100_000, samplesPerFrame: 5)
    let summary = try TinyArchive.write(samples, to: one, options: options)
    options.threads = threads
    #expect(try TinyArchive.write(samples, to: many, options: options) == summary)
    #expect(summary.archive.shards.count > 2)
    for name in try Folder.names(in: one.path) { #expect(try one.bytes(name) == many.bytes(name)) }
  }

  /// Bytes without any order take their own room and a few bytes a block more.
  @Test func `leaves bytes as they are at level 0`() throws {
    let folder = try TemporaryFolder()
    var state: UInt64 = 1
    let noise = (0..<300_000).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let samples = [ArchiveSample(id: "a", fields: [("data.bin", noise)])]
    let summary = try TinyArchive.write(samples, to: folder, options: .init(level: 0))
    #expect(summary.archive.compressor["level"] == 0)
    let size = try folder.bytes("tiny-000000.tar.zst").count
    #expect((noise.count..<(noise.count + 2048)).contains(size), "\(size)")
    try ArchiveReader.verify(directory: folder.path)
    #expect(try ArchiveReader(directory: folder.path).sample(at: 0) == samples[0])
    if isInstalled("zstd") {
      #expect(try run(["zstd", "-tq", folder.file("tiny-000000.tar.zst")])?.status == 0)
    }
  }

  @Test func `has a content digest that does not depend on compression or cuts`() throws {
    let samples = TinyArchive.samples((0..<30).map { $0 * 100 })
    let digests = try [
      ArchiveWriter.Options(), .init(level: 9, samplesPerFrame: 1), .init(level: 0),
      .init(samplesPerShard: 7, samplesPerFrame: 3),
    ].map { try TinyArchive.write(samples, to: TemporaryFolder(), options: $0).content }
    #expect(Set(digests).count == 1)
    var other = samples
    other[3].fields[0].bytes[0] ^= 1
    #expect(try TinyArchive.write(other, to: TemporaryFolder()).content != digests[0])
  }

  /// More members than are digested at once.
  @Test func `has the content digest that Format-md defines`() throws {
    let samples = TinyArchive.samples((0..<500).map { $0 % 7 })
    let folder = try TemporaryFolder()
    let summary = try TinyArchive.write(samples, to: folder)
    var text: [UInt8] = []
    for sample in samples {
      for (name, bytes) in sample.fields {
        text += Array(sample.id.utf8) + [0] + Array(name.utf8) + [0] + SHA256.hash(bytes).bytes
      }
    }
    #expect(text.count > 1 << 15)
    #expect(summary.content == SHA256.hash(text))
    #expect(try ArchiveReader(directory: folder.path).count == 500)
  }

  @Test func `closes frames and shards where its options say`() throws {
    let folder = try TemporaryFolder()
    let summary = try TinyArchive.write(
      TinyArchive.samples(Array(repeating: 100, count: 10)), to: folder,
      options: .init(samplesPerShard: 4, samplesPerFrame: 3))
    #expect(summary.archive.shards.map(\.samples) == [4, 4, 2])
    #expect(summary.archive.shards.map(\.frames) == [2, 2, 1])
    #expect(summary.archive.shards.map(\.rawBytes) == [4 * 2048 + 1024, 4 * 2048 + 1024, 5120])
  }

  @Test func `of no samples leaves an archive that reads as empty`() throws {
    let folder = try TemporaryFolder()
    let summary = try TinyArchive.write([], to: folder)
    #expect(summary.files.isEmpty)
    let reader = try ArchiveReader(directory: folder.path)
    #expect(reader.count == 0)
    #expect(try reader.verify().content == SHA256.hash(""))
    #expect(try reader.samples(in: 0..<0).isEmpty)
  }

  /// A name that other readers would cut, skip, or take for a path would lose the sample.
  @Test(arguments: [
    "", "a.b", "../x", "a/b", "__meta__", "a b", "é", String(repeating: "x", count: 95), "a\n",
  ])
  func `refuses the id`(id: String) throws {
    let folder = try TemporaryFolder()
    var writer = try ArchiveWriter(directory: folder.path, name: "tiny")
    let error = #expect(throws: ArchiveError.self) {
      try writer.append(ArchiveSample(id: id, fields: [("data.bin", [1])]))
    }
    guard case .sample = error else { return #expect(Bool(false), "\(String(describing: error))") }
  }

  @Test(arguments: ["", "A", ".x", "a b", "a/b", "-x"])
  func `refuses the field name`(field: String) throws {
    var writer = try ArchiveWriter(directory: TemporaryFolder().path, name: "tiny")
    #expect(throws: ArchiveError.self) {
      try writer.append(ArchiveSample(id: "a", fields: [(field, [1])]))
    }
  }

  @Test func `refuses an id twice, other fields, and a field twice`() throws {
    let folder = try TemporaryFolder()
    var writer = try ArchiveWriter(directory: folder.path, name: "tiny")
    #expect(throws: ArchiveError.self) {
      try writer.append(ArchiveSample(id: "a", fields: [("x", []), ("x", [])]))
    }
    try writer.append(ArchiveSample(id: "a", fields: [("x", []), ("y", [])]))
    for (id, fields) in [("a", ["x", "y"]), ("b", ["y", "x"]), ("c", ["x"]), ("d", [])] {
      #expect(throws: ArchiveError.self) {
        try writer.append(ArchiveSample(id: id, fields: fields.map { ($0, []) }))
      }
    }
  }

  @Test func `never overwrites, and removes leftovers only when told`() throws {
    let folder = try TemporaryFolder()
    try folder.put([1], "tiny-000000.tar.zst")
    try folder.put([1], "other-000000.tar.zst")
    var writer = try ArchiveWriter(directory: folder.path, name: "tiny")
    try writer.append(TinyArchive.samples([1])[0])
    #expect(throws: ArchiveError.file(.exists(path: folder.file("tiny-000000.tar.zst")))) {
      try writer.finish()
    }
    try ArchiveWriter.removeLeftovers(directory: folder.path, name: "tiny")
    #expect(try Folder.names(in: folder.path) == ["other-000000.tar.zst"])
  }
}
