public import Archives
public import Files
import Kernels
public import Models
import Randomness
public import Records
import Stages
import Tasks
public import Tokenization

/// Stages' inputs of the smallest size, made without the stages that make real ones.
public enum TinyInputs {
  /// One id for each byte, and the special ones.
  public static let tokenizer = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer

  /// Records of a family, drawn, some at each level.
  public static func records(
    _ family: String, levels: ClosedRange<Int>, perLevel: Int, seed: UInt64 = 7
  ) throws -> [Record] {
    let family = try Families.named(family).orThrow("no family \(family)")
    var records: [Record] = []
    for level in levels {
      var index = 0
      while records.count < (level - levels.lowerBound + 1) * perLevel {
        var record = try draw(family, level: level, seed: Seed(seed), index: index)
        record.checker = accepted(record.family)
        index += 1
        if !records.contains(where: { $0.id == record.id }) { records.append(record) }
      }
    }
    return records
  }

  /// What a verifier says of a trace that it takes.
  private static func accepted(_ family: String) -> Record.Checker {
    Record.Checker(name: family, version: 1, verdict: .accepted, level: .steps)
  }

  /// One record of given texts, as if a verifier had taken it.
  public static func record(
    _ family: String, _ problem: String, _ solution: String, answer: String, level: Int = 1
  ) -> Record {
    Record(
      family: family, level: level, knobs: [:], problem: problem, solution: solution,
      answer: answer, canonicalProblem: problem, origin: .reference, checker: accepted(family))
  }

  /// A set of records, as stage `generate` leaves it.
  public static func set(
    _ name: String, _ records: [Record], details: JSONObject = ["verified": true]
  ) throws -> MadeStage {
    try archive(name, kind: "generate", records.map { ArchiveSample(record: $0) }, details)
  }

  /// A set of any samples.
  public static func archive(
    _ name: String, kind: String, _ samples: [ArchiveSample], _ details: JSONObject
  ) throws -> MadeStage {
    try MadeStage(name, kind: kind) { folder in
      var writer = try ArchiveWriter(directory: folder, name: "data")
      for sample in samples { try writer.append(sample) }
      let summary = try writer.finish()
      return StageResult(
        content: summary.content.hex, archive: summary.description, details: details,
        files: summary.files.map(\.path), summary: "")
    }
  }

  /// A trained model's folder, as stage `train` leaves it.
  public static func model(
    _ name: String, _ parameters: Parameters, best: Parameters? = nil,
    tokenizer: Tokenizer = tokenizer
  ) throws -> MadeStage {
    try MadeStage(name, kind: "train") { folder in
      try ModelFolder.write(parameters, tokenizer: tokenizer.json, to: folder + "/model")
      var files = ["config.json", "model.safetensors", "tokenizer.json", "generation_config.json"]
        .map { "model/" + $0 }
      if let best {
        try ModelFolder.write(best, tokenizer: nil, to: folder + "/best")
        try AtomicFile.write(
          readFile(folder + "/best/model.safetensors"), to: folder + "/best.safetensors")
        files.append("best.safetensors")
      }
      return StageResult(files: files, summary: "")
    }
  }

  /// A small model of random weights, large enough to be far from uniform.
  public static func randomParameters(
    seed: UInt64, positions: Int = 96, vocabulary: Int = tokenizer.vocabularySize
  ) throws -> Parameters {
    let parameters = Parameters(
      drawn: try TransformerConfiguration(
        vocabularySize: vocabulary, hiddenSize: 8, intermediateSize: 12, layerCount: 1,
        headCount: 2, keyValueHeadCount: 1, headWidth: 4, positionCount: positions,
        normEpsilon: 1e-5, rotaryBase: 10_000, tiesEmbeddings: true),
      seed: Seed(seed))
    for i in 0..<parameters.layout.matrixCount { parameters.values[i] *= 40 }
    return parameters
  }

  /// A model whose logits are a table: those of the next token depend on the last token alone, and
  /// are what `logits(last)` says.
  ///
  /// Embeddings are unit vectors, every layer adds nothing, the last norm stretches a unit vector
  /// of V dimensions by the square root of V, and the readout is the table.
  public static func tableParameters(
    positions: Int = 96, logits: (_ last: Int) -> [Float]
  ) throws -> Parameters {
    try padded(to: tokenizer.vocabularySize, positions: positions, logits: logits)
  }

  /// The same with more ids than the tokenizer has: what is beyond them is no token.
  public static func padded(
    to V: Int, positions: Int = 96, logits: (_ last: Int) -> [Float]
  ) throws -> Parameters {
    let parameters = Parameters(
      zeros: try TransformerConfiguration(
        vocabularySize: V, hiddenSize: V, intermediateSize: 4, layerCount: 1, headCount: 1,
        keyValueHeadCount: 1, headWidth: 2, positionCount: positions, normEpsilon: 1e-12,
        rotaryBase: 10_000, tiesEmbeddings: false))
    let embedding = try parameters["model.embed_tokens.weight"].orThrow("no embedding")
    let readout = try parameters["lm_head.weight"].orThrow("no readout")
    let norm = try parameters["model.norm.weight"].orThrow("no norm")
    for i in 0..<V {
      embedding[i * V + i] = 1
      norm[i] = 1
      for (v, logit) in logits(i).enumerated() {
        readout[v * V + i] = logit / Float(V).squareRoot()
      }
    }
    return parameters
  }

  /// A table that writes one text after every problem: `next[last]` is what may come, with equal
  /// chances; everything else is as good as impossible.
  public static func chainParameters(
    _ next: [Int32: [Int32]], positions: Int = 96
  ) throws -> Parameters {
    try tableParameters(positions: positions) { last in
      var logits = [Float](repeating: -40, count: tokenizer.vocabularySize)
      for token in next[Int32(last)] ?? [Tokenizer.eosId] { logits[Int(token)] = 0 }
      return logits
    }
  }

  /// The token of an ASCII character.
  public static func token(_ character: Character) -> Int32 {
    tokenizer.encode(Array(String(character).utf8))[0]
  }

  /// Tokens follow each other as the characters of `text` do, after the separator, up to the end.
  public static func chain(_ text: String) -> [Int32: [Int32]] {
    let tokens = [Tokenizer.sepId] + tokenizer.encode(Array(text.utf8)) + [Tokenizer.eosId]
    var next: [Int32: [Int32]] = [:]
    for (a, b) in zip(tokens, tokens.dropFirst()) where !next[a, default: []].contains(b) {
      next[a, default: []].append(b)
    }
    return next
  }
}

struct MissingInput: Error { let what: String }

extension Optional {
  fileprivate func orThrow(_ what: String) throws -> Wrapped {
    guard let self else { throw MissingInput(what: what) }
    return self
  }
}
