import Archives
import Files
import Models
import Records
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
    #expect(throws: TeachingError.unverified(set: "prompts")) {
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
    #expect(record.answer == "3" && record.checker?.level == "answer" && record.solution == "3")
    let line = try #require(made.lines("rejected.jsonl").first)
    #expect(line["problem"] == "What is 2 + 2?" && line["step"] == 1)
  }

  /// Two numbers, none of them stated: a text that may be right is kept out all the same.
  @Test func `without a clear answer are kept out`() throws {
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    let made = try sample([questions], writing: "3?", ["judge": "answer"])
    #expect(made.details["counts"]?["unclear_answers"] == 1)
    #expect(made.details["counts"]?["missing_answers"] == 0)
    #expect(made.details["counts"]?["records"] == 0)
  }

  @Test func `are judged line by line where the teacher learnt traces`() throws {
    let questions = try TinyInputs.set("questions", [Self.question(1, 2)])
    for judge in ["auto", "steps"] {
      let made = try sample([questions], writing: "3", ["judge": JSON(judge)])
      #expect(made.details["counts"]?["rejected"] == 1)
      #expect(made.details["counts"]?["wrong_answers"] == nil)
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
