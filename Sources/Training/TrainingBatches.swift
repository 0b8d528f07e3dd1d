internal import Models
internal import Sets

/// The batches of a run: batch s is the entries `s * batch ..< (s + 1) * batch` of the order, their
/// rows concatenated without padding. Its content depends on order and position alone.
struct TrainingBatches: BatchSource {
  let samples: TrainingSamples
  let order: OrderFile
  let batchSize: Int
  /// For each entry of the order, its sample's place in `samples`.
  private let places: [UInt32]

  /// - Throws: `TrainingError.set` if a batch has nothing to learn from.
  init(samples: TrainingSamples, order: OrderFile, batchSize: Int) throws(TrainingError) {
    self.samples = samples
    self.order = order
    self.batchSize = batchSize
    places = order.positions.map { UInt32(samples.place(of: $0)) }
    for step in 1...(order.positions.count / batchSize) where members(ofStep: step).isEmpty {
      throw .set(
        name: samples.name,
        reason: "every sample of step \(step) is longer than max_tokens -- raise it")
    }
    guard samples.samples.contains(where: { $0.weights != nil }) else { return }
    for step in 1...(order.positions.count / batchSize)
    where !members(ofStep: step).contains(where: \.hasTarget) {
      throw .set(
        name: samples.name,
        reason: "every token of step \(step) weighs 0 -- give weights above 0, or a larger batch")
    }
  }

  var stepCount: Int { order.positions.count / batchSize }

  /// The samples of a step, counted from 1, without those that are too long.
  func members(ofStep step: Int) -> [TrainingSamples.Sample] {
    places[((step - 1) * batchSize)..<(step * batchSize)].compactMap {
      let sample = samples.samples[Int($0)]
      return sample.isUsable ? sample : nil
    }
  }

  func members(ofStep step: Int, student: Parameters) -> [TrainingSamples.Sample] {
    members(ofStep: step)
  }

  /// Of `order.npy`.
  var digest: String { order.digest }

  /// The texts lie in the set.
  func operations(_ batch: Batch, model: TransformerConfiguration, step: Int) -> Double { 0 }

  func largestSizes(of count: Int?) -> (rows: Int, sequence: Int) {
    var rows = 0
    var sequence = 0
    for step in 1...stepCount {
      var sum = 0
      for (place, member) in members(ofStep: step).enumerated() {
        if let count, place % count == 0 { sum = 0 }
        sum += member.rowCount
        sequence = max(sequence, member.rowCount)
        rows = max(rows, sum)
      }
    }
    return (rows, sequence)
  }

  /// Number of distinct samples in the steps `1 ... last`.
  func uniqueCount(through last: Int) -> Int {
    var isSeen = [Bool](repeating: false, count: samples.samples.count)
    for place in places.prefix(last * batchSize) { isSeen[Int(place)] = true }
    return samples.usable.count { isSeen[$0] }
  }
}
