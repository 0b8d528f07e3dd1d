import Checkpoints
import Files
import Foundation
import Kernels
import Models
import Randomness
import Testing

struct `Training benchmark` {
  @Test func `figures are of one kind`() throws {
    let figures = try TrainingBenchmark.student().run(threads: 1, repetitions: 2)
    #expect(figures.fastestSeconds <= figures.secondsPerStep)
    #expect(figures.secondsPerStep <= figures.slowestSeconds)
    #expect(abs(figures.tokensPerSecond * figures.secondsPerStep - 1920) < 1e-6)
    #expect(figures.gigaflops > 0 && figures.productGigaflops > 0)
  }

  /// Not a test: prints what this machine reaches.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RETORT_MEASURE"] != nil))
  func `measure`() throws {
    for (benchmark, threads, soft) in try [
      (TrainingBenchmark.tiny(), 2, false), (.tiny(), 2, true), (.small(), 2, false),
      (.small(), 2, true), (.student(), 1, false), (.student(), 1, true),
    ] {
      var benchmark = benchmark
      benchmark.hasSoftTargets = soft
      let f = try benchmark.run(threads: threads, repetitions: 15)
      print(
        "\(benchmark.name) soft \(soft) \(threads) threads: \(Int(f.tokensPerSecond)) tokens/s,",
        "\(Int(f.gigaflops)) of \(Int(f.productGigaflops)) GFLOP/s,",
        "\(f.secondsPerStep * 1000) ms (\(f.fastestSeconds * 1000)…\(f.slowestSeconds * 1000))",
        f.coreName, f.instructionSet)
    }
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["RETORT_MEASURE"] != nil))
  func `measure writing`() throws {
    for (benchmark, threads) in try [(TrainingBenchmark.small(), 2), (.tiny(), 2), (.student(), 1)]
    {
      let generation = GenerationBenchmark(configuration: benchmark.configuration)
      let times = try generation.run(threads: threads)
      let seconds = times.map { $0.prefill + $0.decode }.sorted()[times.count / 2]
      let rate = Double(generation.prompts * generation.newTokens) / seconds
      print("\(benchmark.name) \(threads) threads: writes \(Int(rate)) tokens/s")
    }
  }

  /// Not a test: a folder for Scripts/goldens/model.py to compare with transformers.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RETORT_EXPORT"] != nil))
  func `export for transformers`() throws {
    let directory = try #require(ProcessInfo.processInfo.environment["RETORT_EXPORT"])
    for tied in [true, false] {
      let configuration = try TransformerConfiguration(
        vocabularySize: 300, hiddenSize: 64, intermediateSize: 96, layerCount: 3, headCount: 4,
        keyValueHeadCount: 2, positionCount: 128, rotaryBase: 20_000, tiesEmbeddings: tied)
      let parameters = Parameters(drawn: configuration, seed: Seed(1))
      let folder = "\(directory)/\(tied ? "tied" : "untied")"
      try ModelFolder.write(parameters, tokenizer: nil, to: folder)
      let tokens = (0..<100).map { Int32($0 * 37 % 300) }
      let logits = try InferencePass(configuration: configuration, maximumTokensPerPart: 128)
        .logits(parameters: parameters, batch: Batch(sequences: [tokens]))
      try AtomicFile.write(
        NPY.encode(Tensor(shape: [100], elements: .int32(tokens))), to: folder + "/tokens.npy")
      try AtomicFile.write(
        NPY.encode(Tensor(shape: [100, 300], elements: .float32(logits))),
        to: folder + "/logits.npy")
    }
  }

  /// A folder that transformers wrote must load, and give its logits.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["RETORT_IMPORT"] != nil))
  func `import from transformers`() throws {
    let folder = try #require(ProcessInfo.processInfo.environment["RETORT_IMPORT"])
    let parameters = try ModelFolder.load(folder)
    let expected = try NPY.decode(readFile(folder + "/logits.npy"), named: "logits").floats
    let ids = try NPY.decode(readFile(folder + "/tokens.npy"), named: "tokens").elements
    guard case .int32(let tokens) = ids else { return }
    let logits = try InferencePass(
      configuration: parameters.configuration, maximumTokensPerPart: 128
    ).logits(parameters: parameters, batch: Batch(sequences: [tokens]))
    #expect(mismatch(logits, expected ?? [], tolerance: 1e-4) == nil)
    print("imported \(parameters.configuration), first logit \(logits[0])")
  }
}
