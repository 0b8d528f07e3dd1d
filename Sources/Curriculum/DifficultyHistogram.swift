public import Files

/// Difficulty of the samples that an order brings, by tenths of the run, for checking a curriculum
/// by eye.
public struct DifficultyHistogram: Sendable, Equatable {
  /// Name of the column that holds the difficulty.
  public let column: String
  /// Smallest and largest difficulty of each bin; one value each while there are at most 32.
  public let bins: [ClosedRange<Double>]
  /// `counts[tenth][bin]`, entries.
  public let counts: [[Int]]
  /// Mean difficulty of each tenth; `nil` for an empty one.
  public let means: [Double?]

  private static let mostBins = 32

  /// Counts the order's samples by difficulty and tenth of the training.
  ///
  /// - Parameters:
  ///   - column: the name of the difficulty, for readers.
  ///   - order: indices into `difficulties`, in the order of training.
  public init(column: String, order: [UInt32], difficulties: [Double]) {
    self.column = column
    let values = Set(difficulties).sorted()
    let perBin = max(1, (values.count + Self.mostBins - 1) / Self.mostBins)
    bins = stride(from: 0, to: values.count, by: perBin).map {
      values[$0]...values[min($0 + perBin, values.count) - 1]
    }
    var binOf: [Double: Int] = [:]
    for (rank, value) in values.enumerated() { binOf[value] = rank / perBin }
    var counts: [[Int]] = []
    var means: [Double?] = []
    for tenth in 0..<10 {
      let entries = order[(order.count * tenth / 10)..<(order.count * (tenth + 1) / 10)]
      var row = [Int](repeating: 0, count: bins.count)
      var sum = 0.0
      for entry in entries {
        let difficulty = difficulties[Int(entry)]
        sum += difficulty
        if let bin = binOf[difficulty] { row[bin] += 1 }
      }
      counts.append(row)
      means.append(entries.isEmpty ? nil : sum / Double(entries.count))
    }
    self.counts = counts
    self.means = means
  }

  /// `{"column", "bins": [[from, to], …], "tenths": [{"mean", "counts": […]}, …]}`
  public var json: JSON {
    [
      "column": JSON(column),
      "bins": JSON(bins) { [JSON($0.lowerBound), JSON($0.upperBound)] },
      "tenths": JSON(Array(zip(counts, means))) { row, mean in
        ["mean": mean.map { JSON($0) } ?? .null, "counts": JSON(row) { JSON($0) }]
      },
    ]
  }
}
