internal import Checkpoints
internal import Kernels
internal import Models

/// The batches of a run: batch s is the entries `s * batch ..< (s + 1) * batch` of the order, their
/// rows one after the other without padding. What a batch holds is a function of order and position
/// alone.
struct TrainingBatches: Sendable {
  let samples: TrainingSamples
  let order: TrainingOrder
  let batchSize: Int

  /// - Throws: `TrainingError.order` when a batch has nothing to learn from.
  init(samples: TrainingSamples, order: TrainingOrder, batchSize: Int) throws(TrainingError) {
    self.samples = samples
    self.order = order
    self.batchSize = batchSize
    for step in 1...(order.positions.count / batchSize) where members(ofStep: step).isEmpty {
      throw .order(
        name: samples.name,
        reason: "every sample of step \(step) is longer than max_tokens -- raise it")
    }
  }

  /// The samples of a step, counted from 1; those that are too long are left out.
  func members(ofStep step: Int) -> [TrainingSamples.Sample] {
    order.positions[((step - 1) * batchSize)..<(step * batchSize)].compactMap {
      samples.samples[$0].isUsable ? samples.samples[$0] : nil
    }
  }

  /// Most rows of one batch, and of one sequence.
  func largestSizes() -> (rows: Int, sequence: Int) {
    var rows = 0
    var sequence = 0
    for step in 1...(order.positions.count / batchSize) {
      var sum = 0
      for member in members(ofStep: step) {
        sum += member.rowCount
        sequence = max(sequence, member.rowCount)
      }
      rows = max(rows, sum)
    }
    return (rows, sequence)
  }

  /// How many different samples the steps `1 ... last` bring.
  func uniqueCount(through last: Int) -> Int {
    var seen = Set<Int>()
    for position in order.positions.prefix(last * batchSize)
    where samples.samples[position].isUsable {
      seen.insert(position)
    }
    return seen.count
  }

  /// Tokens and targets of one step.
  func batch(ofStep step: Int) throws(ModelError) -> Batch {
    try Batch(samples: members(ofStep: step).map { ($0.tokens, $0.mask) })
  }

  /// Soft labels of one step, `(rows, V)`, into `rows`, which is reused from step to step. Rows
  /// without a target hold anything.
  func decodeLabels(ofStep step: Int, into rows: inout [Float]) {
    let V = samples.vocabulary
    let members = members(ofStep: step)
    let count = members.reduce(0) { $0 + $1.rowCount } * V
    if rows.count > count { rows.removeLast(rows.count - count) }
    if rows.count < count { rows.append(contentsOf: repeatElement(0, count: count - rows.count)) }
    var at = 0
    for member in members {
      for t in 0..<member.rowCount {
        if member.mask[t + 1] != 0 {
          let from = member.halvesStart + t * V
          for v in 0..<V { rows[at + v] = Float16Bits.decode(samples.halves[from + v]) }
        }
        at += V
      }
    }
  }
}
