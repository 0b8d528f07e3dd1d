import Archives
import Curriculum
import Files
import Foundation
import Models
import Records
import SoftLabels
import StageSupport
import Stages
import Tensors
import Testing
import Tokenization

/// Difficulties that an index does not list: measured when an order is made.
struct `Measured difficulties` {
  private static let records = [
    TinyInputs.record("sum-reduce", "1+2", "3\nAnswer: 3", answer: "3"),
    TinyInputs.record("sum-reduce", "(1+(2+3))+4", "(1+5)+4\n6+4\n10\nAnswer: 10", answer: "10"),
    TinyInputs.record("sum-reduce", "(1+2)+3", "3+3\n6\nAnswer: 6", answer: "6"),
  ]

  /// The records as an archive whose index says nothing of them, and labels if asked for.
  private func set(labelled: Bool = false, tokens: Bool = true) throws -> MadeStage {
    let V = TinyInputs.tokenizer.vocabularySize
    var samples: [ArchiveSample] = []
    for (place, record) in Self.records.enumerated() {
      let (ids, mask) = TinyInputs.tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      var fields: [(name: String, bytes: [UInt8])] = [("json", record.line)]
      if tokens {
        fields += [
          ("tokens.npy", TokenMembers.encode(tokens: ids, vocabulary: V)),
          ("mask.npy", TokenMembers.encode(mask: mask)),
        ]
      }
      if labelled {
        // The next token gets 1/2, 1/4 or 1/8, and another one the rest.
        var rows = [Float](repeating: -.infinity, count: (ids.count - 1) * V)
        let p = pow(0.5, Float(place + 1))
        for t in 1..<ids.count {
          rows[(t - 1) * V + Int(ids[t])] = log(p)
          rows[(t - 1) * V + (Int(ids[t]) + 1) % V] = log(1 - p)
        }
        fields.append(
          (
            "logp.npy",
            try FullLabels.encode(
              logProbabilities: rows, rowCount: ids.count - 1, vocabulary: V)
          ))
      }
      samples.append(ArchiveSample(id: record.id, fields: fields, columns: [:]))
    }
    return try MadeStage("set", kind: tokens ? "label" : "generate") { folder in
      var writer = try ArchiveWriter(directory: folder, name: "data")
      for sample in samples { try writer.append(sample) }
      let summary = try writer.finish()
      try AtomicFile.write(TinyInputs.tokenizer.json, to: folder + "/tokenizer.json")
      return StageResult(
        content: summary.content.hex, archive: summary.description,
        details: ["vocab_size": JSON(V), "verified": true],
        files: summary.files.map(\.path) + ["tokenizer.json"], summary: "")
    }
  }

  /// The samples from easy to hard by a column.
  private func order(
    _ column: String, _ inputs: [MadeStage], _ with: JSONObject = [:]
  ) throws -> (order: [Int], histogram: JSON) {
    var settings: JSONObject = [
      "order": "easy-to-hard", "steps": 3, "batch": 1, "column": JSON(column),
    ]
    for member in with.members { settings[member.key] = member.value }
    let made = try MadeStage.run(CurriculumStage.self, "order", with: settings, on: inputs)
    let tensor = try NPY.decode(readFile(made.folder + "/order.npy"), named: "order.npy")
    guard case .uint32(let order) = tensor.elements else { return ([], .null) }
    return (order.map { Int($0) }, try made.json("histogram.json"))
  }

  @Test(arguments: [
    ("steps", [0, 2, 1]), ("depth", [0, 2, 1]), ("tokens", [0, 2, 1]),
    ("teacher_ce", [0, 1, 2]), ("teacher_entropy", [2, 1, 0]),
  ])
  func `sort a set whose index has no such column`(column: String, expected: [Int]) throws {
    #expect(try order(column, [set(labelled: true)]).order == expected)
  }

  /// Halves round the logarithms: -log(1/2) to 2^-12 of itself.
  @Test func `of a teacher are means over targets, in nats`() throws {
    let histogram = try order("teacher_ce", [set(labelled: true)]).histogram
    let bins = try #require(histogram["bins"]?.arrayValue).compactMap {
      $0.arrayValue?[0].doubleValue
    }
    for (found, expected) in zip(bins, [log(2.0), log(4.0), log(8.0)]) {
      #expect(abs(found - expected) < 1e-3)
    }
    #expect(bins.count == 3)
  }

  /// A model that writes the second record's solution finds it easiest.
  @Test(arguments: [true, false]) func `are a student's loss where one is given`(tokens: Bool)
    throws
  {
    let chain = TinyInputs.chain(Self.records[1].solution)
    let model = try TinyInputs.model("student", TinyInputs.chainParameters(chain))
    let found = try order("student_loss", [set(tokens: tokens), model])
    #expect(found.order.first == 1)
    #expect(try order("student_loss", [model, set(tokens: tokens)]).order == found.order)
  }

  @Test func `are refused where something is missing for them`() throws {
    func failure(_ column: String, _ inputs: [MadeStage]) -> String {
      do {
        _ = try order(column, inputs)
        return ""
      } catch {
        return "\(error)"
      }
    }
    let plain = try set(tokens: false)
    let model = try TinyInputs.model("student", TinyInputs.randomParameters(seed: 1))
    #expect(failure("tokens", [plain]).contains("holds texts"))
    #expect(failure("teacher_ce", [plain]).contains("has none"))
    #expect(failure("teacher_entropy", [try set()]).contains("has none"))
    #expect(failure("student_loss", [plain]).contains("give one beside the set"))
    #expect(failure("level", [plain, model]).contains("whose loss nothing reads"))
    #expect(failure("hardness", [plain]).contains("or one that is measured: steps, depth, tokens"))
    #expect(failure("level", [plain, model, model]).contains("expected as inputs"))
    let other = Tokenizer.train(on: [Array("abab".utf8)], vocabularySize: 262).tokenizer
    let stranger = try TinyInputs.model(
      "stranger", TinyInputs.randomParameters(seed: 1, vocabulary: 262), tokenizer: other)
    #expect(failure("student_loss", [try set(), stranger]).contains("another than the set's"))
  }

  /// Settings of pacings belong to the orders that have one.
  @Test func `come with pacings that are checked while planning`() throws {
    let input = try set()
    for with: JSONObject in [
      ["order": "linear", "pacing": "root-p"], ["order": "random", "buckets": 3],
      ["order": "root-p", "power": 0.5], ["order": "discrete", "buckets": 0],
      ["order": "anti", "pacing": "cubic"], ["order": "anti", "buckets": 3],
      ["order": "linear", "power": 2], ["order": "sideways"],
    ] {
      #expect(throws: ConfigurationError.self) { try order("tokens", [input], with) }
    }
    for with: JSONObject in [
      ["order": "root-p", "power": 3], ["order": "discrete", "buckets": 2],
      ["order": "anti", "pacing": "discrete", "buckets": 2], ["order": "middle-loss"],
      ["order": "self-paced", "pacing": "root-p", "power": 1.5], ["order": "interleaved"],
      ["order": "paced-random", "pacing": "linear"], ["order": "paced-random"],
      ["order": "warm-up-then-random"],
    ] {
      #expect(try order("tokens", [input], with).order.count == 3)
    }
  }
}
