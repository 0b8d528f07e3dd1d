import Archives
import Files
import Foundation
import Kernels
import LabelChecks
import Sets
import SoftLabels
import StageSupport
import Tokenization
import Stages
import Tensors
import Testing

/// Labels of other tools as sets of ours.
struct `Imported labels` {
  private func imported(
    _ bytes: [UInt8], as file: String, _ more: JSONObject = [:]
  ) throws -> MadeStage {
    let folder = NSTemporaryDirectory() + "retort-import-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    try AtomicFile.write(bytes, to: folder + "/" + file)
    try AtomicFile.write(TinyInputs.tokenizer.json, to: folder + "/tokenizer.json")
    var with: JSONObject = [
      "path": JSON(folder + "/" + file), "tokenizer": JSON(folder + "/tokenizer.json"),
    ]
    for member in more.members { with[member.key] = member.value }
    return try MadeStage.run(ImportLabelsStage.self, "imported", with: with, on: [])
  }

  /// A half is off by 2^-11 of itself; what is sparse in the file is whole in the set.
  @Test func `hold the rows of the file`() throws {
    let corpus = try `A planted bug`.made()
    let made = try imported(LabelFiles.safetensors(corpus, hasMasks: true), as: "a.safetensors")
    let set = try TokenSet(reader: ArchiveReader(directory: made.folder), name: "imported")
    let labels = try set.labels()
    #expect(set.count == corpus.tokens.count)
    for (s, sample) in try set.reader.samples(in: 0..<set.count).enumerated() {
      let (tokens, mask) = try set.tokens(of: sample)
      #expect(tokens == corpus.tokens[s] && mask == corpus.masks[s])
      let rows = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      let values = try rows.logProbabilities(0..<(tokens.count - 1), sample: sample.id)
      for (value, exact) in zip(values, corpus.rows[s].flatMap { $0 }) {
        #expect(abs(value - exact) <= abs(exact) * 0x1p-10 + 1e-3)
      }
    }
    let found = try LabelAudit.run(made.folder, given: GivenContext()).findings.map(\.evidence)
    #expect(found == [])
    #expect(made.details["verified"] == false && made.details["imported"] == true)
  }

  /// The certificate is the teacher's cross-entropy on the targets: what the count model gives.
  @Test func `certify the cross-entropy of the file's rows`() throws {
    let corpus = try `A planted bug`.made()
    let made = try imported(LabelFiles.vllm(corpus, k: 40), as: "a.jsonl")
    var (sum, count) = (0.0, 0)
    for s in corpus.tokens.indices {
      for t in corpus.rows[s].indices {
        sum -= Double(corpus.rows[s][t][Int(corpus.tokens[s][t + 1])])
        count += 1
      }
    }
    let certificate = try Certificate(json: made.details["certificate"])
    #expect(certificate.targets == count)
    #expect(abs(certificate.teacherCrossEntropy - sum / Double(count)) < 1e-4)
  }

  /// Nothing is made up: what a row does not name stays a sum.
  @Test(arguments: ["auto", "topk"])
  func `of a few tokens stay a few tokens`(encoding: String) throws {
    let corpus = try `A planted bug`.made()
    let made = try imported(
      LabelFiles.vllm(corpus, k: 4), as: "a.jsonl", ["encoding": JSON(encoding)])
    #expect(made.details["encoding"] == "topk")
    #expect(made.details["topk"]?["k"] == 4)
    #expect(made.details["topk"]?["temperatures"]?.arrayValue?.map(\.doubleValue) == [1])
    let set = try TokenSet(reader: ArchiveReader(directory: made.folder), name: "imported")
    let labels = try set.labels()
    let certificate = try set.certificate()
    var (kept, outside, count) = (0.0, 0, 0)
    for (s, sample) in try set.reader.samples(in: 0..<set.count).enumerated() {
      let (tokens, _) = try set.tokens(of: sample)
      #expect(tokens == corpus.tokens[s])
      let rows = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      let values = try rows.logProbabilities(0..<(tokens.count - 1), sample: sample.id)
      let V = labels.vocabulary
      for t in corpus.rows[s].indices {
        let row = corpus.rows[s][t]
        let order = row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(4)
        for v in order { #expect(abs(values[t * V + v] - row[v]) < abs(row[v]) * 0x1p-9 + 2e-3) }
        kept += order.reduce(0.0) { $0 + exp(Double(row[$1])) }
        outside += order.contains(Int(tokens[t + 1])) ? 0 : 1
        count += 1
      }
    }
    #expect(abs(certificate.massKept - kept / Double(count)) < 1e-4)
    let missing = try #require(made.details["missing"])
    #expect(missing["next_outside"]?.intValue == outside && outside > 0)
    #expect(missing["unlabelled"] == 0)
    let tail = try #require(missing["tail_mass_mean"]?.doubleValue)
    #expect(abs(tail + certificate.massKept - 1) < 1e-6)
    #expect((missing["tail_mass_max"]?.doubleValue ?? 0) >= tail)
    let found = try LabelAudit.run(made.folder, given: GivenContext()).findings.map(\.evidence)
    #expect(found == [])
  }

  /// A few logits have no sum.
  @Test func `are not made of a few logits`() throws {
    let corpus = try `A planted bug`.made()
    let file = LabelFiles.vllm(corpus, k: 12) { _, _, top in (top.ids, top.values.map { $0 + 9 }) }
    for repair in ["", "stored-as-logits"] {
      #expect(throws: StageError.self) {
        try self.imported(file, as: "a.jsonl", ["repair": JSON(repair), "encoding": "topk"])
      }
    }
  }

