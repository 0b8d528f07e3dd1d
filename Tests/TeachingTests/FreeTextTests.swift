import Archives
import Files
import Models
import Records
import Sets
import StageSupport
import Stages
import Teaching
import Testing
import Tokenization

/// What a teacher writes in its own words.
struct `Free texts of a teacher` {
  private static func question(_ a: Int, _ b: Int) -> Record {
    TinyInputs.record(
      "worded-sum", "What is \(a) + \(b)?", "\(a)+\(b)=\(a + b)\nAnswer: \(a + b)",
      answer: "\(a + b)")
  }

  private func prompts(_ texts: [String]) throws -> MadeStage {
    try TinyInputs.set(
      "prompts", texts.map { Record(prompt: $0) }, details: ["verified": false])
  }

  /// A teacher that writes one text, whatever it is asked.
  private func sample(
    _ sets: [MadeStage], writing text: String, _ settings: JSONObject
  ) throws -> MadeStage {
    let teacher = try TinyInputs.model(
      "teacher", TinyInputs.chainParameters(TinyInputs.chain(text)))
    var with = settings
    with["temperature"] = 0
    with["keep_rejected"] = true
    return try MadeStage.run(SampleStage.self, "samples", with: with, on: sets + [teacher])
  }

  @Test func `for free prompts are kept, and the set says that nobody judged them`() throws {
    let made = try sample(
      [prompts(["Say three.", "Count."])], writing: "3", ["unverified": true])
    #expect(made.details["verified"] == false)
    #expect(made.details["counts"]?["unchecked"] == 2 && made.details["counts"]?["accepted"] == 0)
    let records = try ArchiveReader(directory: made.folder)
    for position in 0..<2 {
      let record = try records.sample(at: position).record()
      #expect(record.isPrompt && record.solution == "3" && record.answer == nil)
      #expect(record.checker == nil && record.origin.text.hasPrefix("teacher:"))
    }
  }

  @Test func `are asked for only where it is said that they cannot be verified`() throws {
    #expect(throws: SetError.unverified(set: "prompts")) {
      try sample([prompts(["Count."])], writing: "3", [:])
    }
  }

  /// The verifier reads the answer, and nothing else of it.
  @Test func `for questions are kept where their answer is right`() throws {
    let questions = try TinyInputs.set(
      "questions", [Self.question(1, 2), Self.question(2, 2), Self.question(3, 0)])
    let made = try sample([questions], writing: "3", ["judge": "answer"])
    let counts = try #require(made.details["counts"])
    #expect(counts["accepted"] == 2 && counts["rejected"] == 1 && counts["wrong_answers"] == 1)
    #expect(counts["unclear_answers"] == 0 && made.details["verified"] == true)
    let record = try ArchiveReader(directory: made.folder).sample(at: 0).record()
    #expect(record.answer == "3" && record.checker?.level == .answer && record.solution == "3")
    let line = try #require(made.lines("rejected.jsonl").first)
    #expect(line["problem"] == "What is 2 + 2?" && line["step"] == 1)
  }

  /// Two numbers, none of them stated: a text that may be right is kept out all the same.
  @Test func `without a clear answer are kept out`() throws {
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    let made = try sample(
      [questions, prompts(["Count."])], writing: "3?", ["judge": "answer", "unverified": true])
    #expect(made.details["counts"]?["unclear_answers"] == 1)
    #expect(made.details["counts"]?["missing_answers"] == 0)
    #expect(made.details["counts"]?["records"] == 1 && made.details["counts"]?["unchecked"] == 1)
  }

  @Test func `are judged line by line where the teacher learnt traces`() throws {
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    for judge in ["auto", "steps"] {
      let made = try sample(
        [questions, prompts(["Count."])], writing: "3",
        ["judge": JSON(judge), "unverified": true])
      #expect(made.details["counts"]?["rejected"] == 1)
      #expect(made.details["counts"]?["wrong_answers"] == nil)
    }
  }

  /// A base model never ends a text: what it wrote is worth something, but no end may be learnt.
  @Test func `that come to no end are kept where that is asked for`() throws {
    let loop = TinyInputs.token("o")
    let teacher = try TinyInputs.model(
      "teacher", TinyInputs.chainParameters([Tokenizer.sepId: [loop], loop: [loop]]))
    func sample(_ sets: [MadeStage], _ settings: JSONObject) throws -> MadeStage {
      var with = settings
      with["unverified"] = true
      with["max_new_tokens"] = 5
      return try MadeStage.run(SampleStage.self, "samples", with: with, on: sets + [teacher])
    }
    let prompts = try prompts(["Say o.", "Say it again."])
    let error = #expect(throws: TeachingError.self) { try sample([prompts], [:]) }
    for word in ["none of 2 texts", "max_new_tokens: 5", "keep_unfinished: true"] {
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    let made = try sample([prompts, questions], ["keep_unfinished": true])
    #expect(made.details["verified"] == false)
    let counts = try #require(made.details["counts"])
    // A question can be judged, so its beginning is worth nothing.
    #expect(counts["cut"] == 2 && counts["unfinished"] == 1 && counts["records"] == 2)
    #expect(counts["unchecked"] == 0 && counts["accepted"] == 0)
    let reader = try ArchiveReader(directory: made.folder)
    for position in 0..<2 {
      #expect(try reader.sample(at: position).record().solution == "ooooo")
      #expect(try reader.columns(at: position)["unfinished"] == 1)
    }
    #expect(made.manifest.content != reader.archive.content.hex)
  }

  /// A limit of tokens may fall into a character: its first bytes are no text.
  @Test func `that are cut within a character lose its beginning`() throws {
    let bytes = TinyInputs.tokenizer.encode(Array("ä€".utf8))
    var chain: [Int32: [Int32]] = [Tokenizer.sepId: [bytes[0]]]
    for (a, b) in zip(bytes, bytes.dropFirst()) { chain[a] = [b] }
    let teacher = try TinyInputs.model("teacher", TinyInputs.chainParameters(chain))
    for (limit, text) in [(2, "ä"), (3, "ä"), (4, "ä")] {
      let made = try MadeStage.run(
        SampleStage.self, "samples",
        with: ["unverified": true, "keep_unfinished": true, "max_new_tokens": JSON(limit)],
        on: [prompts(["Say it."]), teacher])
      #expect(try ArchiveReader(directory: made.folder).sample(at: 0).record().solution == text)
    }
    // One byte of two is no text at all.
    #expect(throws: TeachingError.self) {
      try MadeStage.run(
        SampleStage.self, "samples",
        with: ["unverified": true, "keep_unfinished": true, "max_new_tokens": 1],
        on: [prompts(["Say it."]), teacher])
    }
  }

  @Test func `of several sets make one`() throws {
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    let made = try sample(
      [prompts(["Count."]), questions], writing: "3", ["judge": "answer", "unverified": true])
    #expect(made.details["counts"]?["records"] == 2 && made.details["verified"] == false)
    let reader = try ArchiveReader(directory: made.folder)
    #expect(try reader.sample(at: 0).record().isPrompt)
    #expect(try reader.sample(at: 1).record().family == "worded-sum")
  }
}
