import Archives
import Files
import Foundation
import Models
import Records
import Sets
import SoftLabels
import StageSupport
import Stages
import Teaching
import Testing
import Tokenization

/// Labels by several teachers, and by teachers with other tokens than the student's.
struct `Labels of other teachers` {
  /// Merges that the tiny tokenizer lacks.
  private static let merged = Tokenizer.train(
    on: [Array(String(repeating: "Answer: 1+2 3+4 10 12 ", count: 30).utf8)],
    vocabularySize: Tokenizer.smallestVocabulary + 20
  ).tokenizer

  private static func sums() throws -> MadeStage {
    try TinyInputs.set("sums", TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 5))
  }

  private static func student(_ name: String = "student") throws -> MadeStage {
    try TinyInputs.model(
      name, TinyInputs.randomParameters(seed: 9, vocabulary: merged.vocabularySize),
      tokenizer: merged)
  }

  private static func teacher(_ name: String, _ seed: UInt64) throws -> MadeStage {
    try TinyInputs.model(name, TinyInputs.randomParameters(seed: seed))
  }

  private func label(
    _ inputs: [MadeStage], _ settings: JSONObject = [:], threads: Int = 1
  ) throws -> MadeStage {
    var with: JSONObject = ["encoding": "full", "batch": 3]
    for member in settings.members { with[member.key] = member.value }
    return try MadeStage.run(LabelStage.self, "labels", with: with, on: inputs, threads: threads)
  }

  /// Log-probabilities of every sample, with its tokens and mask.
  private func rows(
    _ made: MadeStage
  ) throws -> [(tokens: [Int32], mask: [UInt8], rows: [Float])] {
    let set = try TokenSet(reader: ArchiveReader(directory: made.folder), name: "labels")
    let labels = try set.labels()
    return try (0..<set.count).map { position in
      let sample = try set.reader.sample(at: position)
      let (tokens, mask) = try set.tokens(of: sample)
      let read = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      return (
        tokens, mask, try read.logProbabilities(0..<(tokens.count - 1), sample: sample.id)
      )
    }
  }

  /// Halves round logarithms to 2^-11 of themselves, twice.
  private func areClose(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { abs($0 - $1) <= 0x1p-9 * max(1, abs($1)) || $0 == $1 }
  }

  @Test func `of several are the mixture of their probabilities`() throws {
    let set = try Self.sums()
    let (a, b) = (try Self.teacher("a", 1), try Self.teacher("b", 2))
    let mixed = try label([set, a, b], ["teachers": ["a": 3, "b": 1]])
    let (alone, other) = (try rows(label([set, a])), try rows(label([set, b])))
    for (found, (x, y)) in zip(try rows(mixed), zip(alone, other)) {
      #expect(found.tokens == x.tokens && found.mask == x.mask)
      let expected = zip(x.rows, y.rows).map { log(0.75 * exp($0) + 0.25 * exp($1)) }
      #expect(areClose(found.rows, expected))
    }
    #expect(mixed.details["teachers"]?.arrayValue?.count == 2)
    #expect(mixed.details["encoding"] == "full")
    // Nothing depends on threads, and the states of several are no states.
    #expect(
      try label([set, a, b], ["teachers": ["a": 3, "b": 1]], threads: 3).digests == mixed.digests)
    #expect(try label([set, a, b], ["encoding": "auto"]).details["encoding"] == "full")
    #expect(throws: (any Error).self) { try label([set, a, b], ["encoding": "hidden"]) }
  }

  @Test func `that are routed are those of the family's teacher`() throws {
    let set = try TinyInputs.set(
      "both",
      try TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 4)
        + TinyInputs.records("linear-equation", levels: 1...1, perLevel: 4))
    let (a, b) = (try Self.teacher("a", 1), try Self.teacher("b", 2))
    let routed = try rows(label([set, a, b], ["route": ["sum-reduce": "b", "default": "a"]]))
    let (alone, other) = (try rows(label([set, a])), try rows(label([set, b])))
    for place in 0..<8 {
      #expect(areClose(routed[place].rows, (place < 4 ? other : alone)[place].rows))
      #expect(!areClose(routed[place].rows, (place < 4 ? alone : other)[place].rows))
    }
    let error = #expect(throws: TeachingError.self) {
      try label([set, a, b], ["route": ["sum-reduce": "b", "sat": "a"]])
    }
    #expect(error.map { "\($0)".contains("linear-equation") } == true)
  }

  @Test func `of several with other tokens are refused`() throws {
    let set = try Self.sums()
    let error = #expect(throws: TeachingError.self) {
      try label([set, try Self.teacher("a", 1), try Self.student()])
    }
    #expect(error.map { "\($0)".contains("must share a tokenizer") } == true)
  }

  /// A student with the teacher's own tokens gets what the teacher says, everywhere.
  @Test func `carried to the same tokens are the teacher's`() throws {
    let set = try Self.sums()
    let teacher = try Self.teacher("teacher", 1)
    let twin = try Self.teacher("twin", 5)
    let carried = try label([set, teacher, twin], ["student": "twin"])
    let own = try rows(label([set, teacher]))
    for (found, expected) in zip(try rows(carried), own) {
      #expect(found.tokens == expected.tokens && found.mask == expected.mask)
      let V = TinyInputs.tokenizer.vocabularySize
      for t in 1..<found.tokens.count where found.mask[t] == 1 {
        let row = ((t - 1) * V)..<(t * V)
        // Special ids are no text: their mass is left out, and the rest renormalised.
        let dead = log1p(-expected.rows[row].prefix(2).reduce(Float(0)) { $0 + exp($1) })
        let (x, y) = (Array(found.rows[row]), expected.rows[row].map { $0 - dead })
        #expect(areClose(Array(x[2...]), Array(y[2...])))
      }
    }
    let spans = try #require(carried.details["spans"])
    #expect(spans["labelled"] == spans["targets"] && spans["moved_mass"]?.doubleValue == 0)
  }

  @Test func `carried to other tokens are distributions over those, where both begin`() throws {
    let set = try Self.sums()
    // It writes `Answer` byte by byte, which is one token of the student's: mass moves there.
    let teacher = try TinyInputs.model(
      "teacher", TinyInputs.chainParameters(TinyInputs.chain("3\nAnswer: 3")))
    let made = try label([set, teacher, try Self.student()], ["student": "student"])
    let V = Self.merged.vocabularySize
    #expect(made.details["vocab_size"]?.intValue == V)
    #expect(made.details["tokenizer"]?.stringValue == Self.merged.fingerprint)
    var labelled = 0
    for sample in try rows(made) {
      #expect(sample.rows.count == (sample.tokens.count - 1) * V)
      for t in 0..<(sample.tokens.count - 1) {
        let row = sample.rows[(t * V)..<((t + 1) * V)]
        #expect(abs(row.reduce(Float(0)) { $0 + exp($1) } - 1) < 1e-3)
        if sample.mask[t + 1] == 1 {
          labelled += 1
          #expect(row[row.startIndex + Int(sample.tokens[t + 1])] > -25)
        }
      }
    }
    let spans = try #require(made.details["spans"])
    // A teacher of bytes has a boundary everywhere.
    #expect(spans["labelled"]?.intValue == labelled && spans["common"] == spans["targets"])
    #expect(labelled > 0 && (spans["moved_mass"]?.doubleValue ?? 0) > 0)
    #expect(made.details["counts"]?["targets"]?.intValue == labelled)
    // The other way a student of bytes begins inside the teacher's tokens.
    let back = try label(
      [set, try Self.student("large"), try Self.teacher("small", 3)], ["student": "small"],
      threads: 2)
    let less = try #require(back.details["spans"])
    #expect((less["common"]?.intValue ?? 0) < (less["targets"]?.intValue ?? 0))
    #expect((less["labelled"]?.intValue ?? 0) > 0)
    #expect(
      try label(
        [set, try Self.student("large"), try Self.teacher("small", 3)], ["student": "small"]
      ).digests == back.digests)
  }

  @Test(
    arguments: [
      (["student": "nobody"], "expected one of several models"), (["student": 3], "expected one"),
      (["student_template": "plain"], "belongs to a student"),
      (["student": "b", "student_template": "x"], "expected one of retort"),
      (["student": "b", "source": "none"], "expected teacher"),
      (["student": "b", "source": "oracle"], "expected teacher"),
      (["teachers": ["a": 1, "b": 1], "student": "b"], "for several teachers"),
    ] as [(JSONObject, String)])
  func `that cannot be meant are refused`(with: JSONObject, words: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try label([try Self.sums(), try Self.teacher("a", 1), try Self.teacher("b", 2)], with)
    }
    #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
  }
}
