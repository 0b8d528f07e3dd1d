import Archives
import Files
import Foundation
import Judging
import Models
import Records
import Sets
import StageSupport
import Stages
import Synchronization
import Teaching
import Testing
import Tokenization

struct `The sample stage` {
  private func sample(
    _ problems: [Record], _ teacher: Parameters, _ settings: JSONObject = [:], threads: Int = 1
  ) throws -> MadeStage {
    // A set that says nothing of verification may hold both.
    let set = try TinyInputs.set("problems", problems, details: [:])
    return try MadeStage.run(
      SampleStage.self, "samples", with: settings,
      on: [set, TinyInputs.model("teacher", teacher)], threads: threads)
  }

  /// A sampling from which nothing is kept: why it failed, and what it threw away.
  private func failing(
    _ problems: [Record], _ teacher: Parameters, _ with: JSONObject = [:]
  ) throws -> (error: TeachingError, lines: [JSON]) {
    let folder = NSTemporaryDirectory() + "retort-nothing-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    var with = with
    with["keep_rejected"] = true
    var settings = Settings(with, pipelineSeed: 42)
    let inputs = [
      try TinyInputs.set("problems", problems), try TinyInputs.model("teacher", teacher),
    ]
    defer { withExtendedLifetime(inputs) {} }
    let stage = try SampleStage(&settings, inputs: inputs.map(\.input))
    let error = #expect(throws: TeachingError.self) {
      try stage.run(StageContext(folder: folder, scratch: folder + "/scratch", threads: 1))
    }
    let lines = try readFile(folder + "/rejected.jsonl").split(separator: 0x0A)
      .map { try JSON.parse(Array($0)) }
    return (try #require(error), lines)
  }

  /// A teacher that writes digits, plus signs and lines at random, and ends before long.
  private static func scribe(_ seed: Int, also more: [Int32] = []) throws -> Parameters {
    let signs = "0123456789+\n".map { TinyInputs.token($0) } + [Tokenizer.eosId] + more
    return try TinyInputs.tableParameters { last in
      var logits = [Float](repeating: -40, count: TinyInputs.tokenizer.vocabularySize)
      for sign in signs {
        logits[Int(sign)] = Float((last * 31 + Int(sign) * (17 + seed)) % 13) / 5
      }
      return logits
    }
  }

  /// What is written for these is kept, whatever it is.
  private static let prompts = [Record(prompt: "Write."), Record(prompt: "Count.")]

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
    #expect(record.content == Self.sum.content && record.checker?.verdict == .accepted)

