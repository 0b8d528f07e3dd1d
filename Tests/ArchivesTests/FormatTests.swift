import Archives
import Files
import Foundation
import Testing

/// Other programs must read what we write as an ordinary file of its kind.
struct `The archive format` {
  let folder: TemporaryFolder
  let samples: [ArchiveSample]
  let names: [String]

  init() throws {
    folder = try TemporaryFolder()
    samples = try TinyArchive.five(in: folder)
    names = samples.flatMap { sample in sample.fields.map { sample.id + "." + $0.name } }
  }

  private var shard: String { folder.file("tiny-000000.tar.zst") }

  @Test(
    .enabled(if: isInstalled("zstd") && isInstalled("tar"), "zstd or tar is not installed"))
  func `is listed by zstd and tar`() throws {
    let piped = try run(["sh", "-c", "zstd -dcq \"$0\" | tar tf -", shard])
    #expect(piped?.output.split(separator: "\n").map(String.init) == names)
    let direct = try run(["tar", "--zstd", "-tf", shard])
    #expect(direct?.output.split(separator: "\n").map(String.init) == names)
    #expect(try run(["zstd", "-tq", shard])?.status == 0)
    let details = try run(["zstd", "-lv", shard])
    #expect(details?.output.contains("XXH64") == true)
    #expect(details?.output.contains("Skippable Frames: 1") == true)
  }

  @Test(.enabled(if: isInstalled("bsdtar"), "bsdtar is not installed"))
  func `is listed by bsdtar`() throws {
    let listed = try run(["bsdtar", "-tf", shard])
    #expect(listed?.output.split(separator: "\n").map(String.init) == names)
  }

  /// The frames that the table names tile the file, each begins with zstd's magic, and its raw
  /// sizes sum up to what `zstd` writes.
  @Test func `closes with a table that says where each frame lies`() throws {
    let bytes = try folder.bytes("tiny-000000.tar.zst")
    var footer = ByteReader(Array(bytes.suffix(9)), named: "footer")
    let count = Int(try footer.read(UInt32.self))
    #expect(count == 4)
    var table = ByteReader(Array(bytes.suffix(9 + 8 * count + 8)), named: "table")
    #expect(try table.read(UInt32.self) == 0x184D_2A5E)
    #expect(try table.read(UInt32.self) == UInt32(8 * count + 9))
    var (at, raw) = (0, 0)
    for _ in 0..<count {
      #expect(Array(bytes[at..<(at + 4)]) == [0x28, 0xB5, 0x2F, 0xFD])
      at += Int(try table.read(UInt32.self))
      raw += Int(try table.read(UInt32.self))
    }
    #expect(at == bytes.count - (8 + 8 * count + 9))
    #expect(raw == (try ArchiveReader(directory: folder.path)).archive.shards[0].rawBytes)
  }

  /// The reader printed in Format.md is the format's only documentation that can be wrong
  /// unnoticed.
  @Test(
    .enabled(
      if: isInstalled("zstd") && isInstalled("python3"), "zstd or python3 is not installed"))
  func `is read by the Python of Format-md`() throws {
    let text = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources/Archives/Format.md"),
      encoding: .utf8)
    let script = text.components(separatedBy: "```python\n")[1].components(separatedBy: "```")[0]
    #expect(script.split(separator: "\n").count <= 30)
    try folder.put(Array(script.utf8), "reader.py")
    let read = try run(["python3", folder.file("reader.py"), folder.path])
    #expect(
      read?.output.split(separator: "\n").map(String.init)
        == samples.map { "\($0.id) \($0.fields[0].bytes.count) \($0.fields[1].bytes.count)" })
    var bytes = try folder.bytes("tiny-000000.tar.zst")
    bytes[40] ^= 1
    try folder.put(bytes, "tiny-000000.tar.zst")
    #expect(try run(["python3", folder.file("reader.py"), folder.path])?.status != 0)
  }

  @Test(.enabled(if: isInstalled("tar"), "tar is not installed"))
  func `is exported as tar and as lines`() throws {
    let reader = try ArchiveReader(directory: folder.path)
    let (out, other) = (try TemporaryFolder(), try TemporaryFolder())
    let tars = try reader.exportTars(to: out.path, threads: 2)
    #expect(tars == [out.file("tiny-000000.tar")])
    let listed = try run(["tar", "tf", tars[0]])
    #expect(listed?.output.split(separator: "\n").map(String.init) == names)
    try reader.exportLines(to: out.file("lines.jsonl"))
    #expect(
      try out.bytes("lines.jsonl")
        == samples.flatMap { $0.fields[0].bytes + [0x0A] })
    #expect(throws: ArchiveError.file(.exists(path: tars[0]))) {
      try reader.exportTars(to: out.path)
    }
    // Bytes with a newline in them are no line.
    #expect(throws: ArchiveError.self) {
      try TinyArchive.write(
        [ArchiveSample(id: "a", fields: [("text", Array("one\ntwo".utf8))])], to: other)
      try ArchiveReader(directory: other.path).exportLines(
        field: "text", to: out.file("data"))
    }
    #expect(try Folder.names(in: out.path) == ["lines.jsonl", "tiny-000000.tar"])
  }
}
