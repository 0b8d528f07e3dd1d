internal import Kernels
internal import Tensors

/// One row in stored form.
struct SparseRow: Sendable, Equatable {
  /// Whether it holds a label; if not, all else is empty.
  var isLabelled = true
  /// The likeliest tokens, ascending.
  var headIds: [Int32] = []
  /// Their logarithms of probabilities: bits of halves, or numbers of steps below 0.
  var headValues: [UInt16] = []
  /// Tokens drawn from the others, ascending.
  var drawIds: [Int32] = []
  /// How often each was drawn.
  var hits: [Int] = []
  /// Bits of halves, where tokens are drawn in proportion to another power than 1: logarithms of
  /// how much a draw counts.
  var drawWeights: [UInt16] = []
  /// Half: entropy of the whole distribution, nats.
  var entropy: UInt16 = 0
  /// Halves: log(mass outside the head / mass in it) at each temperature of the form.
  var odds: [UInt16] = []

  static let unlabelled = SparseRow(isLabelled: false)
}

extension SparseRow {
  /// The entries as losses read them, ids ascending: kept logarithms, or logarithms of weights.
  func entries(_ form: SparseForm) -> (ids: [Int32], logs: [Float]) {
    let head = headValues.map { value in
      form.head?.values == .rounded
        ? -Float(value) * Float(form.head?.step ?? 0) : Float16Bits.decode(value)
    }
    guard let draws = form.draws else { return (headIds, head) }
    // What is drawn from: everything, or what is not in the head.
    var mass = 0.0
    if form.head != nil { mass = -softplus(-Double(Float16Bits.decode(odds.first ?? 0))) }
    var drawn: [Float] = []
    drawn.reserveCapacity(drawIds.count)
    for (place, count) in hits.enumerated() {
      var log = mass + logarithm(Double(count) / Double(draws.count))
      if draws.proposal != 1 { log += Double(Float16Bits.decode(drawWeights[place])) }
      drawn.append(Float(log))
    }
    if headIds.isEmpty { return (drawIds, drawn) }
    var ids: [Int32] = []
    var logs: [Float] = []
    ids.reserveCapacity(headIds.count + drawIds.count)
    logs.reserveCapacity(headIds.count + drawIds.count)
    var (a, b) = (0, 0)
    while a < headIds.count || b < drawIds.count {
      if b == drawIds.count || a < headIds.count && headIds[a] < drawIds[b] {
        ids.append(headIds[a])
        logs.append(head[a])
        a += 1
      } else {
        ids.append(drawIds[b])
        logs.append(drawn[b])
        b += 1
      }
    }
    return (ids, logs)
  }

  /// Copies it to a row in memory.
  func copy(to row: Int, of rows: SparseRows, _ form: SparseForm) {
    let (ids, logs) = entries(form)
    let isKept = form.draws == nil
    let odds =
      isKept
      ? (self.odds.isEmpty
        ? form.temperatures.map { _ in -.infinity }
        : self.odds.map {
          Float16Bits.decode($0)
        }) : []
    rows.set(row, ids: ids, logs: logs, odds: odds, entropy: Float16Bits.decode(entropy))
  }
}

/// What a row in memory says of single tokens: for the check that rows and tokens belong together.
struct SparseOpinion {
  private let entries: [(id: Int32, log: Float)]
  /// Added to the logarithm of an entry.
  private let shift: Double
  /// Logarithm for any other token.
  private let other: Double

  /// `nil`: the row holds no label.
  init?(_ row: Int, of rows: SparseRows, vocabulary V: Int) {
    entries = rows.entries(of: row)
    if entries.isEmpty { return nil }
    let left = V - entries.count
    switch rows.meaning {
    case .draws:
      // A token that was not drawn is rare: less than one draw of its kind is all that is known.
      (shift, other) = (0, max(-AlignmentCheck.Part.mostNats, -logarithm(Double(V)) - 1))
    case .kept:
      let odds = Double(rows.odds(of: row))
      let sum = entries.reduce(0.0) { $0 + Double(exponential($1.log)) }
      shift = -softplus(odds) - logarithm(sum)
      // Each gets its share of what is left.
      let tail = -softplus(-odds) - logarithm(Double(max(1, left)))
      other = max(-AlignmentCheck.Part.mostNats, tail)
    }
  }

  /// Logarithm of a token's probability, bounded for those that the row does not name.
  func opinion(of token: Int32) -> Double {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].id < token { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, entries[low].id == token else { return other }
    return max(-AlignmentCheck.Part.mostNats, Double(entries[low].log) + shift)
  }
}

/// log(1 + e^x).
func softplus(_ x: Double) -> Double {
  x > 0 ? x + logarithmOfOnePlus(naturalPower(-x)) : logarithmOfOnePlus(naturalPower(x))
}
