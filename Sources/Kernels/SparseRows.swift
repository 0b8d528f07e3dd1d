internal import CKernels

/// What becomes of the mass of tokens that a row of labels does not keep.
public enum TailPolicy: String, CaseIterable, Sendable {
  /// One more outcome: only the sum of the others' probabilities is compared.
  case ghost
  /// Dropped: the kept probabilities are divided by their sum.
  case renormalise
  /// Given to the next token of the text.
  case toLabel = "to-label"

  var code: Int32 {
    switch self {
    case .ghost: Int32(ck_tail_ghost)
    case .renormalise: Int32(ck_tail_renormalise)
    case .toLabel: Int32(ck_tail_label)
    }
  }
}

/// Owned memory of rows that keep a few tokens each.
///
/// `@unchecked Sendable`: plain memory, as `Halves`. Threads write disjoint rows.
public final class SparseRows: @unchecked Sendable {
  /// What the numbers of a row are.
  public enum Meaning: Sendable, Equatable {
    /// Logarithms of probabilities, and of all other tokens' share at some temperatures, 1 first.
    case kept(tail: TailPolicy, temperatures: [Float])
    /// Logarithms of weights whose mean over draws is the distribution; of temperature 1.
    case draws
  }

  /// Capacity in rows.
  public let rowCount: Int
  /// Entries that a row has room for.
  public let capacity: Int
  /// Of all the rows; decides what a loss makes of the tokens that they leave out.
  public let meaning: Meaning
  /// How far from 1 a row of kept probabilities may sum.
  public let tolerance: Float
  let counts: UnsafeMutablePointer<Int32>
  let ids: UnsafeMutablePointer<Int32>
  let logs: UnsafeMutablePointer<Float>
  /// `(temperatures, rows)`.
  let odds: UnsafeMutablePointer<Float>
  let entropies: UnsafeMutablePointer<Float>

  /// Rows without entries.
  ///
  /// - Precondition: temperatures start with 1.
  public init(count: Int, capacity: Int, meaning: Meaning, tolerance: Float = 1e-3) {
    precondition(count >= 0 && capacity >= 1)
    rowCount = count
    self.capacity = capacity
    self.meaning = meaning
    self.tolerance = tolerance
    var temperatureCount = 0
    if case .kept(_, let temperatures) = meaning {
      precondition(temperatures.first == 1, "the tail at temperature 1 comes first")
      temperatureCount = temperatures.count
    }
    counts = .allocate(capacity: max(1, count))
    counts.initialize(repeating: 0, count: max(1, count))
    ids = .allocate(capacity: max(1, count * capacity))
    ids.initialize(repeating: 0, count: max(1, count * capacity))
    logs = .allocate(capacity: max(1, count * capacity))
    logs.initialize(repeating: 0, count: max(1, count * capacity))
    odds = .allocate(capacity: max(1, count * temperatureCount))
    odds.initialize(repeating: 0, count: max(1, count * temperatureCount))
    entropies = .allocate(capacity: max(1, count))
    entropies.initialize(repeating: 0, count: max(1, count))
  }

  deinit {
    counts.deallocate()
    ids.deallocate()
    logs.deallocate()
    odds.deallocate()
    entropies.deallocate()
  }

  /// Bytes of a row.
  public static func rowBytes(capacity: Int, temperatures: Int) -> Int {
    capacity * (MemoryLayout<Int32>.stride + MemoryLayout<Float>.stride) + 4 * temperatures + 8
  }

  /// Overwrites a row.
  ///
  /// - Parameters:
  ///   - ids: ascending; none: the row learns the next token alone.
  ///   - logs: one for each id.
  ///   - odds: `log(tail / kept)` at each temperature.
  ///   - entropy: of the whole distribution, in nats; what draws are measured from.
  /// - Precondition: there are such a row, and room.
  public func set(
    _ row: Int, ids: [Int32], logs: [Float], odds: [Float] = [], entropy: Float = 0
  ) {
    precondition(row >= 0 && row < rowCount, "no such row")
    precondition(ids.count <= capacity && logs.count == ids.count, "no room for the entries")
    counts[row] = Int32(ids.count)
    for (place, id) in ids.enumerated() { self.ids[row * capacity + place] = id }
    for (place, log) in logs.enumerated() { self.logs[row * capacity + place] = log }
    if case .kept(_, let temperatures) = meaning {
      precondition(odds.count == temperatures.count, "one tail for each temperature")
      for (place, value) in odds.enumerated() { self.odds[place * rowCount + row] = value }
    }
    entropies[row] = entropy
  }

  /// The entries of a row.
  ///
  /// - Precondition: there is such a row.
  public func entries(of row: Int) -> [(id: Int32, log: Float)] {
    precondition(row >= 0 && row < rowCount, "no such row")
    return (0..<Int(counts[row])).map { (ids[row * capacity + $0], logs[row * capacity + $0]) }
  }

  /// `log(tail / kept)` at temperature 1; -infinity where rows are draws.
  ///
  /// - Precondition: there is such a row.
  public func odds(of row: Int) -> Float {
    precondition(row >= 0 && row < rowCount, "no such row")
    if case .draws = meaning { return -.infinity }
    return odds[row]
  }

