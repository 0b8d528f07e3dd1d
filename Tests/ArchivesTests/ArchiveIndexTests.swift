import Archives
import Files
import Testing

struct `The index of an archive` {
  /// Columns of every kind that JSON has, plain and not: two readings, one meaning.
  @Test func `gives columns as numbers, flat or not`() throws {
    let folder = try TemporaryFolder()
    let columns: [JSONObject] = [
      ["level": 3, "x": "a"], ["x": "b", "level": -4], ["level": 2.5], ["level": "7"], [:],
      ["x": ["deep": [1, 2]], "level": 9], ["level": 123_456_789_012_345], ["x": "\"\u{e9}\n"],
    ]
    let samples = columns.enumerated().map {
      ArchiveSample(id: "s-\($0)", fields: [("json", [0x31])], columns: $1)
    }
    try TinyArchive.write(samples, to: folder)
    let reader = try ArchiveReader(directory: folder.path)
    let numbers = try reader.numbers(inColumn: "level")
    #expect(
      numbers.map { $0.isNaN ? nil : $0 } == [3, -4, 2.5, nil, nil, 9, 123_456_789_012_345, nil])
    #expect(try reader.numbers(inColumn: "nothing").allSatisfy(\.isNaN))
    // Kept as the index was read: the files are not asked again.
    let other = try TemporaryFolder()
    try TinyArchive.write(samples, to: other)
    let kept = try ArchiveReader(directory: other.path, column: "level")
    let index = try #require(kept.archive.shards.first?.index)
    try Folder.remove(other.file(index))
    let again = try kept.numbers(inColumn: "level")
    #expect(zip(again, numbers).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    #expect(again.count == numbers.count)
    #expect(throws: ArchiveError.self) { try kept.numbers(inColumn: "nothing") }
    for (i, sample) in samples.enumerated() {
      #expect(try reader.columns(at: i) == sample.columns)
      #expect(try reader.sample(at: i).columns == sample.columns)
      #expect(try reader.id(at: i) == sample.id && reader.position(of: sample.id) == i)
    }
    #expect(try reader.position(of: "s-8") == nil)
    #expect(reader.idsDigest == SHA256.hash(samples.map { $0.id + "\n" }.joined()))
  }

  private func id(_ family: String, _ problem: Int, _ trace: Int) -> String {
    func hex(_ number: Int, _ width: Int) -> String {
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    return "\(family)-\(hex(problem, 16))-\(hex(trace, 8))"
  }

  private func reader(
    _ ids: [String], in folder: TemporaryFolder, columns: (Int) -> JSONObject = { _ in [:] }
  ) throws -> ArchiveReader {
    try TinyArchive.write(
      ids.enumerated().map {
        ArchiveSample(id: $1, fields: [("json", [0x31])], columns: columns($0))
      }, to: folder, options: .init(samplesPerShard: 3, samplesPerFrame: 2))
    return try ArchiveReader(directory: folder.path)
  }

  /// By the digest where the index has it, else by the id, and both are the same problem.
  @Test func `names problems, each once`() throws {
    let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
    let digest = "00000000000000aa" + String(repeating: "b", count: 48)
    let a = try reader(
      [id("f", 1, 1), id("f", 1, 2), id("f", 7, 1), "free", id("f", 5, 1)], in: one
    ) { $0 == 4 ? ["content": JSON(digest)] : [:] }
    let b = try reader([id("g", 170, 9), id("f", 7, 3), "free", "other"], in: two)
    let (first, second) = (try a.problems(), try b.problems())
    #expect(first.count == 4 && second.count == 4)
    #expect(first.shared(with: second).count == 3)
    #expect(
      first.shared(with: second).examples.prefix(2) == ["0000000000000007", "00000000000000aa"])
    #expect(second.shared(with: first).count == 3)
    let names = try a.problemNames()
    #expect(names.count == 4 && names.contains("f-0000000000000001"))
    #expect(!names.contains("g-0000000000000001") && !names.contains("f-00000000000000aa"))
  }

  @Test func `finds the first sample of each family at each level`() throws {
    let folder = try TemporaryFolder()
    let ids = (0..<8).map { id($0 % 2 == 0 ? "even-one" : "odd", $0, 1) }
    let reader = try reader(ids, in: folder) { ["level": JSON($0 / 4)] }
    let found = try reader.firstOfEachLevel()
    #expect(found.map(\.position) == [0, 1, 4, 5])
    #expect(
      found.map { "\($0.family) \($0.level)" } == ["even-one 0", "odd 0", "even-one 1", "odd 1"])
  }

  /// The writer refuses it, so a forger's index has to be made by hand.
  @Test func `with an id twice is refused with the line`() throws {
    let folder = try TemporaryFolder()
    _ = try TinyArchive.five(in: folder)
    let file = "tiny-000000.index.jsonl"
    let text = String(decoding: try folder.bytes(file), as: UTF8.self)
    try folder.put(Array(text.replacing("\"s-3\"", with: "\"s-1\"").utf8), file)
    try folder.reseal()
    let error = #expect(throws: ArchiveError.self) { try ArchiveReader(directory: folder.path) }
    guard case .index(_, 4, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("s-1") && reason.contains("twice"))
  }

  /// What was checked at opening is compared again with what is read later.
  @Test func `that changes after the archive was opened is found`() throws {
    let folder = try TemporaryFolder()
    _ = try TinyArchive.five(in: folder)
    let reader = try ArchiveReader(directory: folder.path)
    let file = "tiny-000000.index.jsonl"
    let text = String(decoding: try folder.bytes(file), as: UTF8.self)
    let places = text.ranges(of: "\"length\":")
    for place in places {
      var changed = text
      let digit = text[place.upperBound]
      changed.replaceSubrange(
        place.upperBound...place.upperBound, with: digit == "7" ? "8" : "7")
      try folder.put(Array(changed.utf8), file)
      #expect(throws: ArchiveError.self) { _ = try reader.samples(in: 0..<5) }
    }
    try folder.put(Array(text.utf8), file)
    #expect(try reader.samples(in: 0..<5).count == 5)
  }
}
