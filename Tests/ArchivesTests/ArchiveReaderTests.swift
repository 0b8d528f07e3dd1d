import Archives
import Files
import Testing

struct `An archive reader` {
  @Test func `gives back what was written, by position and by id`() throws {
    let folder = try TemporaryFolder()
    let samples = try TinyArchive.five(in: folder)
    let reader = try ArchiveReader(directory: folder.path)
    #expect(reader.count == 5)
    #expect(try reader.ids == samples.map(\.id))
    #expect(reader.fields == ["json", "data.bin"])
    for (i, sample) in samples.enumerated().reversed() {
      #expect(try reader.sample(at: i) == sample)
      #expect(try reader.sample(id: sample.id) == sample)
      #expect(try reader.columns(at: i) == sample.columns)
      #expect(try reader.member("data.bin", at: i)?.digest == SHA256.hash(sample.fields[1].bytes))
    }
    #expect(throws: ArchiveError.self) { try reader.sample(at: 5) }
    #expect(throws: ArchiveError.self) { try reader.sample(at: -1) }
    #expect(throws: ArchiveError.self) { try reader.sample(id: "s-5") }
    #expect(throws: ArchiveError.self) { try reader.samples(in: 3..<6) }
  }

  /// More frames than the cache keeps, several shards, every order of asking.
  @Test(arguments: [1, 2, 3])
  func `reads the same at random as in sequence`(threads: Int) throws {
    let folder = try TemporaryFolder()
    let samples = TinyArchive.samples((0..<120).map { $0 * 53 % 2000 })
    try TinyArchive.write(
      samples, to: folder, options: .init(samplesPerShard: 50, samplesPerFrame: 4))
    let reader = try ArchiveReader(directory: folder.path)
    #expect(try reader.samples(in: 0..<120, threads: threads) == samples)
    #expect(try reader.samples(in: 7..<61, threads: threads) == Array(samples[7..<61]))
    let asked = (0..<300).map { $0 * 77 % 120 }
    #expect(try reader.samples(at: asked, threads: threads) == asked.map { samples[$0] })
    for i in asked { #expect(try reader.sample(at: i) == samples[i]) }
    var seen = 0
    try reader.forEachSample(threads: threads) { i, sample in
      #expect(i == seen && sample == samples[i])
      seen += 1
    }
    #expect(seen == 120)
    let check = try reader.verify(threads: threads)
    #expect(check.samples == 120 && check.members == 240 && check.files == 6)
    #expect(check.content == reader.archive.content)
  }

  /// In the order asked for, and the first fault in that order, whichever thread met one first.
  @Test(arguments: [1, 2, 3])
  func `hands samples to a worker in any order`(threads: Int) throws {
    let folder = try TemporaryFolder()
    let samples = TinyArchive.samples((0..<40).map { $0 * 997 % 3000 })
    try TinyArchive.write(samples, to: folder)
    let reader = try ArchiveReader(directory: folder.path)
    let asked = (0..<60).map { $0 * 11 % 40 }
    let found = try reader.map(at: asked, threads: threads) { place, sample in
      "\(place) \(sample.id) \(sample["data.bin"]?.count ?? -1)"
    }
    #expect(
      found
        == asked.enumerated().map {
          "\($0) s-\($1) \(samples[$1]["data.bin"]?.count ?? -1)"
        })
    #expect(throws: ArchiveError.noSample(folder: "f", what: "33")) {
      _ = try reader.map(at: asked, threads: threads) { place, _ in
        if place >= 33 { throw ArchiveError.noSample(folder: "f", what: "\(place)") }
      }
    }
  }

  @Test func `opens nothing without a manifest`() throws {
    let folder = try TemporaryFolder()
    _ = try TinyArchive.five(in: folder)
    try Folder.remove(folder.file(Manifest.fileName))
    #expect(throws: ArchiveError.manifest(.missing(folder: folder.path))) {
      try ArchiveReader(directory: folder.path)
    }
  }

  @Test(arguments: ["tiny-000000.tar.zst", "tiny-000000.index.jsonl"])
  func `names the file that is missing`(file: String) throws {
    let folder = try TemporaryFolder()
    _ = try TinyArchive.five(in: folder)
    try Folder.remove(folder.file(file))
    #expect(throws: ArchiveError.missing(folder: folder.path, file: file)) {
      try ArchiveReader(directory: folder.path)
    }
  }

  @Test func `names a file that carries its name and is not listed`() throws {
    let folder = try TemporaryFolder()
    _ = try TinyArchive.five(in: folder)
    try folder.put([1], "tiny-000001.tar.zst")
    #expect(throws: ArchiveError.unknown(folder: folder.path, file: "tiny-000001.tar.zst")) {
      try ArchiveReader.verify(directory: folder.path)
    }
  }

  @Test func `says so when the folder holds no archive`() throws {
    let folder = try TemporaryFolder()
    try folder.put(
      Manifest(kind: "model", content: SHA256.hash("").hex, files: []).serialized(),
      Manifest.fileName)
    let error = #expect(throws: ArchiveError.self) { try ArchiveReader(directory: folder.path) }
    #expect(error?.description.contains("(model)") == true)
  }
}

struct `An archive reader with a manifest of its own` {
  /// A stage reads back what it wrote before the runner seals the folder.
  @Test func `reads what no manifest seals yet`() throws {
    let folder = try TemporaryFolder()
    var writer = try ArchiveWriter(directory: folder.path, name: "tiny")
    let samples = TinyArchive.samples([3, 40])
    for sample in samples { try writer.append(sample) }
    let manifest = try writer.finish().manifest(kind: "records")
    #expect(throws: ArchiveError.self) { try ArchiveReader(directory: folder.path) }
    let reader = try ArchiveReader(directory: folder.path, manifest: manifest)
    #expect(try reader.samples(in: 0..<2) == samples)
  }
}
