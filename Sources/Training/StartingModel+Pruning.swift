internal import Files
internal import Kernels
internal import Models

extension StartingModel {
  /// A checkpoint that was pruned.
  struct Pruned {
    let pruning: Pruning
    let importance: ActivationImportance
    let sampleCount: Int
    /// Floating-point operations of weighing its parts.
    let operations: Double
    /// Digest of the weights that are left.
    let fingerprint: String

    /// What the manifest says of it.
    var json: JSONObject {
      var facts: JSONObject = [
        "samples": JSON(sampleCount), "tokens": JSON(importance.tokenCount),
        "layer_influences": JSON(importance.layers) { .double(Self.rounded($0)) },
      ]
      for member in pruning.json.members { facts[member.key] = member.value }
      facts["flops"] = JSON(operations)
      return facts
    }

    /// To six decimals: what a person reads, and no more than the arithmetic bears.
    private static func rounded(_ x: Double) -> Double { (x * 1e6).rounded() / 1e6 }
  }

  /// Cuts the checkpoint to a shape: what does least on the first samples of the set is left out.
  ///
  /// A resumed training does it again, and finds the same.
  /// - Throws: `TrainingError.start` for a shape that the checkpoint cannot have.
  mutating func prune(
    to shape: StudentStart.Shape, on samples: TrainingSamples, engine: MatrixEngine, parts: Int,
    threads: Int
  ) throws {
    let used = samples.usable.prefix(shape.samples).map { samples.samples[$0] }
    let whole = parameters
    do {
      try shape.sizes.check(whole.configuration)
      let batch = try Batch(sequences: used.map { Array($0.tokens.dropLast()) })
      let importance = try ActivationImportance(
        of: whole, on: batch, engine: engine, parts: parts, threads: threads)
      let pruning = try Pruning(importance, of: whole.configuration, to: shape.sizes)
      let (fields, model) = try pruning.configuration(
        of: whole.configuration, fields: configuration)
      parameters = whole.pruned(to: pruning, model)
      configuration = fields
      pruned = try Pruned(
        pruning: pruning, importance: importance, sampleCount: used.count,
        // One forward pass; a training step is one and a backward pass of twice its cost.
        operations: whole.configuration.trainingOperations(rowStarts: batch.rowStarts) / 3,
        fingerprint: SHA256.hash(
          TrainingWork.weights(of: parameters, configuration: configuration)
        ).hex)
    } catch ModelError.configuration(let key, let reason) {
      throw TrainingError.start(name: name, reason: "prune: \(key): \(reason)")
    }
  }
}
