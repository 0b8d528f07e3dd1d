import Foundation
import Kernels
import ModelSupport
import Models
import Testing

struct `Perplexity of a text` {
  /// From transformers' logits, in double.
  func expected(_ golden: GoldenArchitecture, counting: (Int) -> Bool) throws -> Perplexity {
    let V = 29
    let logits = try golden.floats("logits").map(Double.init)
    let starts = golden.batch.rowStarts
    var sum = Perplexity()
    for (start, end) in zip(starts, starts.dropFirst()) {
      for row in start..<max(start, end - 1) where counting(row - start + 1) {
        let all = logits[(row * V)..<((row + 1) * V)]
        sum.nllSum +=
          log(all.reduce(0) { $0 + exp($1) }) - logits[row * V + Int(golden.batch.tokens[row + 1])]
        sum.tokenCount += 1
      }
    }
    return sum
  }

  func texts(
    _ golden: GoldenArchitecture, counting: (Int) -> Bool
  ) -> [(tokens: [Int32], mask: [UInt8])] {
    zip(golden.batch.rowStarts, golden.batch.rowStarts.dropFirst()).map { start, end in
      let tokens = Array(golden.batch.tokens[start..<end])
      return (tokens, tokens.indices.map { counting($0) ? 1 : 0 })
    }
  }

  @Test(arguments: ["llama-yarn", "gpt2", "gemma3"], [1, 2])
  func `is that of transformers' logits`(name: String, threads: Int) throws {
    let golden = try GoldenArchitecture(name)
    let meter = PerplexityMeter(parameters: try golden.load(), context: 64, threads: threads)
    for counting in [{ @Sendable (_: Int) in true }, { $0 % 3 == 0 }] {
      let found = try meter.measure(texts(golden, counting: counting))
      let wanted = try expected(golden, counting: counting)
      #expect(found.tokenCount == wanted.tokenCount)
      #expect(abs(found.meanNLL - wanted.meanNLL) < 1e-5)
      #expect(abs(found.perplexity / exp(wanted.meanNLL) - 1) < 1e-5)
    }
  }

  @Test func `does not depend on the threads, to the last bit`() throws {
    let golden = try GoldenArchitecture("llama-yarn")
    let parameters = try golden.load()
    let one = texts(golden) { _ in true }
    let texts = (0..<150).flatMap { _ in one }
    let found = try [1, 2, 3].map {
      try PerplexityMeter(parameters: parameters, context: 64, threads: $0).measure(texts)
    }
    #expect(found[0] == found[1] && found[0] == found[2] && found[0].tokenCount > 4096)
  }