  @Test func `cannot keep more than the rows give`() throws {
    let corpus = try `A planted bug`.made()
    for encoding in [
      ["name": "topk", "k": 30], ["name": "topk", "positions": "choices"], "sampled",
    ] as [JSON] {
      #expect(throws: StageError.self) {
        try self.imported(
          LabelFiles.vllm(corpus, k: 12), as: "a.jsonl", ["encoding": encoding])
      }
    }
  }

  @Test func `of llama.cpp count only the places that have rows`() throws {
    let corpus = try `A planted bug`.made()
    let made = try imported(LabelFiles.llama(corpus, context: 24), as: "a.kld")
    let set = try TokenSet(reader: ArchiveReader(directory: made.folder), name: "imported")
    for sample in try set.reader.samples(in: 0..<set.count) {
      let (tokens, mask) = try set.tokens(of: sample)
      #expect(tokens.count == 24)
      #expect(mask == [UInt8](repeating: 0, count: 13) + [UInt8](repeating: 1, count: 11))
    }
    let found = try LabelAudit.run(made.folder, given: GivenContext()).findings.map(\.evidence)
    #expect(found == [])
  }

  /// The names of the findings stand in the refusal, and the word that repairs.
  @Test func `are refused where they are broken`() throws {
    let late = try `A planted bug`.made().shifted(1)
    let error = #expect(throws: StageError.self) {
      try self.imported(LabelFiles.safetensors(late), as: "a.safetensors")
    }
    #expect("\(String(describing: error))".contains("off-by-one"))
    #expect("\(String(describing: error))".contains("repair"))
  }

  @Test(arguments: [-1, 1]) func `are moved to their places if that is asked for`(by: Int) throws {
    let corpus = try `A planted bug`.made()
    let made = try imported(
      LabelFiles.safetensors(corpus.shifted(by)), as: "a.safetensors", ["repair": "off-by-one"])
    let set = try TokenSet(reader: ArchiveReader(directory: made.folder), name: "imported")
    let labels = try set.labels()
    for (s, sample) in try set.reader.samples(in: 0..<set.count).enumerated() {
      let (tokens, mask) = try set.tokens(of: sample)
      let rows = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      // A row at the end is lost on the way.
      for t in 2..<(tokens.count - 3) {
        #expect(mask[t + 1] == 1)
        let row = try rows.logProbabilities(t..<(t + 1), sample: sample.id)
        for (value, exact) in zip(row, corpus.rows[s][t]) {
          #expect(abs(value - exact) <= abs(exact) * 0x1p-10 + 1e-3)
        }
      }
    }
    #expect(made.details["repaired"] == ["off-by-one"])
  }

  @Test func `are taken from base 2 to base e if that is asked for`() throws {
    let corpus = try `A planted bug`.made()
    let base2 = corpus.changed { row in row.map { $0 / log(2) } }
    let made = try imported(
      LabelFiles.safetensors(base2), as: "a.safetensors", ["repair": "log-base"])
    let same = try imported(LabelFiles.safetensors(corpus), as: "a.safetensors")
    let (a, b) = (
      try Certificate(json: made.details["certificate"]),
      try Certificate(json: same.details["certificate"])
    )
    #expect(abs(a.teacherCrossEntropy - b.teacherCrossEntropy) < 1e-4)
  }

  @Test func `need a known word for what is to be repaired`() throws {
    #expect(throws: ConfigurationError.self) {
      try self.imported(
        LabelFiles.safetensors(try `A planted bug`.made()), as: "a.safetensors",
        ["repair": "everything"])
    }
  }
}
