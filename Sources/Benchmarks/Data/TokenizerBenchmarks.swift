internal import Files
internal import Generation
internal import Records
internal import Tasks
package import Tokenization

/// Speed of one thread turning text into tokens and back.
package struct TokenizerBenchmarks {
  /// Bytes per document.
  private static let documentSize = 2000
  /// Most bytes read.
  private static let textSize = 8_000_000

  private let repetitions: Int
  private let vocabularySize: Int

  /// - Parameter vocabularySize: the largest vocabulary of a tokenizer trained here.
  package init(repetitions: Int, vocabularySize: Int) {
    self.repetitions = repetitions
    self.vocabularySize = vocabularySize
  }

  /// - Parameters:
  ///   - text: a file to encode; nil encodes traces of all families.
  ///   - tokenizer: a tokenizer to encode with; otherwise one is trained on half of the text.
  ///   - folder: where to leave tokenizer, documents and their ids for other programs.
  package func run(
    text: String?, tokenizer given: Tokenizer?, keeping folder: String?
  ) throws -> [BenchmarkResult] {
    let bytes = try text.map { Array(try readFile($0).prefix(Self.textSize)) } ?? traces()
    // Learns from every other document, encodes those it has not seen.
    let all = Self.documents(of: bytes)
    func half(_ odd: Int) -> [[UInt8]] { all.indices.filter { $0 % 2 == odd }.map { all[$0] } }
    let tokenizer =
      given ?? Tokenizer.train(on: half(0), vocabularySize: vocabularySize).tokenizer
    let documents = half(1)
    guard !documents.isEmpty else {
      throw BenchmarkError.text(minimumBytes: 2 * Self.documentSize)
    }
    var ids: [[Int32]] = []
    let encoding = Spread(repetitions: repetitions) {
      ids = documents.map { tokenizer.encode($0) }
    }
    let decoding = try Spread(repetitions: repetitions) {
      for document in ids { _ = try tokenizer.decode(document) }
    }
    // Other tokenizers may normalise the text they encode.
    for (document, its) in zip(documents, ids) where tokenizer.isRetort {
      guard try tokenizer.decode(its) == document else {
        throw BenchmarkError.roundTrip
      }
    }
    if let folder {
      try Folder.make(folder)
      try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
      let lines: JSON = [
        "documents": JSON(documents) { JSON(String(decoding: $0, as: UTF8.self)) },
        "ids": JSON(ids) { JSON($0) { JSON(Int($0)) } },
      ]
      try AtomicFile.write(lines.serialized(), to: folder + "/documents.json")
    }
    let size = Double(documents.reduce(0) { $0 + $1.count })
    let tokens = Double(ids.reduce(0) { $0 + $1.count })
    return [
      BenchmarkResult(
        bench: "tokenizer", config: text == nil ? "traces" : "text",
        figures: [
          "vocabulary": JSON(tokenizer.vocabularySize),
          "encode_mb_per_s": JSON(size / encoding.median / 1e6),
          "encode_mb_per_s_best": JSON(size / encoding.best / 1e6),
          "tokens_per_s": JSON(tokens / encoding.median),
          "decode_mb_per_s": JSON(size / decoding.median / 1e6),
          "bytes_per_token": JSON(size / tokens), "bytes": JSON(size),
        ])
    ]
  }

  private func traces() throws -> [UInt8] {
    let families = Tasks.Families.all.filter { $0 is any WalkFamily }.map(\.name).sorted()
    let plan = try GenerationPlan(
      cells: families.flatMap { family in (1...9).map { .init(family: family, level: $0) } },
      count: 40_000, split: nil, seed: 1)
    var text: [UInt8] = []
    _ = try Generator(plan).run(threads: 1) { records, _ in
      for record in records { text += Array((record.problem + "\n" + record.solution + "\n").utf8) }
    }
    return Array(text.prefix(Self.textSize))
  }

  /// Cuts text at line ends; invalid UTF-8 is replaced, so that other programs can read it.
  private static func documents(of bytes: [UInt8]) -> [[UInt8]] {
    var documents: [[UInt8]] = []
    var document: [UInt8] = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      document += line
      document.append(0x0A)
      if document.count >= documentSize {
        documents.append(document)
        document = []
      }
    }
    if !document.isEmpty { documents.append(document) }
    return documents.map { Array(String(decoding: $0, as: UTF8.self).utf8) }
  }
}
