import Archives
import Files
import Foundation
import Generation
import Records
import Stages
import Testing

struct `The records stage` {
  typealias Corpus = `The prompts stage`.Corpus

  static let mixed = """
    {"prompt":"Why?","completion":"Because.","source":"me"}
    {"question":"Who?","answer":"Nobody."}

    {"problem":"1+1","solution":"2"}
    {"messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","content":"A"}]}
    {"text":"A plain text."}

    """

  static func stage(_ json: JSONObject) throws -> (RecordsStage, JSONObject) {
    var settings = Settings(json, pipelineSeed: 3)
    let stage = try RecordsStage(&settings, inputs: [])
    try settings.finish()
    return (stage, settings.resolved)
  }

  struct Made {
    let records: [Record]
    let columns: [JSONObject]
    let result: StageResult
    var counts: JSON? { result.details["counts"] }
  }

  static func run(_ json: JSONObject) throws -> Made {
    let folder = NSTemporaryDirectory() + "retort-records-\(UUID().uuidString)"
    defer { try? Folder.remove(folder) }
    try Folder.make(folder)
    let result = try stage(json).0
      .run(StageContext(folder: folder, scratch: folder + "/s", threads: 1))
    let files = try result.files.map { try Manifest.entry($0, in: folder) }
    try Manifest(
      kind: "records", content: result.content ?? "", files: files, archive: result.archive,
      details: result.details
    ).write(to: folder)
    try ArchiveReader.verify(directory: folder)
    let samples = try ArchiveReader(directory: folder).samples(
      in: 0..<ArchiveReader(directory: folder).count)
    return Made(
      records: try samples.map { try $0.record() }, columns: samples.map(\.columns),
      result: result)
  }

  static func run(_ text: String, _ more: JSONObject = [:], file: String = "a.jsonl") throws -> Made
  {
    let corpus = try Corpus([file: text])
    var json: JSONObject = ["path": JSON(corpus.folder + "/" + file), "unverified": true]
    for member in more.members { json[member.key] = member.value }
    return try run(json)
  }