  @Test func `of a model whose logits overflow is an error`() throws {
    let golden = try GoldenArchitecture("llama-linear")
    let parameters = try golden.load()
    let norm = try #require(parameters.layout.tensors.first { $0.name == "model.norm.weight" })
    for i in norm.range { parameters.values[i] = 3e38 }
    #expect(throws: ModelError.logits(sequence: 0)) {
      try PerplexityMeter(parameters: parameters, context: 64).measure(
        texts(golden) { _ in true })
    }
  }

  /// Chunks see nothing before themselves: each alone is what the text is.
  @Test func `of a long text is that of its chunks`() throws {
    let golden = try GoldenArchitecture("llama-yarn")
    let parameters = try golden.load()
    let tokens = Array(golden.batch.tokens.suffix(45))
    let all = tokens.map { _ in UInt8(1) }
    let found = try PerplexityMeter(parameters: parameters, context: 10).measure([(tokens, all)])
    #expect(found.tokenCount == 44)
    let whole = PerplexityMeter(parameters: parameters, context: 64)
    var sum = Perplexity()
    for start in stride(from: 0, to: 44, by: 10) {
      let part = Array(tokens[start..<min(start + 11, 45)])
      sum = sum + (try whole.measure([(part, part.map { _ in 1 })]))
    }
    #expect(sum.tokenCount == 44 && abs(sum.nllSum - found.nllSum) < 1e-4)
    #expect(try whole.measure([([3], [1])]).tokenCount == 0)
  }

  static let V = 29

  /// From the logits of a full pass, in double: `-log q` of every token but the first of a window.
  func surprises(_ parameters: Parameters, _ window: [Int32]) throws -> [Double] {
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: 64)
    let logits = try pass.logits(parameters: parameters, batch: Batch(sequences: [window]))
    return (1..<window.count).map { at in
      let row = logits[((at - 1) * Self.V)..<(at * Self.V)].map(Double.init)
      return log(row.reduce(0) { $0 + exp($1) }) - row[Int(window[at])]
    }
  }

  func close(_ found: Perplexity, _ count: Int, _ sum: Double) -> Bool {
    found.tokenCount == count && abs(found.nllSum - sum) < 1e-4 * Double(count)
  }

  static let text: [Int32] = (0..<50).map { Int32(($0 * 7 + $0 * $0) % 29) }
  static let mask = [UInt8](repeating: 1, count: 50)

  /// Models that were trained with a token that begins every text are lost without it.
  @Test func `has the token that begins a text in front of every block`() throws {
    let parameters = try GoldenArchitecture("llama-yarn").load()
    let found = try PerplexityMeter(parameters: parameters, context: 10, beginning: 3)
      .measure([(Self.text, Self.mask)])
    // The first block is the text's own beginning, whatever it is: 10 tokens are read, 10 counted.
    var sum = try surprises(parameters, Array(Self.text[0...10])).reduce(0, +)
    var start = 10
    while start < 49 {
      let end = min(start + 9, 49)
      let window = [3] + Self.text[start...end]
      sum += try surprises(parameters, window).dropFirst().reduce(0, +)
      start = end
    }
    #expect(close(found, 49, sum), "\(found), \(sum)")
  }

  /// llama.cpp, tools/perplexity/perplexity.cpp: the beginning in place of each window's first
  /// token, tokens from n_ctx / 2 + 1 on.
  @Test(arguments: [nil, Int32(3)])
  func `is that of llama-perplexity by its convention`(beginning: Int32?) throws {
    let parameters = try GoldenArchitecture("llama-yarn").load()
    let meter = PerplexityMeter(
      parameters: parameters, context: 12, convention: .llamaCpp, beginning: beginning)
    let found = try meter.measure([(Self.text, Self.mask)])
    var sum = 0.0
    for chunk in 0..<(50 / 12) {
      var window = Array(Self.text[(chunk * 12)..<((chunk + 1) * 12)])
      if let beginning { window[0] = beginning }
      // Surprise i is that of token i + 1.
      sum += try surprises(parameters, window)[6...].reduce(0, +)
    }
    #expect(close(found, 4 * 5, sum), "\(found), \(sum)")
    #expect(throws: ModelError.self) {
      try meter.measure([(Array(Self.text.prefix(23)), Array(Self.mask.prefix(23)))])
    }
  }

  /// The recipe of the documentation, line by line.
  @Test(arguments: [4, 5, 12])
  func `is that of transformers by its recipe`(stride: Int) throws {
    let parameters = try GoldenArchitecture("llama-yarn").load()
    let found = try PerplexityMeter(
      parameters: parameters, context: 12, convention: .transformers(stride: stride), beginning: 3
    ).measure([(Self.text, Self.mask)])
    var (sum, count, previous) = (0.0, 0, 0)
    for begin in Swift.stride(from: 0, to: 50, by: stride) {
      let end = min(begin + 12, 50)
      let targets = end - previous
      let all = try surprises(parameters, Array(Self.text[begin..<end]))
      let counted = all.suffix(min(targets, all.count))
      sum += counted.reduce(0, +) / Double(counted.count) * Double(targets - 1)
      count += targets - 1
      previous = end
      if end == 50 { break }
    }
    #expect(close(found, count, sum), "\(found), \(count) \(sum)")
  }
}
