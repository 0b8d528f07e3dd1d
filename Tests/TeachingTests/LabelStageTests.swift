import Archives
import Files
import Foundation
import Kernels
import Models
import Records
import Sets
import SoftLabels
import StageSupport
import Stages
import Teaching
import Testing
import Tokenization

struct `The label stage` {
  static func label(
    _ set: MadeStage, _ teacher: MadeStage, _ settings: JSONObject = [:], threads: Int = 1
  ) throws -> MadeStage {
    var with = settings
    if with["encoding"] == nil { with["encoding"] = "full" }
    return try MadeStage.run(
      LabelStage.self, "labels", with: with, on: [set, teacher], threads: threads)
  }

  static func sums() throws -> MadeStage {
    try TinyInputs.set("sums", TinyInputs.records("sum-reduce", levels: 1...3, perLevel: 7))
  }

  static func member(_ made: MadeStage, _ field: String, at position: Int) throws -> [UInt8] {
    let sample = try ArchiveReader(directory: made.folder).sample(at: position)
    return try #require(sample[field])
  }

  @Test func `writes the same bytes on any number of threads`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let made = try [1, 2, 3].map {
      try Self.label(set, teacher, ["batch": 4], threads: $0)
    }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[1].details && made[0].details == made[2].details)
    try ArchiveReader.verify(directory: made[0].folder)
    #expect(
      try ArchiveReader(directory: made[0].folder).fields
        == ["json", "tokens.npy", "mask.npy", "logp.npy"])
    #expect(made[0].manifest.file("tokenizer.json") != nil)
  }

  @Test func `holds the same samples whether its frames are compressed or not`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let made = try ["zstd", "none"].map {
      try Self.label(set, teacher, ["compression": JSON($0)])
    }
    let readers = try made.map { try ArchiveReader(directory: $0.folder) }
    #expect(readers[0].archive.content == readers[1].archive.content)
    try ArchiveReader.verify(directory: made[1].folder)
    let sizes = made.map { $0.manifest.file("data-000000.tar.zst")?.bytes ?? 0 }
    #expect(sizes[0] > 0 && sizes[0] < sizes[1])
    #expect(throws: (any Error).self) { try Self.label(set, teacher, ["compression": "gzip"]) }
  }

  /// The rows of a table model are known without any forward pass: row t is what the table says
  /// after token t. A half is off by 2^-11 of itself, a logit by float32's rounding.
  @Test func `row t is the teacher's distribution after token t`() throws {
    let logits: (Int) -> [Float] = { last in
      (0..<TinyInputs.tokenizer.vocabularySize).map { Float((last * 31 + $0 * 17) % 13) / 3 }
    }
    let teacher = try TinyInputs.model("teacher", TinyInputs.tableParameters(logits: logits))
    let made = try Self.label(Self.sums(), teacher, ["batch": 5])
    let V = TinyInputs.tokenizer.vocabularySize
    let reader = try ArchiveReader(directory: made.folder)
    var crossEntropy = 0.0
    var targets = 0
    for sample in try reader.samples(in: 0..<reader.count) {
      let record = try sample.record()
      let (tokens, mask) = try TokenMembers.decode(
        tokens: #require(sample["tokens.npy"]), mask: #require(sample["mask.npy"]), vocabulary: V,
        sample: sample.id)
      let expected = TinyInputs.tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      #expect(tokens == expected.tokens && mask == expected.mask)
      let rows = try FullLabels.decode(
        #require(sample["logp.npy"]), rowCount: tokens.count - 1, vocabulary: V)
      for t in 0..<(tokens.count - 1) {
        let row = logits(Int(tokens[t])).map(Double.init)
        let normaliser = log(row.reduce(0) { $0 + exp($1) })
        for v in 0..<V {
          let exact = row[v] - normaliser
          #expect(abs(Double(rows[t * V + v]) - exact) < abs(exact) * 0x1p-10 + 1e-4)
        }
        if mask[t + 1] == 1 {
          crossEntropy += normaliser - row[Int(tokens[t + 1])]
          targets += 1
        }
      }
    }
    let certificate = try Certificate(json: made.details["certificate"])
    #expect(certificate.targets == targets)
    #expect(abs(certificate.teacherCrossEntropy - crossEntropy / Double(targets)) < 1e-4)
    #expect(abs(certificate.massKept - 1) < 1e-6 && certificate.divergenceMaximum < 1e-3)
  }

  /// The readout lies beside the rows, and both give the distributions that `full` stores.
  @Test(arguments: ["float16", "int8", "grid"])
  func `hidden states stand for the distributions that full labels store`(type: String) throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let full = try Self.label(set, teacher, ["batch": 5])
    let made = try [1, 2, 3].map {
      try Self.label(
        set, teacher, ["batch": 5, "encoding": "hidden", "hidden_type": JSON(type)], threads: $0)
    }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[2].details)
    try ArchiveReader.verify(directory: made[0].folder)
    let V = TinyInputs.tokenizer.vocabularySize
    let reader = try ArchiveReader(directory: made[0].folder)
    let labels = try TokenSet(reader: reader, name: "hidden").labels()
    #expect(labels.codec.encoding.name == Hidden.name)
    #expect(!reader.fields.contains("logp.npy"))
    let dense = try ArchiveReader(directory: full.folder)
    #expect(try dense.ids == reader.ids)
    var largest: Float = 0
    for position in 0..<reader.count {
      let (a, b) = (try reader.sample(at: position), try dense.sample(at: position))
      #expect(a["tokens.npy"] == b["tokens.npy"] && a["mask.npy"] == b["mask.npy"])
      let rows = try FullLabels.rowCount(ofBytes: #require(b["logp.npy"]).count, vocabulary: V)
      let x = try labels.rows({ a[$0] }, count: rows, sample: a.id)
        .logProbabilities(0..<rows, sample: a.id)
      let y = try FullLabels.decode(#require(b["logp.npy"]), rowCount: rows, vocabulary: V)
      // What a half is off by is no difference.
      for (p, q) in zip(x, y) { largest = max(largest, abs(p - q) - 0x1p-10 * abs(q)) }
    }
    // A logit and its row's normaliser each move by at most |error of h| |r|, states having the
    // norm sqrt(C): 2^-11 of that, or C times the largest number over 254.
    let parameters = try TinyInputs.randomParameters(seed: 1)
    let C = parameters.configuration.hiddenSize
    var norm: Float = 0
    for v in 0..<V {
      let row = parameters.readout[(v * C)..<((v + 1) * C)].array
      let square: Float = row.reduce(0) { $0 + $1 * $1 }
      norm = max(norm, square.squareRoot())
    }
    let step = made[0].details["hidden"]?["step"]?.doubleValue.map { Float($0) } ?? 0
    let error =
      switch type {
      case "float16": 0x1p-11 * Float(C).squareRoot()
      case "int8": Float(C) / 254
      default: step / 2 * Float(C).squareRoot()
      }
    #expect(largest < 2 * error * norm)
    let certificate = try Certificate(json: made[0].details["certificate"])
    if type == "grid" { #expect(0.2e-4..<2e-4 ~= certificate.divergenceMean) }
    let other = try Certificate(json: full.details["certificate"])
    #expect(certificate.targets == other.targets)
    #expect(abs(certificate.teacherCrossEntropy - other.teacherCrossEntropy) < 1e-5)
    #expect(abs(certificate.meanEntropy - other.meanEntropy) < 1e-4)
    #expect(made[0].manifest.content != full.manifest.content)
  }

  /// A padded vocabulary, or one mostly never used, says little of the rows that are likely. The
  /// step must hold where nine rows of ten are junk, and a set that it does not hold for is
  /// refused.
  @Test(arguments: [(38, true), (4, false)])
  func `a grid is as fine as it says, or refused`(used: Int, holds: Bool) throws {
    let parameters = try TinyInputs.randomParameters(seed: 1)
    let C = parameters.configuration.hiddenSize
    for place in (used * C)..<parameters.readout.count { parameters.readout[place] *= 0.02 }
    let teacher = try TinyInputs.model("teacher", parameters)
    func label() throws -> MadeStage {
      try Self.label(
        Self.sums(), teacher, ["encoding": "hidden", "hidden_type": "grid", "hidden_error": 1e-5])
    }
    guard holds else {
      let error = #expect(throws: SoftLabelError.self) { try label() }
      guard case .rounding(_, let found, asked: 1e-5) = error, found > 4e-5 else {
        Issue.record("\(String(describing: error))")
        return
      }
      return
    }
    #expect(try Certificate(json: label().details["certificate"]).divergenceMean < 1e-5)
  }

  /// The rows alone do not say what they mean: another readout is another set.
  @Test func `a readout changed behind the manifest is refused`() throws {
    let made = try Self.label(
      Self.sums(), TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1)),
      ["encoding": "hidden"])
    let path = made.folder + "/" + Readout.fileName
    var bytes = try readFile(path)
    bytes[bytes.count - 3] ^= 1
    try AtomicFile.write(bytes, to: path)
    #expect(throws: ManifestError.self) {
      try TokenSet(made.input).labels()
    }
  }

  @Test func `an encoding takes its own settings and no other's`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let beside = try Self.label(set, teacher, ["encoding": "hidden", "hidden_type": "int8"])
    let inside = try Self.label(
      set, teacher, ["encoding": ["name": "hidden", "hidden_type": "int8"]])
    #expect(beside.digests == inside.digests)
    let error = #expect(throws: ConfigurationError.self) {
      try Self.label(set, teacher, ["encoding": "full", "hidden_type": "int8"])
    }
    #expect(error?.path == ["hidden_type"])
  }

  @Test func `the smaller exact encoding is the default, and the truth has but one`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let set = try Self.sums()
    let made = try Self.label(set, teacher, ["encoding": "auto"])
    #expect(made.details["encoding"] == "hidden")
    let truth = try Self.label(set, teacher, ["encoding": "auto", "source": "oracle"])
    #expect(truth.details["encoding"] == "full")
    #expect(throws: ConfigurationError.self) {
      try Self.label(set, teacher, ["encoding": "hidden", "source": "oracle"])
    }
  }

  /// 1+2+3+4 has three next lines, 3+3+4, 1+5+4 and 1+2+7. The first token tells the first from the
  /// others (1/3 to 2/3), the third token those from each other; 1+2+7 has two next lines, which
  /// the first token tells apart; the rest is forced.
  @Test func `oracle labels have the closed form's entropy, whatever the model`() throws {
    let set = try TinyInputs.set(
      "sums", [TinyInputs.record("sum-reduce", "1+2+3+4", "1+2+7\n3+7\n0\nAnswer: 0", answer: "0")])
    let first = log(3.0) - 2 * log(2.0) / 3
    let entropy = first + 2 * log(2.0)
    let crossEntropy = log(1.5) + 2 * log(2.0)
    var digests: [[String]] = []
    for seed: UInt64 in [1, 2] {
      let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: seed))
      let made = try Self.label(set, teacher, ["source": "oracle"])
      let certificate = try Certificate(json: made.details["certificate"])
      let targets = Double("1+2+7\n3+7\n0\nAnswer: 0".utf8.count + 1)
      #expect(Double(certificate.targets) == targets)
      #expect(abs(certificate.meanEntropy * targets - entropy) < 1e-5)
      #expect(abs(certificate.teacherCrossEntropy * targets - crossEntropy) < 1e-5)
      digests.append(made.digests)
    }
    #expect(digests[0] == digests[1])
  }

  @Test func `rows of the problem hold the next token in an oracle's set`() throws {
    let set = try Self.sums()
    let made = try Self.label(
      set, try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1)),
      ["source": "oracle"])
    let V = TinyInputs.tokenizer.vocabularySize
    let (tokens, mask) = try TokenMembers.decode(
      tokens: Self.member(made, "tokens.npy", at: 0), mask: Self.member(made, "mask.npy", at: 0),
      vocabulary: V, sample: "s")
    let rows = try FullLabels.decode(
      Self.member(made, "logp.npy", at: 0), rowCount: tokens.count - 1, vocabulary: V)
    for t in 0..<(tokens.count - 1) where mask[t + 1] == 0 {
      for v in 0..<V {
        #expect(rows[t * V + v] == (v == Int(tokens[t + 1]) ? 0 : -.infinity))
      }
    }
  }

  /// Labels of several sources compare only where they hold the same samples.
  @Test func `every source keeps the same samples and drops the same`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model(
      "teacher", TinyInputs.randomParameters(seed: 1, positions: 36))
    var ids: Set<[String]> = []
    for source in ["teacher", "oracle", "none"] {
      let made = try Self.label(
        set, teacher,
        ["source": JSON(source), "count": 18, "batch": 4, "allow_fewer": true])
      let reader = try ArchiveReader(directory: made.folder)
      ids.insert(try reader.ids)
      let counts = try #require(made.details["counts"])
      #expect(counts["read"] == 21 && made.details["asked"] == 18)
      #expect(counts["records"]?.intValue == reader.count)
      let tooLong = try #require(counts["too_long"]?.intValue)
      #expect(tooLong > 3 && tooLong + reader.count == 21)
      #expect((made.details["certificate"] == .null) == (source == "none"))
      #expect(reader.fields.contains("logp.npy") == (source != "none"))
    }
    #expect(ids.count == 1)
  }

  /// Batches are cut from the front: what comes after a batch cannot change it.
  @Test func `a shorter set labels its samples alike`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let all = try Self.label(set, teacher, ["batch": 4])
    let some = try Self.label(set, teacher, ["batch": 4, "count": 8])
    for position in 0..<8 {
      #expect(
        try Self.member(all, "logp.npy", at: position)
          == Self.member(some, "logp.npy", at: position))
    }
  }

  /// What is too long is passed over, and the next one taken: `count` says how many are wanted.
  @Test func `a count is of samples that are kept`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model(
      "teacher", TinyInputs.randomParameters(seed: 1, positions: 36))
    let all = try Self.label(set, teacher)
    let kept = try ArchiveReader(directory: all.folder).ids
    let tooLong = try #require(all.details["counts"]?["too_long"]?.intValue)
    #expect(tooLong > 0 && kept.count > 2)
    for count in [1, kept.count - 1, kept.count] {
      let made = try [1, 3].map {
        try Self.label(set, teacher, ["count": JSON(count), "batch": 2], threads: $0)
      }
      #expect(try ArchiveReader(directory: made[0].folder).ids == Array(kept.prefix(count)))
      #expect(made[0].digests == made[1].digests && made[0].details == made[1].details)
      #expect(made[0].details["asked"] == JSON(count))
    }
    for count in [kept.count + 1, 21, 1000] {
      #expect(
        throws: TeachingError.fewer(
          set: "sums", what: "samples", asked: count, found: kept.count)
      ) { try Self.label(set, teacher, ["count": JSON(count)]) }
    }
    let fewer = try Self.label(set, teacher, ["count": 1000, "allow_fewer": true])
    #expect(try ArchiveReader(directory: fewer.folder).ids == kept)
    #expect(fewer.details["asked"] == 1000)
  }

  @Test func `nothing to label is an error`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    #expect(throws: SetError.empty(set: "none")) {
      try Self.label(TinyInputs.set("none", []), teacher)
    }
  }

  /// A manifest that says `verified: true` over a text that no verifier took.
  @Test func `a claim of verification that the records do not bear is refused`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    var records = try TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 3)
    records[1].checker = nil
    let id = records[1].id
    #expect(throws: SetError.unsupported(set: "sums", sample: id)) {
      try Self.label(TinyInputs.set("sums", records), teacher)
    }
    records[1].checker = .init(name: "sum-reduce", version: 1, verdict: .rejected, level: .steps)
    #expect(throws: SetError.unsupported(set: "sums", sample: id)) {
      try Self.label(TinyInputs.set("sums", records), teacher)
    }
    let made = try Self.label(
      TinyInputs.set("sums", records, details: ["verified": false]), teacher, ["unverified": true])
    #expect(made.details["verified"] == false)
  }

  /// A text that was cut has no end, so nothing may learn that it ends there.
  @Test func `a text that was cut gets no end of text`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let prompts = [Record(prompt: "a", solution: "xyz"), Record(prompt: "b", solution: "xyz")]
    let set = try TinyInputs.archive(
      "texts", kind: "sample",
      [
        ArchiveSample(record: prompts[0]),
        ArchiveSample(record: prompts[1], columns: ["unfinished": 1]),
      ], ["verified": false])
    let made = try Self.label(set, teacher, ["unverified": true])
    let V = TinyInputs.tokenizer.vocabularySize
    let read = try (0..<2).map {
      try TokenMembers.decode(
        tokens: Self.member(made, "tokens.npy", at: $0),
        mask: Self.member(made, "mask.npy", at: $0), vocabulary: V, sample: "s")
    }
    #expect(read[0].tokens.last == Tokenizer.eosId && read[0].mask == [0, 0, 1, 1, 1, 1])
    #expect(read[1].tokens.last == TinyInputs.token("z") && read[1].mask == [0, 0, 1, 1, 1])
    #expect(made.details["counts"]?["targets"] == 7 && made.details["verified"] == false)
    let reader = try ArchiveReader(directory: made.folder)
    #expect(try reader.columns(at: 1)["unfinished"] == 1)
    #expect(try reader.columns(at: 0)["unfinished"] == nil)
  }

  @Test func `a set too long for the teacher is refused`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    #expect(throws: TeachingError.allTooLong(set: "sums", read: 21, limit: 5)) {
      try Self.label(Self.sums(), teacher, ["max_tokens": 5])
    }
  }

  @Test func `an oracle refuses what is no trace`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let set = try TinyInputs.set(
      "sums", [TinyInputs.record("sum-reduce", "1+2", "4\nAnswer: 4", answer: "4")])
    let error = #expect(throws: (any Error).self) {
      try Self.label(set, teacher, ["source": "oracle"])
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("line 1"))
  }

  @Test func `an unverified set is labelled only where that is said`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let set = try TinyInputs.set(
      "wild", TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 2),
      details: ["verified": false])
    #expect(throws: SetError.unverified(set: "wild")) { try Self.label(set, teacher) }
    let made = try Self.label(set, teacher, ["unverified": true])
    #expect(made.details["verified"] == false)
  }

  @Test func `a teacher changed behind its manifest is refused`() throws {
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    let other = try TinyInputs.model("other", TinyInputs.randomParameters(seed: 2))
    let file = "/model/model.safetensors"
    try AtomicFile.write(readFile(other.folder + file), to: teacher.folder + file)
    let error = #expect(throws: SetError.self) { try Self.label(Self.sums(), teacher) }
    #expect("\(error.map { "\($0)" } ?? "")".contains("model.safetensors"))
  }

  @Test func `two sets are refused, and no teacher`() throws {
    let set = try Self.sums()
    #expect(throws: StageError.self) { try Self.label(set, set) }
  }

  @Test func `every setting has its default written out`() throws {
    let set = try Self.sums()
    let teacher = try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
    var settings = Settings([:])
    _ = try LabelStage(&settings, inputs: [set.input, teacher.input])
    #expect(
      JSON.object(settings.resolved).text
        == #"{"encoding":{"name":"auto","hidden_type":"float16"},"compression":"zstd","count":null,"#
        + #""allow_fewer":false,"source":"teacher","batch":32,"template":null,"max_tokens":512,"#
        + #""unverified":false,"backend":"openblas","precision":"float32"}"#)
  }
}
