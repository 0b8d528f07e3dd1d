/// A run of whole sequences of a batch that passes through the model at once: small enough for its
/// activations to stay in the cache, large enough for fast matrix products.
struct Slice: Sendable {
  /// Rows in the batch.
  let rows: Range<Int>
  /// First row of each sequence, counted from the slice's first row; then the number of rows.
  let rowStarts: [Int]
  let tokens: [Int32]
  let positions: [Int32]
  /// Rows with a target: index within the slice, row of the batch, next token and weight.
  let targetRows: [Int32]
  let targetBatchRows: [Int32]
  let targetTokens: [Int32]
  let targetWeights: [Float]

  init(of batch: Batch, sequences: Range<Int>) {
    let first = batch.rowStarts[sequences.lowerBound]
    let rows = first..<batch.rowStarts[sequences.upperBound]
    self.rows = rows
    rowStarts = (sequences.lowerBound...sequences.upperBound).map { batch.rowStarts[$0] - first }
    tokens = Array(batch.tokens[rows])
    positions = sequences.flatMap { s in
      0..<Int32(batch.rowStarts[s + 1] - batch.rowStarts[s])
    }
    let targets = rows.filter { batch.weights[$0] != 0 }
    targetRows = targets.map { Int32($0 - first) }
    targetBatchRows = targets.map { Int32($0) }
    targetTokens = targets.map { batch.nextTokens[$0] }
    targetWeights = targets.map { batch.weights[$0] }
  }

  /// Cuts a batch into parts (runs of sequences with about equally many rows) and each part into
  /// slices of at most `size` rows where sequences allow it. Depends on the batch alone.
  static func cut(_ batch: Batch, parts: Int, size: Int) -> [[Slice]] {
    var sequence = 0
    return (0..<parts).map { part in
      var slices: [Slice] = []
      let end = batch.tokens.count * (part + 1) / parts
      while sequence < batch.sequenceCount, part == parts - 1 || batch.rowStarts[sequence] < end {
        let first = sequence
        sequence += 1
        while sequence < batch.sequenceCount,
          part == parts - 1 || batch.rowStarts[sequence] < end,
          batch.rowStarts[sequence + 1] - batch.rowStarts[first] <= size
        { sequence += 1 }
        let slice = Slice(of: batch, sequences: first..<sequence)
        if !slice.rows.isEmpty { slices.append(slice) }
      }
      return slices
    }
  }
}