  /// Calls `body` with the rows as a kernel takes them.
  ///
  /// - Precondition: tails are known at the temperature.
  func withPointer<Result>(
    at temperature: Float, _ body: (UnsafePointer<ck_sparse_rows>) -> Result
  ) -> Result {
    var rows = ck_sparse_rows()
    rows.capacity = capacity
    rows.counts = UnsafePointer(counts)
    rows.ids = UnsafePointer(ids)
    rows.logs = UnsafePointer(logs)
    rows.entropies = UnsafePointer(entropies)
    rows.tolerance = tolerance
    switch meaning {
    case .draws:
      precondition(temperature == 1, "draws have one temperature")
      rows.tail = Int32(ck_tail_ghost)
    case .kept(let tail, let temperatures):
      rows.tail = tail.code
      rows.odds = UnsafePointer(odds)
      // Where the tail is dropped it is not read: any will do.
      let place = temperatures.firstIndex(of: temperature) ?? (tail == .renormalise ? 0 : nil)
      guard let place else { preconditionFailure("a tail at an unknown temperature") }
      rows.oddsAtT = UnsafePointer(odds + place * rowCount)
    }
    return withUnsafePointer(to: &rows) { body($0) }
  }

  /// Rows as logarithms of probabilities up to a constant, -infinity elsewhere; rows without
  /// entries have the next token alone.
  ///
  /// - Parameters:
  ///   - room: `(rows, V)`, overwritten.
  func expand(_ rows: [Int32], tokens: Span<Int32>, vocabulary V: Int, into room: Floats) {
    precondition(room.count >= rows.count * V && tokens.count == rows.count)
    for (r, row) in rows.enumerated() {
      let start = room.pointer + r * V
      start.update(repeating: -.infinity, count: V)
      let (first, count) = (Int(row) * capacity, Int(counts[Int(row)]))
      if count == 0 { start[Int(tokens[r])] = 0 }
      for place in first..<(first + count) {
        let id = Int(ids[place])
        // Makes the row bad.
        start[id >= 0 && id < V ? id : 0] = id >= 0 && id < V ? logs[place] : .nan
      }
    }
  }
}

/// Targets that keep a few tokens of each row: row t of the batch goes with row `rows[t]`.
public struct SparseTargets: TargetRows {
  private let all: SparseRows
  private let rows: [Int32]

  /// - Parameters:
  ///   - all: rows in memory.
  ///   - rows: for each of the T rows of a batch its place in `all`.
  public init(_ all: SparseRows, rows: [Int32]) {
    self.all = all
    self.rows = rows
  }

  /// Rows whose tail is dropped are whole distributions, with zeros in them.
  public var areWhole: Bool {
    if case .kept(.renormalise, _) = all.meaning { true } else { false }
  }
  public var scratchWidth: Int { 0 }

  public func areKnown(at temperature: Float) -> Bool { all.meaning.isKnown(at: temperature) }
  public func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]? {
    rows.map { all.counts[Int(self.rows[Int($0)])] == 0 }
  }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    guard all.capacity <= V || rows.isEmpty else {
      return "rows with room for \(all.capacity) tokens; the model has \(V)"
    }
    return Kernels.misfit(rows, rows: T, of: all.rowCount, "sparse targets")
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions { .sparse(all, rows: rows.map { self.rows[Int($0)] }, room: room) }
}

extension SparseRows.Meaning {
  /// Whether what the rows leave out is known at a temperature.
  public func isKnown(at temperature: Float) -> Bool {
    switch self {
    case .draws: temperature == 1
    case .kept(let tail, let temperatures):
      tail == .renormalise || temperatures.contains(temperature)
    }
  }
}

/// Cross-entropy against rows of a few tokens, and its gradient; `SparseCrossEntropy.c` has the
/// formula.
///
/// - Parameters:
///   - rows: `(R)`, the row of `targets` for each row of the logits; a row that is no distribution
///     over ascending tokens is bad.
///   - scratch: at least 3 V floats.
/// - Precondition: the targets are known at the temperature.
public func sparseCrossEntropy(
  logits: Floats, vocabulary V: Int, targets: SparseRows, rows: Span<Int32>, tokens: Span<Int32>,
  weights: Span<Float>, options: ForwardDivergence, gradientScale: Float, scratch: Floats
) -> SoftLossSums {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(scratch.count >= 3 * V && options.temperature > 0)
  check(rows: rows, of: targets.rowCount, R: R)
  var sums = ck_loss()
  var bad = -1
  tokens.withUnsafeBufferPointer { tokens in
    rows.withUnsafeBufferPointer { rows in
      weights.withUnsafeBufferPointer { weights in
        targets.withPointer(at: options.temperature) { targets in
          ck_cross_entropy_sparse(
            R, V, logits.pointer, targets, rows.baseAddress, tokens.baseAddress,
            weights.baseAddress, options.temperature, options.mix, gradientScale,
            scratch.pointer, &sums, &bad)
        }
      }
    }
  }
  return SoftLossSums(sums, bad: bad)
}
