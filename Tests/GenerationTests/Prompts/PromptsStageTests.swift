import Archives
import Files
import Foundation
import Generation
import Records
import Stages
import Testing

struct `The prompts stage` {
  /// A folder with two files of prompts, removed with the value.
  final class Corpus {
    let folder = NSTemporaryDirectory() + "retort-prompts-\(UUID().uuidString)"

    init(_ files: [String: String]) throws {
      try Folder.make(folder)
      for (name, text) in files { try AtomicFile.write(Array(text.utf8), to: folder + "/" + name) }
    }

    deinit { try? Folder.remove(folder) }
  }

  static let text = "First prompt\n\nSecond prompt\nShared\n"
  static let lines =
    #"{"kind":"story","prompt":"Tell a story.\nMake it short."}"# + "\n"
    + #"{"prompt":"Shared"}"# + "\n"

  static func stage(_ json: JSONObject) throws -> (PromptsStage, JSONObject) {
    var settings = Settings(json, pipelineSeed: 3)
    let stage = try PromptsStage(&settings, inputs: [])
    try settings.finish()
    return (stage, settings.resolved)
  }

  static func records(_ stage: PromptsStage) throws -> (records: [Record], manifest: Manifest) {
    let folder = NSTemporaryDirectory() + "retort-prompts-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try Folder.make(folder)
    let result = try stage.run(StageContext(folder: folder, scratch: folder + "/s", threads: 1))
    let files = try result.files.map { try Manifest.entry($0, in: folder) }
    try Manifest(
      kind: "prompts", content: result.content ?? "", files: files,
      archive: result.archive, details: result.details
    ).write(to: folder)
    try ArchiveReader.verify(directory: folder)
    let reader = try ArchiveReader(directory: folder)
    return (
      try reader.samples(in: 0..<reader.count).map { try $0.record() },
      try Manifest.read(from: folder)
    )
  }