  /// What a run says of a text that it refuses.
  static func fault(_ text: String, _ more: JSONObject = [:], file: String = "a.jsonl") -> String {
    do {
      _ = try run(text, more, file: file)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func `takes records of every shape out of one file, in order`() throws {
    let made = try Self.run(Self.mixed)
    #expect(made.records.map(\.family) == ["prompt", "prompt", "prompt", "chat", "text"])
    #expect(made.records.map(\.solution) == ["Because.", "Nobody.", "2", "A", "A plain text."])
    #expect(made.records[1].problem == "Who?" && made.records.allSatisfy { $0.answer == nil })
    #expect(
      try made.records[3].turns() == [Turn(.system, "S"), Turn(.user, "U"), Turn(.assistant, "A")])
    #expect(made.result.details["verified"] == false)
    #expect(made.counts?["records"] == 5 && made.counts?["read"] == 5)
    #expect(made.counts?["by_family"] == ["chat": 1, "prompt": 3, "text": 1])
  }

  /// What `retort shards export --format self-correction` writes is read back whole.
  @Test func `keeps the spans of an answer that nothing is learnt from`() throws {
    let made = try Self.run(
      #"{"prompt":"1+2","completion":"4\nWait: step 1 is wrong.\n3","spans":[[0,2]]}"#)
    #expect(made.records.map(\.masked) == [[0..<2]])
    let long = String(repeating: "word ", count: 40)
    let cut = try Self.run(
      "{\"prompt\":\"P\",\"completion\":\"\(long)\",\"spans\":[[90,190]]}",
      ["max_bytes": 100, "long": "cut"])
    let record = try #require(cut.records.first)
    #expect(record.masked == [90..<record.solution.utf8.count])
    for spans in ["[[0,99]]", "3", "[[2,1]]"] {
      let fault = Self.fault("{\"prompt\":\"P\",\"completion\":\"ab\",\"spans\":\(spans)}")
      #expect(fault.contains("a.jsonl:1") && fault.contains("spans"), "\(fault)")
    }
    let judged = Self.fault(
      #"{"problem":"1+2","solution":"3\nAnswer: 3","spans":[[0,1]]}"#, ["family": "sum-reduce"])
    #expect(judged.contains("not judged"))
  }

  @Test func `reads several files, and a folder's by name`() throws {
    let corpus = try Corpus([
      "b.jsonl": #"{"text":"from b"}"#, "a.jsonl": #"{"text":"from a"}"#, "c.txt": "from c\n",
      "d.md": "not read",
    ])
    let all = try Self.run(["path": JSON(corpus.folder), "unverified": true])
    #expect(all.records.map(\.solution) == ["from a", "from b", "from c\n"])
    let two = try Self.run([
      "path": [JSON(corpus.folder + "/c.txt"), JSON(corpus.folder + "/a.jsonl")],
      "unverified": true,
    ])
    #expect(two.records.map(\.solution) == ["from c\n", "from a"])
  }

  /// The key of the stage follows what the files hold, wherever they lie.
  @Test func `resolves to digests, not to places`() throws {
    let (one, two) = (try Corpus(["a.jsonl": Self.mixed]), try Corpus(["b.jsonl": Self.mixed]))
    func resolved(_ path: String) throws -> JSONObject {
      try Self.stage(["path": JSON(path), "unverified": true]).1
    }
    let first = try resolved(one.folder + "/a.jsonl")
    #expect(first == (try resolved(two.folder + "/b.jsonl")))
    #expect(first["files"] == [JSON(SHA256.hash(Self.mixed).hex)] && first["path"] == nil)
  }

  /// Each fault is told with file and line; none is a crash, and none a record of something else.
  @Test(arguments: [
    ("", "a.jsonl: holds no record"), ("\n \n", "a.jsonl: holds no record"),
    ("{\"text\":\"a\"}\n{\"text\":5}", "a.jsonl:2: the key \"text\": expected a string, found"),
    ("[1]", "a.jsonl:1: expected an object with prompt and completion"),
    ("nonsense", "a.jsonl:1: is not JSON"),
    (#"{"prompt":"a"}"#, #"a.jsonl:1: has the key "prompt" and no "completion""#),
    (#"{"answer":"a"}"#, #"a.jsonl:1: has the key "answer" and no "question""#),
    (#"{"story":"a"}"#, #"found the keys "story""#), ("{}", "found no key"),
    (#"{"text":"a","prompt":"b","completion":"c"}"#, "a.jsonl:1: could be read in several ways"),
    (#"{"text":" \n"}"#, "a.jsonl:1: the key \"text\" holds no text"),
    (#"{"text":"a\u0000b"}"#, "holds the control character 0"),
    (#"{"text":"a","text":"b"}"#, "a.jsonl:1: is not JSON"),
    (#"{"messages":"x"}"#, #"a.jsonl:1: the key "messages": expected a list, found"#),
    (#"{"messages":[]}"#, "the last turn is not the assistant's"),
    (#"{"messages":[5]}"#, "turn 1: expected an object {role, content}"),
    (
      #"{"messages":[{"role":"robot","content":"x"}]}"#,
      #"the role "robot" is none of system, user"#
    ),
    (#"{"messages":[{"content":"x"}]}"#, "the key \"role\" is no string"),
    (#"{"messages":[{"role":"user","content":["x"]}]}"#, "the key \"content\": expected a string"),
    (
      #"{"messages":[{"role":"user","content":"x"},{"role":"user","content":"y"}]}"#,
      "a.jsonl:1: messages: turn 2 is the user's, expected the assistant's"
    ),
    (
      #"{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":""}]}"#,
      "a.jsonl:1: messages, turn 2, the assistant's, is empty"
    ),
    (
      "{\"text\":\"a\"}\n\n{\"text\":\"a\"}", "a.jsonl:3: is the same record as"
    ),
  ])
  func `names file and line of what it cannot take`(text: String, says: String) {
    let fault = Self.fault(text)
    #expect(fault.contains(says), "\(fault)")
  }

  @Test func `refuses bytes that are no UTF-8, and lines beyond all bounds`() throws {
    for (name, line) in [("a.jsonl", "2"), ("a.txt", "2")] {
      let corpus = try Corpus([name: ""])
      let path = corpus.folder + "/" + name
      let good = name == "a.txt" ? "fine" : #"{"text":"fine"}"#
      try AtomicFile.write(Array((good + "\n").utf8) + [0xFF, 0x41, 0x0A], to: path)
      let error = #expect(throws: (any Error).self) {
        _ = try Self.run(["path": JSON(path), "unverified": true])
      }
      #expect("\(String(describing: error))".contains("\(name):\(line): is not UTF-8"))
    }
    let long = #"{"text":""# + String(repeating: "a", count: 17 << 20) + "\"}"
    #expect(Self.fault(long).contains("a.jsonl:1: is longer than 16777216 bytes"))
    #expect(Self.fault("x", file: "a.csv").contains("expected a .jsonl or .txt file"))
  }

  @Test func `takes repeats only where that is asked for`() throws {
    let made = try Self.run(
      "{\"text\":\"a\"}\n{\"text\":\"a\"}\n{\"text\":\"b\"}", ["duplicates": "drop"])
    #expect(made.records.count == 2 && made.counts?["duplicates"] == 1)
  }

  @Test func `wants a word on who verifies`() throws {
    let corpus = try Corpus(["a.jsonl": Self.mixed])
    let path = JSON(corpus.folder + "/a.jsonl")
    let error = #expect(throws: ConfigurationError.self) { _ = try Self.stage(["path": path]) }
    #expect(error?.path == ["unverified"])
    let unknown = #expect(throws: ConfigurationError.self) {
      _ = try Self.stage(["path": path, "family": "sum-redcue"])
    }
    #expect(unknown?.description.contains("did you mean sum-reduce") == true)
  }
}

struct `Records that a verifier judges` {
  static let good = #"{"problem":"3+4+5","solution":"7+5\n2\nAnswer: 2"}"#
  static let bad = #"{"problem":"3+4+5","solution":"7+5\n3\nAnswer: 3"}"#

  private func run(_ text: String, _ more: JSONObject = [:]) throws -> `The records stage`.Made {
    var json: JSONObject = ["family": "sum-reduce", "unverified": false]
    for member in more.members { json[member.key] = member.value }
    return try `The records stage`.run(text, json)
  }

  @Test func `are verified records of the family`() throws {
    let made = try run(Self.good)
    let record = try #require(made.records.first)
    #expect(record.family == "sum-reduce" && record.answer == "2" && record.level > 0)
    #expect(record.checker?.verdict == .accepted && record.origin == .imported)
    #expect(made.result.details["verified"] == true)
    #expect(
      RecordVerification.verdict(ofLine: 1, record.line, isStrict: true).outcome == .accepted)
  }

  @Test func `are refused with the line, or dropped and counted`() throws {
    let text = Self.good + "\n" + Self.bad
    do {
      _ = try run(text)
      Issue.record("taken")
    } catch {
      #expect("\(error)".contains("a.jsonl:2: sum-reduce rejects it: step 2"), "\(error)")
    }
    let made = try run(text, ["rejected": "drop"])
    #expect(made.records.count == 1 && made.counts?["rejected"] == 1)
    #expect(made.result.details["verified"] == true)
    #expect(throws: (any Error).self) { _ = try run(Self.bad, ["rejected": "drop"]) }
    #expect(throws: (any Error).self) { _ = try run(#"{"text":"a"}"#) }
  }
}

struct `Long records` {
  typealias Stage = `The records stage`
  static let words = (0..<60).map { "word\($0)" }.joined(separator: " ")

  @Test func `are dropped and counted, or cut`() throws {
    let lines = "{\"text\":\"\(Self.words)\"}\n{\"text\":\"short\"}"
    let dropped = try Stage.run(lines, ["max_bytes": 100])
    #expect(dropped.records.map(\.solution) == ["short"] && dropped.counts?["too_long"] == 1)
    let cut = try Stage.run(lines, ["max_bytes": 100, "long": "cut"])
    #expect(cut.counts?["cut"] == 1 && cut.counts?["too_long"] == 0)
    let pieces = cut.records.dropLast()
    #expect(pieces.map(\.solution).joined() == Self.words)
    #expect(pieces.allSatisfy { $0.solution.utf8.count <= 100 && $0.content == pieces[0].content })
    // Only the last piece ends where the text ends.
    #expect(
      cut.columns.dropLast().map { $0["unfinished"] == 1 }
        == pieces.indices.map { $0 + 1 < pieces.count })
    #expect(cut.result.content != dropped.result.content)
  }

  /// Characters of several bytes stay whole where no space stands.
  @Test func `are cut between characters`() throws {
    let text = (0..<120).compactMap { Unicode.Scalar(0x4E00 + $0).map { "\($0)\u{e9}\u{1F600}" } }
      .joined()
    let cut = try Stage.run("{\"text\":\"\(text)\"}", ["max_bytes": 64, "long": "cut"])
    #expect(cut.records.map(\.solution).joined() == text && cut.records.count > 4)
    #expect(cut.records.allSatisfy { $0.solution.utf8.count <= 64 })
  }

  @Test func `of a conversation are cut between its exchanges`() throws {
    func turn(_ role: String, _ text: String) -> String {
      "{\"role\":\"\(role)\",\"content\":\"\(text)\"}"
    }
    let exchanges = (0..<5).flatMap {
      [turn("user", "question \($0)?"), turn("assistant", "answer \($0)")]
    }
    let line =
      "{\"messages\":[" + ([turn("system", "Be kind.")] + exchanges).joined(separator: ",") + "]}"
    let cut = try Stage.run(line, ["max_bytes": 64, "long": "cut"])
    #expect(cut.records.count == 3)
    let all = try cut.records.map { try $0.turns() }
    #expect(all.allSatisfy { $0[0] == Turn(.system, "Be kind.") })
    #expect(all.flatMap { $0.dropFirst() }.map(\.text).filter { $0.hasPrefix("answer") }.count == 5)
  }

  @Test func `of a pair keep the beginning of the answer`() throws {
    let line = "{\"prompt\":\"Say much.\",\"completion\":\"\(Self.words)\"}"
    let cut = try Stage.run(line, ["max_bytes": 100, "long": "cut"])
    let record = try #require(cut.records.first)
    #expect(cut.records.count == 1 && record.problem == "Say much.")
    #expect(Self.words.hasPrefix(record.solution) && cut.columns[0]["unfinished"] == 1)
    let question = "{\"prompt\":\"\(Self.words)\",\"completion\":\"no room\"}\n{\"text\":\"x\"}"
    #expect(try Stage.run(question, ["max_bytes": 100, "long": "cut"]).counts?["too_long"] == 1)
  }

  @Test func `leave an error that says what to do where nothing is left`() {
    let fault = Stage.fault("{\"text\":\"\(Self.words)\"}", ["max_bytes": 64])
    #expect(fault.contains("1 longer than max_bytes") && fault.contains("long: cut"))
    #expect(Stage.fault(#"{"text":"a"}"#, ["count": 2]).contains("allow_fewer"))
  }
}
