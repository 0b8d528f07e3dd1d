import Foundation
import Kernels
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
}
