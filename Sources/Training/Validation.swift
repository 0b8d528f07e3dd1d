internal import Kernels
internal import Files
internal import Models
internal import SoftLabels
internal import Scores
internal import Stages

/// Likelihoods of a model on a set that it is not trained on: means over targets, in nats.
struct ValidationFigures: Sendable, Equatable {
  /// -log q(next token).
  var likelihood: Double
  /// Same at choice positions (oracle entropy above 0), and at forced ones.
  var likelihoodAtChoice: Double?
  var likelihoodForced: Double?
  /// Cross-entropy against the oracle's distribution, and its floor.
  var crossEntropyAtChoice: Double?
  var entropyAtChoice: Double?

  var json: JSON {
    func figure(_ value: Double?) -> JSON { value.map { JSON($0) } ?? .null }
    return [
      "nll": JSON(likelihood), "nll_choice": figure(likelihoodAtChoice),
      "nll_forced": figure(likelihoodForced), "ce_choice": figure(crossEntropyAtChoice),
      "entropy_choice": figure(entropyAtChoice),
    ]
  }
}

/// A validation set, cut into batches once; these never change.
struct Validation {
  private let samples: TrainingSamples
  /// Whether the set's distributions are exact, so that choice and forced positions can be told
  /// apart.
  private let hasOracle: Bool
  private let batches: [[Int]]
  private let pass: InferencePass

  /// Most values in one batch of log-probabilities: 64 MiB.
  private static let mostValues = 1 << 24

  init(
    samples: TrainingSamples, hasOracle: Bool, configuration: TransformerConfiguration,
    engine: MatrixEngine, parts: Int
  ) throws(TrainingError) {
    self.samples = samples
    self.hasOracle = hasOracle
    let usable = samples.usable
    guard !usable.isEmpty else {
      throw .set(name: samples.name, reason: "every sample is longer than max_tokens -- raise it")
    }
    let most = max(1, min(4096, Self.mostValues / samples.vocabulary))
    var batches: [[Int]] = []
    var rows = 0
    for position in usable {
      let count = samples.samples[position].rowCount
      if batches.isEmpty || rows + count > most {
        batches.append([])
        rows = 0
      }
      batches[batches.count - 1].append(position)
      rows += count
    }
    self.batches = batches
    let longest = usable.reduce(1) { max($0, samples.samples[$1].rowCount) }
    pass = InferencePass(
      configuration: configuration, engine: engine, parts: parts,
      maximumTokensPerPart: max(longest, 512))
  }

  /// Bytes that it takes: samples, activations, and two copies of the largest batch's logarithms,
  /// four where exact ones are read beside them.
  var bytes: Int {
    let rows = batches.reduce(0) { most, batch in
      max(most, batch.reduce(0) { $0 + samples.samples[$1].rowCount })
    }
    return samples.bytes + pass.bytes + (samples.labels?.bytes.held ?? 0)
      + (hasOracle ? 4 : 2) * MemoryLayout<Float>.stride * rows * samples.vocabulary
  }

  /// - Throws: `Interrupted` between two batches; `SoftLabelError` naming a sample whose likelihood
  ///   is not finite.
  func figures(
    of parameters: Parameters, threads: Int, shouldStop: () -> Bool
  ) throws -> ValidationFigures {
    let V = samples.vocabulary
    var scores = TargetScores()
    for positions in batches {
      if shouldStop() { throw Interrupted() }
      let members = positions.map { samples.samples[$0] }
      let batch = try Batch(samples: members.map { ($0.tokens, $0.mask) })
      let rows = try pass.logProbabilities(
        parameters: parameters, batch: batch, threads: threads)
      var at = 0
      for member in members {
        let stored =
          hasOracle ? try samples.logProbabilities(of: member) : []
        let end = at + member.rowCount * V
        scores += try TargetScores(
          rows: rows.span.extracting(at..<end), stored: stored.span,
          as: hasOracle ? .exact : .none, tokens: member.tokens, mask: member.mask, vocabulary: V,
          sample: member.id)
        at = end
      }
    }
    return ValidationFigures(scores, hasOracle: hasOracle)
  }
}

extension ValidationFigures {
  init(_ scores: TargetScores, hasOracle: Bool) {
    func mean(_ sum: Double, _ count: Int) -> Double? {
      hasOracle && count > 0 ? sum / Double(count) : nil
    }
    self.init(
      likelihood: (scores.likelihoodLossChoice + scores.likelihoodLossForced)
        / Double(max(1, scores.targets)),
      likelihoodAtChoice: mean(scores.likelihoodLossChoice, scores.choices),
      likelihoodForced: mean(scores.likelihoodLossForced, scores.forced),
      crossEntropyAtChoice: mean(scores.crossEntropyChoice, scores.choices),
      entropyAtChoice: mean(scores.entropyChoice, scores.choices))
  }
}
