import Archives
import Evaluation
import Files
import Foundation
import Models
import Records
import Sets
import SoftLabels
import StageSupport
import Stages
import Teaching
import Tensors
import Testing
import Tokenization

struct `The evaluate stage` {
  private static let V = TinyInputs.tokenizer.vocabularySize

  private static func labels(
    _ records: [Record], source: String, teacher: Parameters? = nil
  ) throws -> MadeStage {
    let model = try TinyInputs.model(
      "teacher", teacher ?? TinyInputs.randomParameters(seed: 1))
    return try MadeStage.run(
      LabelStage.self, "test", with: ["source": JSON(source), "encoding": "full"],
      on: [TinyInputs.set("problems", records), model])
  }

  private static func evaluate(
    _ model: MadeStage, _ set: MadeStage, _ settings: JSONObject = [:], threads: Int = 1
  ) throws -> MadeStage {
    try MadeStage.run(
      EvaluateStage.self, "evaluation", with: settings, on: [model, set], threads: threads)
  }

  /// Free texts are scored on what stands there; nothing that is written in their place could be
  /// judged, so nothing is, and shares of right answers are of the others.
  @Test func `writes nothing for a free prompt`() throws {
    let free = Record(prompt: "Say three.", solution: "3", origin: .teacher("0123456789abcdef"))
    let set = try TinyInputs.set(
      "texts", [free] + Self.sums(), details: ["verified": false])
    let model = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let labels = try MadeStage.run(
      LabelStage.self, "test", with: ["source": "none", "unverified": true], on: [set, model])
    let made = try Self.evaluate(model, labels)
    let lines = try made.lines("final.jsonl")
    #expect(lines.count == 13 && lines.count { $0["family"] == "prompt" } == 1)
    for line in lines { #expect((line["generated"] == .null) == (line["family"] == "prompt")) }
    let prompt = try #require(lines.first { $0["family"] == "prompt" })
    #expect((prompt["nll_forced"]?.doubleValue ?? 0) > 0 && prompt["generated_tokens"] == 0)
  }

  private static func sums() throws -> [Record] {
    try TinyInputs.records("sum-reduce", levels: 1...2, perLevel: 6)
  }

  private static func equation(_ value: Int) -> Record {
    TinyInputs.record("linear-equation", "x=\(value)", "Answer: \(value)", answer: "\(value)")
  }

  private static func uniform() throws -> Parameters {
    try TinyInputs.tableParameters { _ in [Float](repeating: 0, count: V) }
  }

  /// A model of no opinion costs log V a token. Of 1+2+3+4 ⏎ 1+2+7 ⏎ 3+7 ⏎ 0 ⏎ Answer: 0 three
  /// tokens are choices, with entropies log 3 - 2/3 log 2, log 2 and log 2 and two ways each.
  @Test func `a uniform model has the figures of the closed form`() throws {
    let trace = "1+2+7\n3+7\n0\nAnswer: 0"
    let set = try Self.labels(
      [TinyInputs.record("sum-reduce", "1+2+3+4", trace, answer: "0")], source: "oracle")
    let made = try Self.evaluate(
      TinyInputs.model("student", Self.uniform()), set, ["generate": false])
    let line = try #require(made.lines("final.jsonl").first)
    func figure(_ key: String) -> Double { line[key]?.doubleValue ?? .nan }
    let forced = Double(trace.utf8.count + 1 - 3)
    let V = Double(Self.V)
    #expect(line["n_choice"] == 3 && figure("n_forced") == forced)
    // float32 logarithms near 5.6 are off by 2^-22 each; halves by 2^-11 of a row's -log p.
    #expect(abs(figure("nll_choice") - 3 * log(V)) < 1e-4)
    #expect(abs(figure("nll_forced") - forced * log(V)) < 1e-4)
    #expect(abs(figure("ce_choice") - 3 * log(V)) < 1e-4)
    #expect(abs(figure("ce_forced") - forced * log(V)) < 1e-4)
    #expect(abs(figure("entropy_choice") - (log(3) + 4 * log(2) / 3)) < 2e-3)
    #expect(abs(figure("invalid_mass") - (3 * (1 - 2 / V) + forced * (1 - 1 / V))) < 1e-4)
    #expect(line["generated"] == .null && line["answer_ok"] == false)
    let overall = try #require(try made.json("summary.json")["final"]?["overall"])
    let divergence = try #require(overall["kl_choice"]?.doubleValue)
    #expect(abs(divergence - (log(V) - (log(3) + 4 * log(2) / 3) / 3)) < 1e-3)
    #expect(overall["answer_share"] == .null)
  }

  /// The table is an independent witness: nll is what its softmax says, token by token.
  @Test func `a table model is charged what its table says`() throws {
    let logits: (Int) -> [Float] = { last in
      (0..<Self.V).map { Float((last * 31 + $0 * 17) % 13) / 3 }
    }
    let records = try Self.sums()
    let set = try Self.labels(records, source: "none")
    let made = try Self.evaluate(
      TinyInputs.model("student", TinyInputs.tableParameters(logits: logits)), set,
      ["generate": false, "batch": 5])
    let lines = try made.lines("final.jsonl")
    #expect(lines.map { $0["id"]?.stringValue } == records.map(\.id))
    for (record, line) in zip(records, lines) {
      let (tokens, mask) = TinyInputs.tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      var expected = 0.0
      for t in tokens.indices where mask[t] == 1 {
        let row = logits(Int(tokens[t - 1])).map(Double.init)
        expected += log(row.reduce(0) { $0 + exp($1) }) - row[Int(tokens[t])]
      }
      let found = try #require(line["nll_forced"]?.doubleValue)
      #expect(abs(found - expected) < 1e-3)
      #expect(line["n_choice"] == 0 && line["nll_choice"]?.doubleValue == 0)
      for key in ["ce_choice", "ce_forced", "entropy_choice", "invalid_mass"] {
        #expect(line[key] == .null)
      }
    }
    #expect(try made.json("summary.json")["oracle"] == false)
  }

  /// The teacher against its own labels lacks nothing.
  @Test func `a teacher has no divergence from its own labels`() throws {
    let teacher = try TinyInputs.randomParameters(seed: 4)
    let set = try Self.labels(Self.sums(), source: "teacher", teacher: teacher)
    let made = try Self.evaluate(
      TinyInputs.model("student", teacher), set, ["generate": false])
    let overall = try #require(try made.json("summary.json")["final"]?["overall"])
    #expect(overall["n_choice"] == 0 && overall["invalid_mass"] == .null)
    let divergence = try #require(overall["kl_forced"]?.doubleValue)
    #expect(divergence > -1e-6 && divergence < 1e-4)
  }

  @Test func `what is written is judged by its answer and by the verifier`() throws {
    let set = try Self.labels([Self.equation(3), Self.equation(4)], source: "oracle")
    let student = try TinyInputs.model(
      "student", TinyInputs.chainParameters(TinyInputs.chain("Answer: 3")))
    let made = try Self.evaluate(student, set, ["max_new_tokens": 20])
    let lines = try made.lines("final.jsonl")
    #expect(lines.map { $0["generated"] } == ["Answer: 3", "Answer: 3"])
    #expect(lines.map { $0["answer_ok"] } == [true, false])
    #expect(lines.map { $0["verified"] } == [true, false])
    #expect(lines.map { $0["first_error"] } == [.null, 1])
    #expect(lines.map { $0["generated_tokens"] } == [10, 10])
    let levels = try #require(try made.json("summary.json")["final"]?["levels"]?.arrayValue)
    #expect(levels.count == 1 && levels[0]["family"] == "linear-equation")
    #expect(levels[0]["answer_share"]?.doubleValue == 0.5)
    #expect(made.details["counts"]?["verified"] == 1)
  }

  @Test func `the best weights are examined beside the last`() throws {
    let set = try Self.labels([Self.equation(3)], source: "oracle")
    let student = try TinyInputs.model(
      "student", Self.uniform(),
      best: TinyInputs.tableParameters { last in
        var row = [Float](repeating: -40, count: Self.V)
        for token in TinyInputs.chain("Answer: 3")[Int32(last)] ?? [Tokenizer.eosId] {
          row[Int(token)] = 0
        }
        return row
      })
    let made = try Self.evaluate(student, set, ["max_new_tokens": 20])
    #expect(try made.lines("final.jsonl")[0]["verified"] == false)
    #expect(try made.lines("best.jsonl")[0]["verified"] == true)
    #expect(
      try made.json("summary.json")["best"]?["overall"]?["verified_share"]?.doubleValue == 1)
    let alone = try Self.evaluate(TinyInputs.model("student", Self.uniform()), set)
    #expect(alone.manifest.file("best.jsonl") == nil)
    #expect(try alone.json("summary.json")["best"] == .null)
  }

