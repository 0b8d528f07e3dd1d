internal import Decoding
internal import Kernels
internal import Models
internal import Randomness
internal import Stages
internal import Tokenization

/// Batches of texts that the student itself writes: on-policy distillation (Agarwal et al. 2024,
/// "On-policy distillation of language models"; `share` is its lambda).
///
/// The samples of a step are those of the order. From the problem of each (all tokens before its
/// first target) the student writes, with its weights at that step, until an end token or a limit;
/// what it writes are the targets. A text has its own random stream, (seed, step, place in the
/// batch), and the decoder gives the same logits whatever is written beside it. So a step depends
/// on settings, inputs and weights alone: threads and interruptions change nothing. Where weights
/// are given, verifiers judge each text, and its tokens weigh what the verdict says.
///
/// Writing packs the weights once a step and allocates a decoder.
struct StudentTexts: BatchSource {
  /// The samples whose problems are answered.
  let order: TrainingBatches
  let writing: TextChoice.Writing
  let seed: Seed
  /// What verdicts on the texts make of their tokens; `nil`: they all weigh 1.
  let rewards: TokenWeights?
  private let wrapping: Wrapping
  /// Ids from this one on stand for no token and are never drawn.
  let liveTokens: Int
  /// Most tokens of a problem and its text together.
  let maxTokens: Int
  let threads: Int

  /// Most texts written at once.
  private static let sequences = 64

  /// - Parameters:
  ///   - seed: the training's.
  ///   - positions: of the student.
  init(
    over order: TrainingBatches, _ writing: TextChoice.Writing, rewards: TokenWeights? = nil,
    seed: UInt64, maxTokens: Int, positions: Int, threads: Int
  ) throws {
    self.order = order
    self.writing = writing
    self.seed = Seed(seed).child("student-texts")
    self.rewards = rewards
    let samples = order.samples
    wrapping = try Wrapping(samples.tokenizer, template: samples.template)
    liveTokens = samples.tokenizer.vocabularySize
    // The last token is written and not read.
    self.maxTokens = min(maxTokens, positions + 1)
    self.threads = threads
  }

  func members(
    ofStep step: Int, student: Parameters
  ) throws -> [TrainingSamples.Sample] {
    var members = order.members(ofStep: step)
    var streams: [RandomStream] = []
    var places: [Int] = []
    for place in members.indices {
      var stream = seed.child(step).child(place).stream()
      guard stream.unit() < share(atStep: step), limit(members[place]) > 0 else { continue }
      places.append(place)
      streams.append(stream)
    }
    guard !places.isEmpty else { return members }
    let prompts = places.map { prompt(of: members[$0]) }
    let longest = prompts.reduce(0) { max($0, $1.count) }
    let decoder = Decoder(
      weights: DecoderWeights(student, threads: threads),
      sequences: min(Self.sequences, prompts.count),
      positions: min(maxTokens - 1, longest + writing.newTokens), threads: threads)
    let written = try decoder.generate(
      prompts: prompts, newTokens: writing.newTokens, stop: wrapping.endIds,
      sampling: Sampling(temperature: writing.temperature, liveTokens: liveTokens),
      streams: streams)
    for (place, (prompt, text)) in zip(places, zip(prompts, written)) {
      let sample = members[place]
      members[place] = TrainingSamples.Sample(
        id: sample.id, tokens: prompt + text,
        mask: [UInt8](repeating: 0, count: prompt.count)
          + [UInt8](repeating: 1, count: text.count),
        position: sample.position,
        weights: try rewards?.weights(
          of: text, after: prompt.count, for: sample.record, wrapping: wrapping),
        record: sample.record)
    }
    return members
  }

  private func prompt(of sample: TrainingSamples.Sample) -> [Int32] {
    Array(sample.tokens.prefix(sample.mask.firstIndex(of: 1) ?? 0))
  }

  /// Most tokens that may be written after the problem of a sample; 0 where none can.
  private func limit(_ sample: TrainingSamples.Sample) -> Int {
    let prompt = sample.mask.firstIndex(of: 1) ?? 0
    return prompt == 0 ? 0 : max(0, min(writing.newTokens, maxTokens - prompt))
  }

  /// Most rows of a sample, whoever writes it.
  private func rows(_ sample: TrainingSamples.Sample) -> Int {
    let prompt = sample.mask.firstIndex(of: 1) ?? 0
    let shares = writing.share.range
    let written = limit(sample) > 0 && shares.upperBound > 0 ? prompt + limit(sample) - 1 : 0
    return max(written, shares.lowerBound < 1 || written == 0 ? sample.rowCount : 0)
  }

  private func share(atStep step: Int) -> Double {
    writing.share.value(atStep: step, of: order.stepCount)
  }

  func largestSizes(of count: Int?) -> (rows: Int, sequence: Int) {
    var (most, sequence) = (0, 0)
    for step in 1...order.stepCount {
      var sum = 0
      for (place, member) in order.members(ofStep: step).enumerated() {
        if let count, place % count == 0 { sum = 0 }
        let rows = rows(member)
        sum += rows
        most = max(most, sum)
        sequence = max(sequence, rows)
      }
    }
    return (most, sequence)
  }

  /// Number of distinct problems.
  func uniqueCount(through last: Int) -> Int { order.uniqueCount(through: last) }

  var digest: String { order.digest }

  var schedules: [NamedSchedule] { [NamedSchedule("share", writing.share)] }

  /// Writing takes about one forward pass over what is written, a third of a training step.
  func operations(_ batch: Batch, model: TransformerConfiguration, step: Int) -> Double {
    share(atStep: step) * model.trainingOperations(rowStarts: batch.rowStarts) / 3
  }
}
