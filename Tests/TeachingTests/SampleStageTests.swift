import Archives
import Files
import Foundation
import Models
import Records
import StageSupport
import Stages
import Teaching
import Testing
import Tokenization

struct `The sample stage` {
  private func sample(
    _ problems: [Record], _ teacher: Parameters, _ settings: JSONObject = [:], threads: Int = 1
  ) throws -> MadeStage {
    let set = try TinyInputs.set("problems", problems)
    return try MadeStage.run(
      SampleStage.self, "samples", with: settings,
      on: [set, TinyInputs.model("teacher", teacher)], threads: threads)
  }

  private func counts(_ made: MadeStage, _ key: String) -> Int? {
    made.details["counts"]?[key]?.intValue
  }

  private static let sum = TinyInputs.record("sum-reduce", "1+2", "3\nAnswer: 3", answer: "3")
  private static func equation(_ value: Int) -> Record {
    TinyInputs.record("linear-equation", "x=\(value)", "Answer: \(value)", answer: "\(value)")
  }

  /// The chain writes 3, then a new line or the end with equal chances, and after the answer again:
  /// 3⏎Answer: 3 comes with probability 1/4. Five standard deviations of 400 draws are 44.
  @Test func `keeps what the verifier accepts, at the rate at which it is written`() throws {
    let made = try sample(
      [Self.sum], TinyInputs.chainParameters(TinyInputs.chain("3\nAnswer: 3")),
      ["draws": 400, "max_new_tokens": 60, "keep_rejected": true])
    let accepted = try #require(counts(made, "accepted"))
    #expect(abs(accepted - 100) < 44)
    #expect(counts(made, "records") == 1 && counts(made, "duplicates") == accepted - 1)
    let rejected = try #require(counts(made, "rejected"))
    let unfinished = try #require(counts(made, "unfinished"))
    #expect(accepted + rejected + unfinished == 400 && counts(made, "sampled") == 400)
    #expect(
      made.details["counts"]?["by_level"] == ["1": ["sampled": 400, "accepted": JSON(accepted)]])
    #expect(made.details["verified"] == true)

    try ArchiveReader.verify(directory: made.folder)
    let record = try ArchiveReader(directory: made.folder).sample(at: 0).record()
    let fingerprint = try #require(made.details["teacher"]?.stringValue)
    #expect(record.solution == "3\nAnswer: 3" && record.answer == "3")
    #expect(record.origin == .teacher(String(fingerprint.prefix(16))))
    #expect(record.content == Self.sum.content && record.checker?.verdict == "accepted")