  /// A byte order mark is no part of the first prompt, and a file of another kind no text.
  @Test func `takes the byte order mark off, and names files that are no UTF-8`() throws {
    for name in ["a.txt", "a.jsonl"] {
      let line = name == "a.txt" ? "Hello there" : #"{"prompt":"Hello there"}"#
      let corpus = try Corpus([name: "\u{FEFF}" + line + "\n"])
      let (records, _) = try Self.records(
        try Self.stage(["path": JSON(corpus.folder + "/" + name)]).0)
      #expect(records.map(\.problem) == ["Hello there"])
    }
    for (bytes, kind) in [
      ([0xFF, 0xFE, 0x48, 0] as [UInt8], "UTF-16"), ([0x1F, 0x8B, 8, 0], "gzip"),
    ] {
      let corpus = try Corpus([:])
      try AtomicFile.write(bytes, to: corpus.folder + "/a.txt")
      let error = #expect(throws: ConfigurationError.self) {
        try Self.stage(["path": JSON(corpus.folder)])
      }
      #expect(
        error?.description.contains("a.txt: is \(kind)") == true, "\(String(describing: error))")
    }
  }

  @Test func `gives fewer than asked for only where that is allowed`() throws {
    let corpus = try Corpus(["a.txt": Self.text])
    let error = #expect(throws: ConfigurationError.self) {
      try Self.stage(["path": JSON(corpus.folder), "count": 9])
    }
    #expect(error?.description.contains("allow_fewer: true") == true)
    let (stage, _) = try Self.stage([
      "path": JSON(corpus.folder), "count": 9, "allow_fewer": true,
    ])
    let (records, manifest) = try Self.records(stage)
    #expect(records.count == 3 && manifest.details["counts"]?["wanted"] == 9)
  }

  @Test func `packs each distinct prompt once, as unverified`() throws {
    let corpus = try Corpus(["a.txt": Self.text, "b.jsonl": Self.lines, "README.md": "# no"])
    let (records, manifest) = try Self.records(try Self.stage(["path": JSON(corpus.folder)]).0)
    #expect(
      Set(records.map(\.problem))
        == ["First prompt", "Second prompt", "Shared", "Tell a story.\nMake it short."])
    #expect(records.allSatisfy { $0.isPrompt && $0.solution.isEmpty && $0.checker == nil })
    #expect(manifest.details["verified"] == false)
    #expect(manifest.details["counts"]?["records"] == 4)
    #expect(manifest.details["counts"]?["duplicates"] == 1)
    #expect(manifest.details["counts"]?["by_kind"] == ["other": 3, "story": 1])
    for record in records {
      #expect(RecordVerification.verdict(ofLine: 1, record.line).outcome == .unchecked)
    }
  }

  /// A key with a path in it would make the same data anew on every machine.
  @Test func `has the files' digests in its key and not their place`() throws {
    let corpora = try [0, 1].map { _ in try Corpus(["a.txt": Self.text]) }
    let resolved = try corpora.map { try Self.stage(["path": JSON($0.folder + "/a.txt")]).1 }
    #expect(resolved[0] == resolved[1])
    let digest = SHA256.hash(Self.text).hex
    #expect(
      JSON.object(resolved[0]).text
        == #"{"files":["\#(digest)"],"split":"any","count":null,"allow_fewer":false,"seed":3}"#)
    let other = try Corpus(["a.txt": Self.text + "More\n"])
    #expect(try Self.stage(["path": JSON(other.folder)]).1 != resolved[0])
  }

  @Test func `takes the first of a seeded order, so that fewer are a part of more`() throws {
    let corpus = try Corpus(["a.txt": (0..<50).map { "Prompt \($0)" }.joined(separator: "\n")])
    func drawn(_ count: Int, _ seed: Int) throws -> [String] {
      let stage = try Self.stage([
        "path": JSON(corpus.folder), "count": JSON(count), "seed": JSON(seed),
      ]).0
      return try Self.records(stage).records.map(\.problem)
    }
    let ten = try drawn(10, 1)
    #expect(ten.count == 10)
    #expect(try drawn(20, 1).prefix(10) == ten[...])
    #expect(try drawn(10, 2) != ten)
    #expect(try Set(drawn(50, 1)).count == 50)
  }

  @Test func `keeps to a split`() throws {
    let corpus = try Corpus(["a.txt": (0..<300).map { "Prompt \($0)" }.joined(separator: "\n")])
    var total = 0
    for split in ["train", "validation", "test"] {
      let stage = try Self.stage(["path": JSON(corpus.folder), "split": JSON(split)]).0
      let records = try Self.records(stage).records
      #expect(records.allSatisfy { $0.split.rawValue == split })
      total += records.count
    }
    #expect(total == 300)
  }

  @Test(arguments: [
    ("a.txt", "ok\n\u{0}\n", "a.txt:2: holds the control character 0"),
    ("a.jsonl", "{\"prompt\":\"x\"}\n{\"promt\":\"x\"}\n", "a.jsonl:2: unknown key \"promt\""),
    ("a.jsonl", "[]\n", "a.jsonl:1: expected an object"),
    ("a.jsonl", "{\"prompt\":\" \"}\n", "holds no text"),
    ("a.jsonl", "{\"prompt\":1}\n", "must be a string"),
    ("a.jsonl", "nonsense\n", "is not JSON"),
    ("a.jsonl", "{\"prompt\":\"x\",\"kind\":\"../x\"}\n", "\"kind\" must be"),
    ("a.txt", String(repeating: "x", count: 16385), "at most 16384"),
    ("a.txt", "\n", "no prompt there"), ("a.md", "x", "holds no .txt"),
  ])
  func `names the line that is no prompt`(name: String, text: String, word: String) throws {
    let corpus = try Corpus([name: text])
    let error = #expect(throws: ConfigurationError.self) {
      try Self.stage(["path": JSON(corpus.folder)])
    }
    #expect(error?.path == ["path"])
    #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
  }

  @Test func `refuses bytes that are not UTF-8`() throws {
    let corpus = try Corpus([:])
    try AtomicFile.write([0x61, 0xFF, 0x0A], to: corpus.folder + "/a.txt")
    let error = #expect(throws: ConfigurationError.self) {
      try Self.stage(["path": JSON(corpus.folder)])
    }
    #expect(error?.description.contains("not UTF-8") == true)
  }

  @Test func `names a path that is not there, and a count that is too large`() throws {
    let missing = #expect(throws: ConfigurationError.self) {
      try Self.stage(["path": "/no/such/prompts"])
    }
    #expect(missing?.description.contains("/no/such/prompts") == true)
    let corpus = try Corpus(["a.txt": Self.text])
    let large = #expect(throws: ConfigurationError.self) {
      try Self.stage(["path": JSON(corpus.folder), "count": 4])
    }
    #expect(large?.description.contains("at most 3") == true)
    #expect(throws: ConfigurationError.self) { try Self.stage([:]) }
  }
}
