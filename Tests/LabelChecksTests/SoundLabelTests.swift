import Files
import Foundation
import LabelChecks
import Records
import StageSupport
import Tokenization
import Tensors
import Testing

/// Labels without a fault: nothing may be found.
struct `Sound labels` {
  /// A failure is a false alarm: a user is sent to look for a fault that is not there.
  @Test(arguments: cases) func `raise no alarm`(_ sound: Case) throws {
    let report = try sound.report()
    #expect(
      report.findings.isEmpty,
      "found \(report.findings.map { "\($0.name): \($0.evidence)" })")
    #expect(report.verdict == "sound")
  }

  static func made() throws -> Corpus { try `A planted bug`.made() }

  private static func spelling(_ id: Int32) -> String { TinyInputs.tokenizer.spelling(of: id) }

  static let cases: [Case] = dense + sparse + ours

  static let dense: [Case] = [
    .file("llama.cpp", nil, as: "a.kld") { LabelFiles.llama(try made()) },
    .file("llama.cpp, short chunks", nil, as: "a.kld") {
      LabelFiles.llama(try made(), context: 12)
    },
    .file("llama.cpp, an odd vocabulary and its tokenizer", nil, as: "a.bin", tokenizer: true) {
      LabelFiles.llama(try Corpus.make("linear-equation"))
    },
    .file("llama.cpp, a teacher that was hardly trained", nil, as: "a.kld") {
      LabelFiles.llama(try Corpus.make(isTrained: false))
    },
    .file("float32 log-probabilities", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try made())
    },
    .file("float16 log-probabilities", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try made(), type: .float16)
    },
    .file("bfloat16 logits", nil, as: "a.safetensors") {
      LabelFiles.safetensors(
        try made().changed { row in row.map { $0 + 6 } }, name: "logits", type: .bfloat16)
    },
    .file("float64 logits with a row after the last token", nil, as: "a.safetensors") {
      LabelFiles.safetensors(
        try made().changed { row in row.map { $0 + 3 } }, name: "logits", type: .float64, surplus: 1
      )
    },
    .file("probabilities", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try made().changed { row in row.map { exp($0) } }, name: "probs")
    },
    .file("masks", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try made(), hasMasks: true)
    },
    .file("a vocabulary of 1036", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(vocabulary: 1036))
    },
    .file("a teacher that was hardly trained", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(isTrained: false))
    },
    .file("a teacher of few texts", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(learnt: 12))
    },
    .file("a teacher of two texts", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(smoothing: 4, learnt: 2))
    },
    .file("texts that the teacher wrote", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(texts: 40, isDrawn: true))
    },
    .file("another family", nil, as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make("column-addition"))
    },
    .file("one .npy and its tokens", nil, as: "a.npy", tokens: { [try made().tokens[0]] }) {
      let rows = try made().rows[0]
      return NPY.encode(
        Tensor(shape: [rows.count, 259], elements: .float32(rows.flatMap { $0 })))
    },
    .file("torch.save of logits", nil, as: "a.pt") {
      let corpus = try made()
      let rows = corpus.rows[0].map { row in row.map { $0 + 2 } }
      return TorchBytes.save([
        ("logits", .float32(rows.flatMap { $0 }), [1, rows.count, 259]),
        (
          "input_ids", .int64(corpus.tokens[0].map { Int64($0) }), [1, corpus.tokens[0].count]
        ),
      ])
    },
  ]

  static let sparse: [Case] = [
    .file("vLLM, 20 entries", nil, as: "a.jsonl") { LabelFiles.vllm(try made(), k: 20) },
    .file("vLLM, one entry", nil, as: "a.jsonl") { LabelFiles.vllm(try made(), k: 1) },
    .file("vLLM, hardly trained", nil, as: "a.jsonl", vocabulary: 259) {
      LabelFiles.vllm(try Corpus.make(isTrained: false), k: 20)
    },
    .file("OpenAI chat, 5 entries", nil, as: "a.jsonl") { LabelFiles.chat(try made(), k: 5) },
    .file("OpenAI completions by texts", nil, as: "a.jsonl", tokenizer: true) {
      LabelFiles.completions(try made(), k: 5, spelling: spelling)
    },
    .file("OpenAI completions by texts, no tokenizer", nil, as: "a.jsonl") {
      LabelFiles.completions(try made(), k: 8, spelling: spelling)
    },
    .file("a list of responses over several lines", nil, as: "a.json") {
      let lines = LabelFiles.chat(try made(), k: 5).split(separator: 0x0A)
      return Array("[\n".utf8) + Array(lines.joined(separator: Array(",\n".utf8)))
        + Array("\n]\n".utf8)
    },
    .file("axolotl, 64 entries", nil, as: "a.jsonl") { LabelFiles.entries(try made(), k: 64) },
    .file("axolotl, 8 entries of a hardly trained teacher", nil, as: "a.jsonl", vocabulary: 259) {
      LabelFiles.entries(try Corpus.make(isTrained: false), k: 8)
    },
    .file("lists with masks", nil, as: "a.jsonl") {
      LabelFiles.lists(try made(), k: 16, prompts: true)
    },
    .file("lists of the whole vocabulary", nil, as: "a.jsonl", vocabulary: 259) {
      LabelFiles.lists(try Corpus.make(texts: 6), k: 259)
    },
    .file("DistillKit, 32 entries", nil, as: "a.jsonl") {
      LabelFiles.distillKit(try made(), k: 32)
    },
    .file("DistillKit, a vocabulary of 518", nil, as: "a.jsonl") {
      LabelFiles.distillKit(try Corpus.make(vocabulary: 518), k: 50)
    },
    .file("sparse safetensors", nil, as: "a.safetensors", vocabulary: 259) {
      LabelFiles.sparseSafetensors(try made(), k: 24)
    },
    Case("Megatron, 16 entries", nil) { folder in
      let (bytes, tokens) = try LabelFiles.megatron(made(), k: 16)
      try AtomicFile.write(bytes, to: folder + "/dp0__5.tar")
      var given = GivenContext()
      given.tokens = tokens
      return (folder + "/dp0__5.tar", given)
    },
    Case("Megatron, a folder, ids of 17 bits, no tokens", nil) { folder in
      let corpus = try Corpus.make(texts: 3, vocabulary: 259 * 400, learnt: 30)
      for (place, name) in ["dp0__3.tar", "dp0__12.tar"].enumerated() {
        try AtomicFile.write(
          LabelFiles.megatron(corpus, k: 8 + place).bytes, to: folder + "/" + name)
      }
      return (folder, GivenContext())
    },
  ]

  static let ours: [Case] = [
    OurSets.case("ours, full", nil) { try OurSets.labels(OurSets.records(), OurSets.teacher()) },
    OurSets.case("ours, hidden", nil) {
      try OurSets.labels(
        OurSets.records(),
        TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1, positions: 160)),
        ["encoding": "hidden"])
    },
    OurSets.case("ours, a teacher that never learnt anything", nil) {
      try OurSets.labels(
        OurSets.records("linear-equation", perLevel: 4),
        TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 2, positions: 400)))
    },
    OurSets.case("ours, exact distributions", nil) {
      try OurSets.labels(
        OurSets.records(), OurSets.teacher(), ["encoding": "full", "source": "oracle"])
    },
    OurSets.case("ours, a padded vocabulary", nil) {
      try OurSets.labels(OurSets.records(), OurSets.teacher(padded: 272))
    },
    OurSets.case("ours, a chain of certain tokens", nil) {
      let records = try TinyInputs.records("sum-reduce", levels: 1...1, perLevel: 1)
      let chain = TinyInputs.chain(records[0].solution)
      return try OurSets.labels(
        TinyInputs.set("set", records),
        TinyInputs.model("teacher", TinyInputs.chainParameters(chain, positions: 160)))
    },
    Case("ours, with the teacher beside", nil) { folder in
      let teacher = try OurSets.teacher()
      let made = try OurSets.labels(OurSets.records(), teacher)
      for (name, stage) in [("set", made), ("teacher", teacher)] {
        try FileManager.default.copyItem(atPath: stage.folder, toPath: folder + "/" + name)
      }
      var given = GivenContext()
      given.teacher = folder + "/teacher"
      return (folder + "/set", given)
    },
  ]
}