  @Test func `writes the same bytes on any number of threads`() throws {
    let set = try Self.labels(Self.sums(), source: "oracle")
    let student = try TinyInputs.model(
      "student", TinyInputs.randomParameters(seed: 2), best: TinyInputs.randomParameters(seed: 3))
    let made = try [1, 2, 3].map {
      try Self.evaluate(student, set, ["batch": 3, "max_new_tokens": 10], threads: $0)
    }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[1].details && made[0].details == made[2].details)
  }

  @Test func `another tokenizer is refused by name`() throws {
    let set = try Self.labels(Self.sums(), source: "oracle")
    let texts = [[UInt8]](repeating: Array("Answer: Answer: Answer:".utf8), count: 8)
    let other = Tokenizer.train(on: texts, vocabularySize: Self.V + 2).tokenizer
    let student = try TinyInputs.model(
      "student",
      TinyInputs.randomParameters(seed: 2, vocabulary: other.vocabularySize), tokenizer: other)
    #expect(
      throws: EvaluationError.tokenizer(
        model: "student", set: "test", modelHas: other.fingerprint,
        setHas: TinyInputs.tokenizer.fingerprint)
    ) { try Self.evaluate(student, set) }
  }

  @Test func `another vocabulary is refused`() throws {
    let set = try Self.labels(Self.sums(), source: "oracle")
    let student = try TinyInputs.model(
      "student", TinyInputs.randomParameters(seed: 2, vocabulary: Self.V + 8))
    #expect(
      throws: EvaluationError.vocabulary(
        model: "student", set: "test", modelHas: Self.V + 8, setHas: Self.V)
    ) { try Self.evaluate(student, set) }
  }

  /// Figures against labels of other positions look like figures.
  @Test func `labels shifted by one token are refused`() throws {
    let set = try Self.labels(Self.sums(), source: "teacher")
    let reader = try ArchiveReader(directory: set.folder)
    let samples = try reader.samples(in: 0..<reader.count).map { sample in
      var sample = sample
      let at = try #require(sample.fields.firstIndex { $0.name == FullLabels.field })
      let tensor = try NPY.decode(sample.fields[at].bytes, named: sample.id)
      guard case .float16bits(let halves) = tensor.elements else { return sample }
      let cut = tensor.shape[1]
      sample.fields[at].bytes = NPY.encode(
        Tensor(
          shape: tensor.shape, elements: .float16bits(Array(halves[cut...] + halves[..<cut]))))
      return sample
    }
    let shifted = try TinyInputs.archive("test", kind: "label", samples, set.details)
    let student = try TinyInputs.model("student", Self.uniform())
    let settings: JSONObject = ["generate": false]
    _ = try Self.evaluate(student, set, settings)
    let error = #expect(throws: SoftLabelError.self) {
      try Self.evaluate(student, shifted, settings)
    }
    guard case .misaligned = error else {
      Issue.record("expected misaligned, found \(String(describing: error))")
      return
    }
  }

  @Test func `an item longer than the model reads is named`() throws {
    let set = try Self.labels(Self.sums(), source: "none")
    let student = try TinyInputs.model(
      "student", TinyInputs.randomParameters(seed: 2, positions: 12))
    let error = #expect(throws: EvaluationError.self) { try Self.evaluate(student, set) }
    guard case .tooLong = error else {
      Issue.record("expected tooLong, found \(String(describing: error))")
      return
    }
  }

  @Test func `a set of records alone is refused with the way out`() throws {
    let records = try TinyInputs.archive(
      "test", kind: "label", Self.sums().map { ArchiveSample(record: $0) }, [:])
    let student = try TinyInputs.model("student", Self.uniform())
    let error = #expect(throws: SetError.self) { try Self.evaluate(student, records) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("source: none"))
  }

  @Test func `every setting has its default written out`() throws {
    let set = try Self.labels([Self.equation(3)], source: "none")
    let student = try TinyInputs.model("student", Self.uniform())
    var settings = Settings([:])
    _ = try EvaluateStage(&settings, inputs: [set.input, student.input])
    #expect(
      JSON.object(settings.resolved).text
        == #"{"max_new_tokens":256,"batch":64,"generate":true}"#)
  }
}