    let lines = try made.lines("rejected.jsonl")
    #expect(lines.count == rejected + unfinished)
    #expect(lines.count { $0["step"] == .null } == unfinished)
    let early = try #require(lines.first { $0["solution"] == "3" })
    #expect(early["problem"] == "1+2" && early["level"] == 1 && early["family"] == "sum-reduce")
    #expect(early["step"] == 2)
  }

  @Test func `writes the same on any number of threads, and otherwise with another seed`() throws {
    let problems = try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 5) + Self.prompts
    let teacher = try Self.scribe(3)
    let settings: JSONObject = [
      "draws": 2, "batch": 3, "max_new_tokens": 12, "keep_rejected": true, "seed": 5,
      "keep_unfinished": true,
    ]
    let made = try [1, 2, 3].map { try sample(problems, teacher, settings, threads: $0) }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[2].details)
    var other = settings
    other["seed"] = 6
    #expect(try sample(problems, teacher, other).digests != made[0].digests)
    #expect(try sample(problems, teacher, settings).digests == made[0].digests)
  }

  /// With their verdicts, so that trainings can weigh them; those without an end say so.
  @Test func `keeps what the verifier rejects where all is wanted`() throws {
    let problems = try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 6)
    let made = try sample(
      problems, Self.scribe(3),
      ["keep": "all", "draws": 3, "max_new_tokens": 12, "keep_rejected": true])
    #expect(made.details["verified"] == false)
    let (wrong, records) = (counts(made, "kept_wrong"), counts(made, "records"))
    let repeats = counts(made, "duplicates") ?? 0
    let thrownAway = try made.lines("rejected.jsonl").count
    #expect(wrong.map { $0 + (counts(made, "accepted") ?? 0) + thrownAway } == 36)
    #expect(records.map { $0 + repeats + thrownAway } == 36)
    var cut = 0
    let reader = try ArchiveReader(directory: made.folder)
    for position in 0..<reader.count {
      let sample = try reader.sample(at: position)
      let record = try sample.record()
      #expect(record.checker?.verdict == (record.answer == nil ? .rejected : .accepted))
      #expect(record.checker?.name == "sum-reduce" && record.content.count == 64)
      if sample.columns[RecordSet.unfinishedColumn]?.intValue == 1 {
        #expect(record.checker?.verdict == .rejected)
        cut += 1
      }
    }
    #expect(cut > 0 && cut < records ?? 0)
    #expect(
      try sample(problems, Self.scribe(3), ["max_new_tokens": 12, "keep": "all"], threads: 2)
        .digests == sample(problems, Self.scribe(3), ["max_new_tokens": 12, "keep": "all"]).digests)
  }

  /// A token that stands for no bytes, and a missing end, do not show in a text: a record with them
  /// would say something else than its verdict.
  @Test func `keeps no rejected text whose verdict its bytes do not explain`() throws {
    let right = try sample(
      [Self.sum], TinyInputs.chainParameters(TinyInputs.chain("3\nAnswer: 3")),
      ["keep": "all", "draws": 200, "max_new_tokens": 12])
    let problems = try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 6)
    // Id 0 is the padding.
    let special = try sample(
      problems, Self.scribe(3, also: [0]),
      ["keep": "all", "draws": 8, "max_new_tokens": 20])
    for made in [right, special] {
      let reader = try ArchiveReader(directory: made.folder)
      for position in 0..<reader.count {
        let record = try reader.sample(at: position).record()
        let isAccepted = Judge(.steps).judge(record).isAccepted
        #expect((record.checker?.verdict == .accepted) == isAccepted, "\(record.solution)")
      }
    }
    #expect(counts(special, "sampled").map { $0 > (counts(special, "records") ?? 0) } == true)
  }

  /// Its scratch folder belongs to its settings and inputs, so texts that lie there count: even for
  /// another teacher, which shows that they were not written anew.
  @Test func `goes on from the texts that an interrupted run kept`() throws {
    let problems =
      try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 5) + [Self.prompts[0]]
    let set = try TinyInputs.set("problems", problems, details: [:])
    let settings: JSONObject = [
      "batch": 2, "max_new_tokens": 12, "keep_rejected": true, "keep_unfinished": true,
    ]
    let teachers = try [3, 4].map { try TinyInputs.model("teacher", Self.scribe($0)) }
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
    let problems =
      try TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 6) + [Self.prompts[0]]
    let texts = try [1, 4, 64].map {
      try sample(
        problems, teacher,
        [
          "batch": JSON($0), "keep_rejected": true, "max_new_tokens": 40, "keep_unfinished": true,
        ]
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

  /// An empty set under a manifest that says "verified" once went on to the next stage.
  @Test func `nothing kept is a failure that says why`() throws {
    let (error, lines) = try failing(
      [Self.sum], TinyInputs.chainParameters(TinyInputs.chain("4")), ["draws": 5])
    #expect(lines.count == 5)
    guard case .nothingKept(texts: 5, let why, let advice) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(why == "5 were rejected" && advice.contains("lower temperature"), "\(why) \(advice)")
    let unsaid = #expect(throws: TeachingError.self) {
      try sample([Self.sum], TinyInputs.chainParameters(TinyInputs.chain("4")))
    }
    #expect(unsaid?.description.contains("keep_rejected: true") == true)
    #expect(unsaid?.description.contains("none of 1 text was kept: 1 was rejected") == true)
    #expect(throws: SetError.empty(set: "problems")) {
      try sample([], TinyInputs.chainParameters(TinyInputs.chain("4")))
    }
  }

  /// `count` is of problems that are asked: what the verifier rejects is no shortfall.
  @Test func `fewer problems than asked are an error unless that is allowed`() throws {
    let problems = [Self.equation(3), Self.equation(4)]
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("Answer: 3"))
    let made = try sample(problems, teacher, ["count": 2])
    #expect(counts(made, "records") == 1 && made.details["asked"] == nil)
    #expect(
      throws: TeachingError.fewer(set: "problems", what: "problems", asked: 3, found: 2)
    ) { try sample(problems, teacher, ["count": 3]) }
    let fewer = try sample(problems, teacher, ["count": 3, "allow_fewer": true])
    #expect(counts(fewer, "problems") == 2 && fewer.details["asked"] == 3)
  }

  /// A vocabulary that is padded beyond the tokenizer's has ids that are no text: they are never
  /// drawn, however likely the model thinks them, and the manifest says how many there are.
  @Test func `an id that is no token is never drawn`() throws {
    let V = TinyInputs.tokenizer.vocabularySize
    let parameters = try TinyInputs.padded(to: V + 8) { last in
      var logits = [Float](repeating: -40, count: V + 8)
      let next = TinyInputs.chain("Answer: 3")[Int32(last)]?.first ?? Tokenizer.eosId
      // After the first sign, a dead row is as likely as the text's own.
      logits[Int(next)] = 0
      if next == TinyInputs.token("n") { logits[V + 5] = 0 }
      return logits
    }
    let made = try sample(
      [Self.equation(3)], parameters, ["draws": 40, "keep_rejected": true])
    #expect(counts(made, "unknown_ids") == nil && counts(made, "accepted") == 40)
    #expect(made.details["never_drawn"] == 8)
  }

  /// Bytes are the same on one kind of processor: what was begun on another is said, and written
  /// down.
  @Test func `texts of another processor are taken over and named`() throws {
    let set = try TinyInputs.set(
      "problems",
      try TinyInputs.records("linear-equation", levels: 1...1, perLevel: 3)
        + Self.prompts, details: [:])
    let teacher = try TinyInputs.model("teacher", Self.scribe(3))
    let scratch = NSTemporaryDirectory() + "retort-texts-\(UUID().uuidString)"
    defer { try? Folder.remove(scratch) }
    let said = Mutex<[String]>([])
    func run(_ machine: String) throws -> MadeStage {
      var settings = Settings(
        ["batch": 1, "keep_unfinished": true, "max_new_tokens": 9], pipelineSeed: 42)
      let stage = try SampleStage(&settings, inputs: [set.input, teacher.input])
      return try MadeStage("samples", kind: SampleStage.kind) {
        try stage.run(
          StageContext(
            folder: $0, scratch: scratch, threads: 1,
            machine: { ["instruction_set": JSON(machine)] },
            notice: { line in said.withLock { $0.append(line) } }))
      }
    }
    #expect(
      try run("v4").details["machines"] == [["from": 1, "to": 5, "instruction_set": "v4"]])
    #expect(said.withLock { $0.isEmpty })
    try Folder.remove(scratch + "/texts-4.json")
    let mixed = try run("v3")
    #expect(
      mixed.details["machines"]
        == [
          ["from": 1, "to": 4, "instruction_set": "v4"],
          ["from": 5, "to": 5, "instruction_set": "v3"],
        ])
    let lines = said.withLock { $0 }
    #expect(lines.count == 1 && lines.first?.contains("text 5 on v3") == true, "\(lines)")
  }

  @Test func `a text without an end is counted apart`() throws {
    let three = TinyInputs.token("3")
    let (error, lines) = try failing(
      [Self.sum], TinyInputs.chainParameters([Tokenizer.sepId: [three], three: [three]]),
      ["max_new_tokens": 9])
    #expect(error.description.contains("1 came to no end within max_new_tokens: 9"))
    #expect(lines.first?["step"] == .null && lines.first?["solution"] == "333333333")
  }

  /// A special token stands for no bytes: dropped in silence it would make a good text of a bad
  /// one.
  @Test func `special tokens and broken UTF-8 are rejected by line`() throws {
    var chain = TinyInputs.chain("3\nAnswer: 3")
    let colon = TinyInputs.token(":")
    chain[colon] = [Tokenizer.padId]
    chain[Tokenizer.padId] = [TinyInputs.token(" ")]
    chain[TinyInputs.token("3")] = [TinyInputs.token("\n")]
    let marked = try failing(
      [Self.sum], TinyInputs.chainParameters(chain), ["max_new_tokens": 14])
    let line = try #require(marked.lines.first)
    #expect(line["step"] == 2)
    #expect(line["reason"]?.stringValue?.contains("<|pad|>") == true)

    let broken = TinyInputs.tokenizer.encode([0xFF])[0]
    let unreadable = try failing(
      [Self.sum], TinyInputs.chainParameters([Tokenizer.sepId: [broken]]))
    let second = try #require(unreadable.lines.first)
    #expect(second["step"] == 1)
    #expect(second["reason"]?.stringValue?.contains("unreadable") == true)
  }

  @Test func `a problem is asked once, whatever traces the set has of it`() throws {
    let twice = [
      Self.equation(3), TinyInputs.record("linear-equation", "x=3", "x=3\nAnswer: 3", answer: "3"),
      Self.equation(4),
    ]
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("Answer: 3"))
    #expect(counts(try sample(twice, teacher), "problems") == 2)
    #expect(counts(try sample(twice, teacher, ["count": 1]), "sampled") == 1)
  }

  @Test func `a problem that fills the model stays unfinished`() throws {
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("4"), positions: 5)
    let made = try sample(
      [
        TinyInputs.record("sum-reduce", "1+2+3+4", "…", answer: "0"), Self.sum, Record(prompt: "a"),
      ],
      teacher)
    #expect(counts(made, "unfinished") == 1 && counts(made, "rejected") == 1)
    #expect(counts(made, "unchecked") == 1)
  }

  @Test func `a problem that nothing can judge is refused`() throws {
    let teacher = try TinyInputs.chainParameters(TinyInputs.chain("4"))
    let record = TinyInputs.record("riddles", "Why?", "Because.", answer: "")
    #expect(
      throws: TeachingError.noFamily(set: "problems", sample: record.id, family: "riddles")
    ) { try sample([record], teacher) }
  }
}