    let lines = try made.lines("rejected.jsonl")
    #expect(lines.count == rejected + unfinished)
    #expect(lines.count { $0["step"] == .null } == unfinished)
    let early = try #require(lines.first { $0["solution"] == "3" })
    #expect(early["problem"] == "1+2" && early["level"] == 1 && early["family"] == "sum-reduce")
    #expect(early["step"] == 2)
  }

  @Test func `writes the same on any number of threads, and otherwise with another seed`() throws {
    let problems = try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 5)
    let teacher = try TinyInputs.randomParameters(seed: 3)
    let settings: JSONObject = [
      "draws": 2, "batch": 3, "max_new_tokens": 12, "keep_rejected": true, "seed": 5,
    ]
    let made = try [1, 2, 3].map { try sample(problems, teacher, settings, threads: $0) }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[2].details)
    var other = settings
    other["seed"] = 6
    #expect(try sample(problems, teacher, other).digests != made[0].digests)
    #expect(try sample(problems, teacher, settings).digests == made[0].digests)
  }

  /// Its scratch folder belongs to its settings and inputs, so texts that lie there count: even for
  /// another teacher, which shows that they were not written anew.
  @Test func `goes on from the texts that an interrupted run kept`() throws {
    let problems = try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 5)
    let set = try TinyInputs.set("problems", problems)
    let settings: JSONObject = ["batch": 2, "max_new_tokens": 12, "keep_rejected": true]
    let teachers = try [3, 4].map {
      try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: $0))
    }
    let scratch = NSTemporaryDirectory() + "retort-texts-\(UUID().uuidString)"
    defer { try? Folder.remove(scratch) }
    func run(_ teacher: MadeStage, threads: Int, scratch: String) throws -> [JSON] {
      var settings = Settings(settings, pipelineSeed: 42)
      let stage = try SampleStage(&settings, inputs: [set.input, teacher.input])
      let made = try MadeStage("samples", kind: SampleStage.kind) {
        try stage.run(StageContext(folder: $0, scratch: scratch, threads: threads))
      }
      return try made.lines("rejected.jsonl").map { $0["solution"] ?? .null }
    }
    let first = try run(teachers[0], threads: 1, scratch: scratch)
    let second = try run(teachers[1], threads: 1, scratch: scratch + "/other")
    let names = try Folder.names(in: scratch).filter { $0.hasPrefix("texts-") }.sorted()
    #expect(names == ["texts-0.json", "texts-4.json", "texts-8.json"] && first != second)
    #expect(try run(teachers[1], threads: 2, scratch: scratch) == first)
    // One file lost, one damaged: theirs are the other teacher's texts.
    try Folder.remove(scratch + "/texts-0.json")
    var bytes = try readFile(scratch + "/texts-8.json")
    bytes[bytes.count / 2] ^= 1
    try AtomicFile.write(bytes, to: scratch + "/texts-8.json")
    let mixed = try run(teachers[1], threads: 2, scratch: scratch)
    let expected: [JSON] = Array(second[..<4]) + Array(first[4..<8]) + Array(second[8...])
    #expect(mixed == expected)
  }

  /// A text's stream is its own, and so are its logits.
  @Test func `a text does not depend on its company`() throws {
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("3\nAnswer: 3"))
    let problems = try TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 6)
    let texts = try [1, 4, 64].map {
      try sample(
        problems, teacher, ["batch": JSON($0), "keep_rejected": true, "max_new_tokens": 40]
      ).digests
    }
    #expect(texts[0] == texts[1] && texts[0] == texts[2])
  }

  @Test func `greedy writing is judged problem by problem`() throws {
    let made = try sample(
      [Self.equation(3), Self.equation(4)],
      TinyInputs.chainParameters(TinyInputs.chain("Answer: 3")),
      ["temperature": 0, "keep_rejected": true])
    #expect(counts(made, "accepted") == 1 && counts(made, "rejected") == 1)
    #expect(try ArchiveReader(directory: made.folder).sample(at: 0).record().problem == "x=3")
    let line = try #require(made.lines("rejected.jsonl").first)
    #expect(line["problem"] == "x=4" && line["step"] == 1)
  }

  @Test func `a set in which nothing is accepted is empty and valid`() throws {
    let made = try sample(
      [Self.sum], TinyInputs.chainParameters(TinyInputs.chain("4")), ["draws": 5])
    #expect(counts(made, "rejected") == 5 && counts(made, "records") == 0)
    try ArchiveReader.verify(directory: made.folder)
    #expect(try ArchiveReader(directory: made.folder).count == 0)
    #expect(made.manifest.file("rejected.jsonl") == nil)
  }

  @Test func `a text without an end is counted apart`() throws {
    let three = TinyInputs.token("3")
    let made = try sample(
      [Self.sum], TinyInputs.chainParameters([Tokenizer.sepId: [three], three: [three]]),
      ["max_new_tokens": 9, "keep_rejected": true])
    #expect(counts(made, "unfinished") == 1 && counts(made, "rejected") == 0)
    let line = try #require(made.lines("rejected.jsonl").first)
    #expect(line["step"] == .null && line["solution"] == "333333333")
  }

  /// A special token stands for no bytes: dropped in silence it would make a good text of a bad one.
  @Test func `special tokens and broken UTF-8 are rejected by line`() throws {
    var chain = TinyInputs.chain("3\nAnswer: 3")
    let colon = TinyInputs.token(":")
    chain[colon] = [Tokenizer.padId]
    chain[Tokenizer.padId] = [TinyInputs.token(" ")]
    chain[TinyInputs.token("3")] = [TinyInputs.token("\n")]
    let marked = try sample(
      [Self.sum], TinyInputs.chainParameters(chain),
      ["keep_rejected": true, "max_new_tokens": 14])
    let line = try #require(marked.lines("rejected.jsonl").first)
    #expect(line["step"] == 2)
    #expect(line["reason"]?.stringValue?.contains("<|pad|>") == true)

    let broken = TinyInputs.tokenizer.encode([0xFF])[0]
    let unreadable = try sample(
      [Self.sum], TinyInputs.chainParameters([Tokenizer.sepId: [broken]]), ["keep_rejected": true])
    let second = try #require(unreadable.lines("rejected.jsonl").first)
    #expect(second["step"] == 1)
    #expect(second["reason"]?.stringValue?.contains("unreadable") == true)
  }

  @Test func `a problem is asked once, whatever traces the set has of it`() throws {
    let twice = [
      TinyInputs.record("sum-reduce", "1+2+3", "3+3\n6\nAnswer: 6", answer: "6"),
      TinyInputs.record("sum-reduce", "1+2+3", "1+5\n6\nAnswer: 6", answer: "6"), Self.sum,
    ]
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("4"))
    #expect(counts(try sample(twice, teacher), "problems") == 2)
    #expect(counts(try sample(twice, teacher, ["count": 1]), "sampled") == 1)
  }

  @Test func `a problem that fills the model stays unfinished`() throws {
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("4"), positions: 5)
    let made = try sample(
      [TinyInputs.record("sum-reduce", "1+2+3+4", "…", answer: "0"), Self.sum], teacher)
    #expect(counts(made, "unfinished") == 1 && counts(made, "rejected") == 1)
  }

  @Test func `a problem that nothing can judge is refused`() throws {
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("4"))
    let record = TinyInputs.record("riddles", "Why?", "Because.", answer: "")
    #expect(
      throws: TeachingError.noFamily(set: "problems", sample: record.id, family: "riddles")
    ) { try sample([record], teacher) }
  }
}
