import Files
import Foundation
import LabelChecks
import StageSupport
import Tokenization
import Tensors
import Testing

/// Labels with one fault each, over the formats: the finding that names the fault must be there.
struct `A planted bug` {
  static let corpus = Result { try Corpus.make() }
  static func made() throws -> Corpus { try corpus.get() }

  static let cases: [Case] = rowBugs + numberBugs + entryBugs + textBugs + fileBugs + ourBugs

  /// A failure means that a user with this fault is told that the labels are sound, or something
  /// else.
  @Test(arguments: cases) func `is named`(_ planted: Case) throws {
    let report = try planted.report()
    let names = report.findings.map(\.name)
    #expect(
      names.contains(planted.finding ?? ""),
      "found \(report.findings.map { "\($0.name): \($0.evidence)" })")
    #expect(report.verdict != "sound")
  }

  /// Rows at another place than their own.
  static let rowBugs: [Case] = [
    .file("llama.cpp rows one late", "off-by-one", as: "a.kld") {
      LabelFiles.llama(try made().shifted(1))
    },
    .file("llama.cpp rows one early", "off-by-one", as: "a.kld") {
      LabelFiles.llama(try made().shifted(-1))
    },
    .file("safetensors rows two late", "off-by-one", as: "a.safetensors") {
      LabelFiles.safetensors(try made().shifted(2))
    },
    .file("vLLM rows one late", "off-by-one", as: "a.jsonl") {
      LabelFiles.vllm(try made().shifted(1), k: 20)
    },
    .file("DistillKit rows one early", "off-by-one", as: "a.jsonl") {
      LabelFiles.distillKit(try made().shifted(-1), k: 32)
    },
    Case("Megatron tokens of the other side", "off-by-one") { folder in
      let (bytes, tokens) = try LabelFiles.megatron(made(), k: 16)
      try AtomicFile.write(bytes, to: folder + "/dp0__5.tar")
      var given = GivenContext()
      // Labels given where tokens belong: each one is the token after.
      given.tokens = tokens.map { Array($0.dropFirst()) + [$0[0]] }
      return (folder + "/dp0__5.tar", given)
    },
    .file("a row too many for every text", "row-count", as: "a.safetensors") {
      LabelFiles.safetensors(try made(), surplus: 2)
    },
    .file("a row too few for one text", "row-count", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows[3].removeLast()
      return LabelFiles.safetensors(corpus)
    },
    .file("rows of two texts exchanged", "swapped-samples", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows.swapAt(0, 5)
      let n = min(corpus.tokens[0].count, corpus.tokens[5].count)
      for s in [0, 5] {
        corpus.tokens[s] = Array(corpus.tokens[s].prefix(n))
        corpus.rows[s] = Array(corpus.rows[s].prefix(n - 1))
      }
      return LabelFiles.safetensors(corpus)
    },
    .file("rows moved on by a text", "swapped-samples", as: "a.jsonl") {
      var corpus = try made()
      let n = corpus.tokens.map(\.count).min() ?? 0
      corpus.tokens = corpus.tokens.map { Array($0.prefix(n)) }
      corpus.rows = corpus.rows.map { Array($0.prefix(n - 1)) }
      corpus.rows = Array(corpus.rows.dropFirst()) + [corpus.rows[0]]
      return LabelFiles.vllm(corpus, k: 20)
    },
    .file("one row for all", "repeated-row", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows = corpus.rows.map { rows in rows.map { _ in rows[0] } }
      return LabelFiles.safetensors(corpus)
    },
    .file("rows that nothing was written to", "zero-rows", as: "a.safetensors") {
      var corpus = try made()
      for t in 3..<6 { corpus.rows[2][t] = corpus.rows[2][t].map { _ in 0 } }
      return LabelFiles.safetensors(corpus)
    },
  ]

  /// Numbers that are not what they are said to be.
  static let numberBugs: [Case] = [
    .file("NaN in a row", "nan", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows[7][2][11] = .nan
      return LabelFiles.safetensors(corpus)
    },
    .file("NaN in JSON", "nan", as: "a.jsonl") {
      let text = String(decoding: LabelFiles.entries(try made(), k: 8), as: UTF8.self)
      let start = text.range(of: "\"logprob\":-")?.lowerBound ?? text.startIndex
      let end = text[start...].firstIndex(of: "}") ?? text.endIndex
      return Array(text.replacingCharacters(in: start..<end, with: "\"logprob\":NaN").utf8)
    },
    .file("+infinity in a row", "infinity", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows[1][2][3] = .infinity
      return LabelFiles.safetensors(corpus, name: "logits")
    },
    .file("a logarithm above 0", "logp-above-zero", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows[0][4][9] = 1.5
      return LabelFiles.safetensors(corpus)
    },
    .file("logits said to be log-probabilities", "stored-as-logits", as: "a.safetensors") {
      LabelFiles.safetensors(try made().changed { row in row.map { $0 + 9 } })
    },
    .file("top logits in JSON", "stored-as-logits", as: "a.jsonl") {
      LabelFiles.entries(try made().changed { row in row.map { $0 + 9 } }, k: 16)
    },
    .file("probabilities for logarithms", "stored-as-probabilities", as: "a.safetensors") {
      LabelFiles.safetensors(try made().changed { row in row.map { exp($0) } })
    },
    .file("top probabilities in JSON", "stored-as-probabilities", as: "a.jsonl") {
      LabelFiles.lists(try made().changed { row in row.map { exp($0) } }, k: 16)
    },
    .file("logarithms to the base 2", "log-base", as: "a.safetensors") {
      LabelFiles.safetensors(try made().changed { row in row.map { $0 / log(2) } })
    },
    .file("top logarithms to the base 10", "log-base", as: "a.jsonl") {
      LabelFiles.entries(try made().changed { row in row.map { $0 / log(10) } }, k: 64)
    },
    .file("top logarithms to the base 2", "log-base", as: "a.jsonl") {
      LabelFiles.entries(try made().changed { row in row.map { $0 / log(2) } }, k: 64)
    },
    .file("temperature 2", "wrong-temperature", as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(texts: 40, isDrawn: true).softened(2))
    },
    .file("temperature 3 of logits", "wrong-temperature", as: "a.safetensors") {
      LabelFiles.safetensors(try Corpus.make(texts: 40, isDrawn: true).softened(3), name: "logits")
    },
    .file("small probabilities raised to a floor", "clamped", as: "a.safetensors") {
      LabelFiles.safetensors(try made().changed { row in row.map { max($0, -9) } })
    },
    .file("a floor, then normalised", "clamped", as: "a.safetensors", vocabulary: nil) {
      LabelFiles.safetensors(
        try made().changed { row in Corpus.normalised(row.map { max($0, -7) }) })
    },
    .file("rows that sum to more", "not-normalised", as: "a.safetensors") {
      var corpus = try made()
      corpus.rows[2] = corpus.rows[2].map { row in row.map { min(0, $0 + 0.2) } }
      return LabelFiles.safetensors(corpus)
    },
    .file("float32 in the other order", "byte-order", as: "a.safetensors") {
      LabelFiles.safetensors(
        try made().changed { row in row.map { Float(bitPattern: $0.bitPattern.byteSwapped) } })
    },
    .file("a .npy of '>f4'", "byte-order", as: "a.npy") {
      let row = try made().rows[0]
      var bytes = NPY.encode(
        Tensor(shape: [row.count, 259], elements: .float32(row.flatMap { $0 })))
      let place = bytes.firstIndex(of: UInt8(ascii: "<")) ?? 0
      bytes[place] = UInt8(ascii: ">")
      return bytes
    },
    .file("bfloat16 said to be float16", "wrong-type", as: "a.safetensors") {
      let bytes = LabelFiles.safetensors(try made(), type: .bfloat16)
      let text = String(decoding: bytes[8..<(8 + headerLength(bytes))], as: UTF8.self)
      return Array(bytes[..<8]) + text.replacingOccurrences(of: "\"BF16\"", with: "\"F16\" ").utf8
        + bytes[(8 + headerLength(bytes))...]
    },
  ]

  private static func headerLength(_ bytes: [UInt8]) -> Int {
    (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
  }

  /// Entries of sparse rows.
  static let entryBugs: [Case] = [
    .file("top 8 divided by their sum", "renormalised", as: "a.jsonl") {
      LabelFiles.entries(try untrained(), k: 8) { _, _, top in
        (top.ids, Corpus.normalised(top.values))
      }
    },
    .file("top 4 of a teacher divided by their sum", "renormalised", as: "a.safetensors") {
      let corpus = try Corpus.make(smoothing: 40)
      var tensors = corpus
      tensors.rows = corpus.rows.map { rows in
        rows.map { row in
          let top = Corpus.top(4, of: row)
          var cut = [Float](repeating: -.infinity, count: row.count)
          for (id, value) in zip(top.ids, Corpus.normalised(top.values)) { cut[Int(id)] = value }
          return cut
        }
      }
      return LabelFiles.safetensors(tensors)
    },
    .file("raw logits of the likeliest", "missing-tail", as: "a.safetensors") {
      let corpus = try made()
      let bytes = LabelFiles.sparseSafetensors(corpus.changed { row in row.map { $0 + 11 } }, k: 12)
      let text = String(decoding: bytes[8..<(8 + headerLength(bytes))], as: UTF8.self)
      return Array(bytes[..<8])
        + text.replacingOccurrences(of: "logprobs\"", with: "logits\"  ").utf8
        + bytes[(8 + headerLength(bytes))...]
    },
    .file("top 6 kept in dense rows", "missing-tail", as: "a.safetensors") {
      LabelFiles.safetensors(
        try untrained().changed { row in
          let kept = Set(Corpus.top(6, of: row).ids)
          return row.indices.map { kept.contains(Int32($0)) ? row[$0] : -.infinity }
        })
    },
    .file("nucleus of 0.9", "top-p-cut", as: "a.jsonl", vocabulary: 259) {
      LabelFiles.entries(try Corpus.make(smoothing: 8), k: 259) { _, _, top in nucleus(top, 0.9) }
    },
    .file("nucleus of 0.8 in dense rows", "top-p-cut", as: "a.safetensors") {
      LabelFiles.safetensors(
        try Corpus.make(smoothing: 8).changed { row in
          let kept = nucleus(Corpus.top(row.count, of: row), 0.8).ids
          let some = Set(kept)
          return Corpus.normalised(
            row.indices.map { some.contains(Int32($0)) ? row[$0] : -.infinity })
        })
    },
    .file("entries in another order", "unsorted-ids", as: "a.jsonl") {
      LabelFiles.entries(try made(), k: 8) { _, _, top in
        (top.ids.reversed(), top.values.reversed())
      }
    },
    .file("an id twice", "duplicate-ids", as: "a.jsonl") {
      LabelFiles.entries(try made(), k: 8) { _, t, top in
        var top = top
        if t == 3 { top.ids[5] = top.ids[1] }
        return top
      }
    },
    Case("the upper bit of ids lost", "duplicate-ids") { folder in
      let corpus = try Corpus.make(texts: 3, vocabulary: 259 * 400, learnt: 30)
      let (bytes, tokens) = try LabelFiles.megatron(corpus, k: 64) { _, _, top in
        var ids = top.ids
        for i in ids.indices where ids[i] > 65_535 { ids[i] = ids[0] }
        return (ids, top.values)
      }
      try AtomicFile.write(bytes, to: folder + "/dp0__1.tar")
      var given = GivenContext()
      given.tokens = tokens
      return (folder + "/dp0__1.tar", given)
    },
    .file("ids that nobody has", "id-outside-vocabulary", as: "a.jsonl", vocabulary: 259) {
      LabelFiles.distillKit(try made(), k: 8) { _, t, top in
        var top = top
        if t == 2 { top.ids[7] = 400 }
        return top
      }
    },
    .file("padding of the vocabulary", "padded-vocabulary", as: "a.safetensors") {
      LabelFiles.safetensors(
        try made().changed { row in Corpus.normalised(row + [Float](repeating: -12, count: 13)) })
    },
    .file("more columns than the tokenizer", "padded-vocabulary", as: "a.kld", tokenizer: true) {
      var corpus = try made().changed { row in
        Corpus.normalised(row + [-11, -13.5, -12.25, -14, -12.5])
      }
      corpus.vocabulary = 264
      return LabelFiles.llama(corpus)
    },
  ]

  static func untrained() throws -> Corpus { try Corpus.make(isTrained: false) }

  static func nucleus(_ top: LabelFiles.Entries, _ p: Float) -> LabelFiles.Entries {
    var mass: Float = 0
    var kept = 0
    while kept < top.values.count, mass < p {
      mass += exp(top.values[kept])
      kept += 1
    }
    return (Array(top.ids.prefix(kept)), Array(top.values.prefix(kept)))
  }

  /// Tokens, masks and ends of texts.
  static let textBugs: [Case] = [
    .file("ids of another tokenizer", "wrong-tokenizer", as: "a.safetensors") {
      var corpus = try made()
      corpus.tokens = corpus.tokens.map { $0.map { ($0 * 97 + 31) % 259 } }
      return LabelFiles.safetensors(corpus)
    },
    Case("texts of another tokenizer", "wrong-tokenizer") { folder in
      var corpus = try made()
      let texts = corpus.tokens.map { TinyInputs.tokenizer.specialTokensRemoved($0) }
      corpus.tokens = corpus.tokens.map { $0.map { $0 < 100 ? $0 + 130 : $0 } }
      corpus.rows = corpus.rows.map { rows in
        rows.map { row in
          row.indices.map { row[$0 >= 130 && $0 < 230 ? $0 - 130 : $0 < 100 ? $0 + 130 : $0] }
        }
      }
      try AtomicFile.write(LabelFiles.safetensors(corpus), to: folder + "/a.safetensors")
      let lines = texts.map { JSON.object(["text": JSON($0)]).text + "\n" }.joined()
      try AtomicFile.write(lines, to: folder + "/texts.jsonl")
      var given = GivenContext()
      given.tokenizer = TinyInputs.tokenizer
      try given.readTexts(folder + "/texts.jsonl")
      return (folder + "/a.safetensors", given)
    },
    .file("OpenAI rows one late, by texts", "off-by-one", as: "a.jsonl") {
      LabelFiles.completions(
        try made().shifted(1), k: 8, spelling: { TinyInputs.tokenizer.spelling(of: $0) })
    },
    .file("ids that the rows do not have", "wrong-tokenizer", as: "a.safetensors") {
      var corpus = try made()
      corpus.tokens[4][6] = 300
      return LabelFiles.safetensors(corpus)
    },
    .file("padding among the targets", "padding-counted", as: "a.safetensors") {
      var corpus = try made()
      // Texts of many lengths, as batches have them.
      for s in corpus.tokens.indices {
        let count = corpus.tokens[s].count - s % 7 * 2
        corpus.tokens[s] = Array(corpus.tokens[s].prefix(count))
        corpus.rows[s] = Array(corpus.rows[s].prefix(count - 1))
      }
      let longest = corpus.tokens.map(\.count).max() ?? 0
      for s in corpus.tokens.indices {
        let count = longest - corpus.tokens[s].count
        corpus.tokens[s] += [Int32](repeating: 0, count: count)
        corpus.rows[s] += (0..<count).map { i in
          Corpus.normalised(
            corpus.rows[s][0].enumerated().map { $0 == 0 ? 3 : $1 + Float(i) * 1e-3 })
        }
      }
      return LabelFiles.safetensors(corpus)
    },
    .file("masks one early", "mask-shifted", as: "a.jsonl") {
      var corpus = try made()
      corpus.masks = corpus.masks.map { Array($0.dropFirst()) + [0] }
      return LabelFiles.lists(corpus, k: 8)
    },
    .file("masks one late", "mask-shifted", as: "a.safetensors") {
      var corpus = try made()
      corpus.masks = corpus.masks.map { [0] + $0.dropLast() }
      return LabelFiles.safetensors(corpus, hasMasks: true)
    },
    .file("prompts among the targets", "prompt-trained", as: "a.jsonl") {
      let corpus = try made()
      let text = String(decoding: LabelFiles.lists(corpus, k: 8, prompts: true), as: UTF8.self)
      let lines = text.split(separator: "\n").map { line -> String in
        guard let start = line.range(of: "\"loss_mask\":[")?.upperBound,
          let end = line[start...].firstIndex(of: "]")
        else { return String(line) }
        return line.replacingCharacters(
          in: start..<end, with: line[start..<end].replacingOccurrences(of: "0", with: "1"))
      }
      return Array((lines.joined(separator: "\n") + "\n").utf8)
    },
    Case("texts without the token that begins them", "bos-asymmetry") { folder in
      try AtomicFile.write(LabelFiles.safetensors(made()), to: folder + "/a.safetensors")
      var given = GivenContext()
      var tokenizer = TinyInputs.tokenizer
      tokenizer.conventions.beginningId = 2
      tokenizer.conventions.addsBeginning = true
      given.tokenizer = tokenizer
      return (folder + "/a.safetensors", given)
    },
    .file("probability 0 for what came", "impossible-target", as: "a.safetensors") {
      var corpus = try made()
      let target = Int(corpus.tokens[3][8])
      corpus.rows[3][7][target] = -.infinity
      corpus.rows[3][7] = Corpus.normalised(corpus.rows[3][7])
      return LabelFiles.safetensors(corpus)
    },
  ]

  /// Files that end too early, or hold something else.
  static let fileBugs: [Case] = [
    .file("half of a llama.cpp file", "truncated", as: "a.kld") {
      let bytes = LabelFiles.llama(try made())
      return Array(bytes.prefix(bytes.count / 2))
    },
    .file("a llama.cpp header of the other order", "byte-order", as: "a.kld") {
      let bytes = LabelFiles.llama(try made())
      let header = [8, 12, 16].flatMap { Array(bytes[$0..<($0 + 4)].reversed()) }
      return Array(bytes[..<8]) + header + Array(bytes[20...])
    },
    .file("a cut safetensors file", "truncated", as: "a.safetensors") {
      Array(LabelFiles.safetensors(try made()).dropLast(999))
    },
    .file("a cut tar of Megatron's", "truncated", as: "dp0__9.tar") {
      let bytes = try LabelFiles.megatron(made(), k: 8).bytes
      return Array(bytes.prefix(bytes.count / 2))
    },
    .file("a line that ends in the middle", "truncated", as: "a.jsonl") {
      Array(LabelFiles.vllm(try made(), k: 8).dropLast(200))
    },
  ]

  /// Sets of ours that were changed after they were written.
  static let ourBugs: [Case] = [
    OurSets.case("our rows one late", "off-by-one") {
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      return try OurSets.changed(made) { _, tokens, mask, rows in
        let all = try OurSets.rows(rows)
        return (tokens, mask, OurSets.member(Array(all.dropFirst()) + [all[all.count - 1]]))
      }
    },
    OurSets.case("our rows after the certificate", "certificate") {
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      return try OurSets.changed(made) { _, tokens, mask, rows in
        let all = try OurSets.rows(rows)
        return (
          tokens, mask, OurSets.member(all.map { row in Corpus.normalised(row.map { $0 * 0.7 }) })
        )
      }
    },
    OurSets.case("our masks one late", "mask-shifted") {
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      return try OurSets.changed(made) { _, tokens, mask, rows in
        (tokens, [0] + mask.dropLast(), rows)
      }
    },
    OurSets.case("our prompts among the targets", "prompt-trained") {
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      return try OurSets.changed(made) { _, tokens, mask, rows in
        (tokens, [0] + mask.dropFirst().map { _ in 1 }, rows)
      }
    },
    Case("a flipped bit in a set of ours", "damaged") { folder in
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      let path = folder + "/set"
      try FileManager.default.copyItem(atPath: made.folder, toPath: path)
      var bytes = try readFile(path + "/data-000000.tar.zst")
      bytes[bytes.count / 2] ^= 4
      try AtomicFile.write(bytes, to: path + "/data-000000.tar.zst")
      return (path, GivenContext())
    },
    Case("a teacher that did not make them", "another-teacher") { folder in
      let made = try OurSets.labels(OurSets.records(), OurSets.teacher())
      let path = folder + "/set"
      try FileManager.default.copyItem(atPath: made.folder, toPath: path)
      let other = try TinyInputs.model(
        "other", TinyInputs.randomParameters(seed: 5, positions: 160))
      try FileManager.default.copyItem(atPath: other.folder, toPath: folder + "/other")
      var given = GivenContext()
      given.teacher = folder + "/other"
      return (path, given)
    },
    proven("a temperature that its teacher proves", 1.25),
    proven("rows that were sharpened", 0.5),
  ]

  private static func proven(_ name: String, _ temperature: Float) -> Case {
    Case(name, "wrong-temperature") { folder in
      let teacher = try OurSets.teacher()
      try FileManager.default.copyItem(atPath: teacher.folder, toPath: folder + "/teacher")
      var given = GivenContext()
      given.teacher = folder + "/teacher"
      try AtomicFile.write(
        LabelFiles.safetensors(
          OurSets.corpus(of: OurSets.labels(OurSets.records(), teacher)).softened(temperature)),
        to: folder + "/a.safetensors")
      return (folder + "/a.safetensors", given)
    }
  }
}

extension Tokenizer {
  /// The text of ids.
  fileprivate func specialTokensRemoved(_ ids: [Int32]) -> String {
    String(decoding: (try? decode(ids)) ?? [], as: UTF8.self)
  }
}

extension OurSets {
  /// The texts and rows of a set of ours.
  static func corpus(of made: MadeStage) throws -> Corpus {
    var corpus = Corpus(
      vocabulary: TinyInputs.tokenizer.vocabularySize, tokens: [], masks: [], rows: [])
    _ = try changed(made) { _, tokens, mask, rows in
      corpus.tokens.append(tokens)
      corpus.masks.append(mask)
      corpus.rows.append(try self.rows(rows).map(Corpus.normalised))
      return (tokens, mask, rows)
    }
    return corpus
  }
}
