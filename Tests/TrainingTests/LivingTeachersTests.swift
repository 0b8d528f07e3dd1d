import Files
import Foundation
import Models
import Stages
import Testing
import Tokenization
import Training

/// Several teachers that label each batch as it is learnt.
struct `Several living teachers` {
  private let sets: TinySets
  private let order: StageInput

  init() throws {
    sets = try TinySets()
    order = try sets.order(48)
  }

  private func teacher(_ name: String, seed: Int) throws -> StageInput {
    var run = TinyRun(inputs: [try sets.labelled("taught-\(name)"), order])
    run.kind = .train
    run.with = ["seed": JSON(seed), "model": TinyRun.model]
    let folder = sets.place.path + "/" + name
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash(name).hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
  }

  private func losses(
    _ inputs: [StageInput], _ name: String, _ with: JSONObject = [:]
  ) throws -> [Double] {
    var run = TinyRun(inputs: inputs)
    run.with = ["log_every": 1]
    for member in with.members { run.with[member.key] = member.value }
    let out = sets.place.path + "/" + name
    _ = try run(out)
    return try TinyRun.metrics(in: out).compactMap { $0["loss"]?.doubleValue }
  }

  /// The mixture of the two models, every row in full.
  private func mixed(_ teachers: [(input: StageInput, weight: Float)]) throws -> StageInput {
    let models = try teachers.map {
      try ModelFolder.load(try $0.input.require().folder + "/model")
    }
    return try sets.labelled("mixed") { tokens in
      let mask = tokens.indices.map { UInt8($0 == 0 ? 0 : 1) }
      let rows = try models.map {
        try InferencePass(configuration: $0.configuration, maximumTokensPerPart: 512)
          .logProbabilities(parameters: $0, batch: Batch(samples: [(tokens, mask)]))
      }
      return rows[0].indices.map { i in
        log(zip(rows, teachers).reduce(Float(0)) { $0 + $1.1.weight * exp($1.0[i]) })
      }
    }
  }

  /// Stored logarithms are off by 2^-11 of themselves (as in `A living teacher`, at temperature 1).
  @Test func `train as their stored mixture does, but for its rounding`() throws {
    let (a, b) = (try teacher("a", seed: 3), try teacher("b", seed: 4))
    let labels = try sets.labelled()
    let stored = try losses([try mixed([(a, 0.7), (b, 0.3)]), order], "stored")
    let living = try losses(
      [labels, order, a, b], "living", ["teachers": ["a": 0.7, "b": 0.3]])
    let V = Double(TinySets.tokenizer.vocabularySize)
    #expect(abs(stored[0] - living[0]) < 0x1p-11 * 2 * (log(V) + 1))
    // Another weight, and either alone, is something else.
    let other = try losses([labels, order, a, b], "other", ["teachers": ["a": 0.3, "b": 0.7]])
    let alone = try losses([labels, order, a], "alone")
    #expect(abs(other[0] - living[0]) > 1e-4 && abs(alone[0] - living[0]) > 1e-4)
    #expect(living[11] < living[0])
    // Of a model with itself nothing new comes, but for the rounding of its logarithms.
    let twice = try losses([labels, order, a, a], "twice")
    #expect(zip(twice, alone).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func `routed to one are that one alone, bit for bit`() throws {
    let (a, b) = (try teacher("a", seed: 3), try teacher("b", seed: 4))
    let labels = try sets.labelled()
    let alone = try losses([labels, order, b], "alone")
    #expect(
      try losses([labels, order, a, b], "routed", ["route": ["sum-reduce": "b", "default": "a"]])
        == alone)
    #expect(
      try losses([labels, order, a, b], "fallback", ["route": ["sat": "a", "default": "b"]])
        == alone)
    let error = #expect(throws: TrainingError.self) {
      try losses([labels, order, a, b], "lost", ["route": ["sat": "a", "geometry": "b"]])
    }
    #expect(error?.description.contains("no teacher has its family") == true)
  }

  @Test func `write the same bytes on any number of threads, and after a stop`() throws {
    let inputs = [
      try sets.plain(), order, try teacher("a", seed: 3), try teacher("b", seed: 4),
    ]
    func digest(_ name: String, threads: Int = 1, stopAt: Int? = nil) throws -> [String] {
      var run = TinyRun(inputs: inputs)
      run.threads = threads
      run.with = ["teachers": ["a": 2, "b": 1]]
      let out = sets.place.path + "/" + name
      if let stopAt {
        #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      }
      return try TinyRun.digest(of: run(out), in: out)
    }
    let whole = try digest("w")
    for threads in [2, 3] { #expect(try digest("t\(threads)", threads: threads) == whole) }
    #expect(try digest("s", stopAt: 6) == whole)
    let details = try #require(whole.last)
    #expect(details.contains("\"teachers\":[{\"fingerprint\":"))
  }

  @Test func `of different tokenizers are refused`() throws {
    var run = TinyRun(inputs: [try sets.plain(), order])
    run.kind = .train
    run.with = ["tokenizer": ["vocab_size": 262]]
    let folder = sets.place.path + "/other"
    let result = try run(folder)
    let manifest = Manifest(
      kind: "train", content: SHA256.hash("other").hex,
      files: try result.files.map { try Manifest.entry($0, in: folder) }, details: result.details)
    let other = StageInput(
      name: "other", kind: "train", makes: [.model],
      finished: .init(folder: folder, manifest: manifest))
    let error = #expect(throws: TrainingError.self) {
      try losses([try sets.labelled(), order, try teacher("a", seed: 3), other], "out")
    }
    #expect(error?.description.contains("must share a tokenizer") == true)
  }
}
