internal import Foundation

/// What the numbers of a file turn out to be, whatever it says of them.
///
/// Rows of distributions betray it: the exponentials of natural logarithms sum to 1, or to less
/// where only the likeliest are kept; so do powers of 2 of logarithms to the base 2, and
/// probabilities themselves.
struct Interpretation: Sendable, Equatable {
  var declared: RowScale
  var scale: RowScale
  /// Of the logarithms.
  var base = M_E
  /// What the numbers of 2 or 4 bytes should have been read as.
  var reread: Reread?

  /// Another reading of the same bits.
  enum Reread: String, Sendable, CaseIterable {
    case swappedHalf = "float16 of the other byte order"
    case swappedSingle = "float32 of the other byte order"
    case bfloatAsHalf = "bfloat16, not float16"
    case halfAsBfloat = "float16, not bfloat16"
  }

  /// Natural logarithms, or logits, of the numbers of a row.
  func natural(_ values: [Float]) -> [Float] {
    var values = reread.map { reread in values.map { reread.apply($0) } } ?? values
    if scale == .probabilities {
      for i in values.indices { values[i] = log(values[i]) }
    } else if base != M_E {
      let factor = Float(log(base))
      for i in values.indices { values[i] *= factor }
    }
    return values
  }

  /// Rows that are looked at.
  static let sampleRows = 64

  /// Sum of `base` to the power of each.
  static func sum(_ values: [Float], base: Double) -> Double {
    let factor = Float(log(base))
    return values.reduce(0.0) { $0 + Double(exp($1 * factor)) }
  }
}

extension Interpretation {
  /// - Parameters:
  ///   - rows: some rows as their file has them, without NaN.
  ///   - precision: error of a stored number, relative to it.
  init(declared: RowScale, rows: [LabelRow], precision: Double) {
    self.init(declared: declared, scale: declared)
    let dense = rows.compactMap { row -> [Float]? in
      if case .dense(let values) = row { values } else { nil }
    }
    if !dense.isEmpty {
      decide(dense: dense, precision: precision)
    } else {
      decide(
        sparse: rows.compactMap { row -> [Float]? in
          guard case .sparse(_, let values) = row, !values.isEmpty else { return nil }
          return values
        }, precision: precision)
    }
  }

  /// How far a sum may be from 1: of halves, 2^-11 of logarithms as large as the entropy, 10 nats.
  private static func slack(_ precision: Double) -> Double { 1e-3 + 10 * precision }

  private mutating func decide(dense rows: [[Float]], precision: Double) {
    let slack = Self.slack(precision)
    func most(_ holds: ([Float]) -> Bool) -> Bool {
      rows.count(where: holds) * 10 >= rows.count * 9
    }
    if most({ abs(Self.sum($0, base: M_E) - 1) <= slack }) {
      scale = .logProbabilities
    } else if most({ row in
      row.allSatisfy { $0 >= 0 && $0 <= 1.001 }
        && abs(row.reduce(0.0) { $0 + Double($1) } - 1) <= slack
    }) {
      scale = .probabilities
    } else if most({ $0.allSatisfy { $0 <= 0 } && abs(Self.sum($0, base: 2) - 1) <= slack }) {
      (scale, base) = (.logProbabilities, 2)
    } else if most({ $0.allSatisfy { $0 <= 0 } && abs(Self.sum($0, base: 10) - 1) <= slack }) {
      (scale, base) = (.logProbabilities, 10)
    } else if let found = Reread.fitting(rows, declared: declared, slack: slack) {
      (scale, reread) = (declared == .logits ? .logits : .logProbabilities, found)
    } else if declared == .logProbabilities, most({ row in row.contains { $0 > 0.01 } }) {
      scale = .logits
    }
  }

  private mutating func decide(sparse rows: [[Float]], precision: Double) {
    let slack = Self.slack(precision)
    guard !rows.isEmpty else { return }
    func most(_ rows: [[Float]], _ holds: ([Float]) -> Bool) -> Bool {
      rows.count(where: holds) * 10 >= rows.count * 9
    }
    if most(
      rows,
      { row in
        row.allSatisfy { $0 >= 0 && $0 <= 1.001 } && row.contains { $0 > 0 }
          && row.reduce(0.0) { $0 + Double($1) } <= 1 + slack
      })
    {
      scale = .probabilities
    } else if most(rows, { row in row.contains { $0 > 0.01 } }) {
      scale = .logits
    } else if declared == .logProbabilities {
      // Of rows with a second choice, powers of the right base stay below 1 and come near it.
      // Powers of a smaller base exceed 1 where the row is fairly sure: the sum of p^0.69 is more
      // than 1. Nearly flat rows sum to anything, and are told by the little that they keep.
      let unsure = rows.filter { row in
        row.count > 3 && row.sorted(by: >)[1] > -6 && row.allSatisfy { $0 <= 0 }
      }
      guard unsure.count >= 16 else { return }
      func sums(_ base: Double) -> (least: Double, middle: Double, most: Double) {
        let sorted = unsure.map { Self.sum($0, base: base) }.sorted()
        return (sorted[0], sorted[sorted.count / 2], sorted[sorted.count - 1])
      }
      let natural = sums(M_E)
      for candidate in [2.0, 10] {
        let found = sums(candidate)
        guard found.most <= 1 + slack, found.middle > 0.5 else { continue }
        if candidate < M_E ? natural.middle > 0.3 : natural.least > 1 + slack { base = candidate }
      }
    }
  }
}

extension Interpretation.Reread {
  func apply(_ value: Float) -> Float {
    switch self {
    case .swappedSingle: Float(bitPattern: value.bitPattern.byteSwapped)
    case .swappedHalf: Halved.decode(Halved.encode(value).byteSwapped)
    case .bfloatAsHalf: Float(bitPattern: UInt32(Halved.encode(value)) << 16)
    case .halfAsBfloat: Halved.decode(UInt16(truncatingIfNeeded: value.bitPattern >> 16))
    }
  }

  /// The first other reading under which the rows are distributions; of logits, under which they
  /// are numbers that logits can be while they are not as they stand.
  static func fitting(
    _ rows: [[Float]], declared: RowScale, slack: Double
  ) -> Interpretation.Reread? {
    func isPlausible(_ row: [Float]) -> Bool { row.allSatisfy { abs($0) < 1000 } }
    return allCases.first { candidate in
      rows.allSatisfy { row in
        let other = row.map { candidate.apply($0) }
        if declared == .logits {
          // Logits are spread over some nats, and are hardly ever as small as what swapped bytes
          // give.
          let size = other.reduce(0.0) { $0 + Double(abs($1)) } / Double(max(1, other.count))
          let own = row.reduce(0.0) { $0 + Double(abs($1)) } / Double(max(1, row.count))
          return isPlausible(other) && (0.01...100).contains(size)
            && !(own.isFinite && (1e-4...1e4).contains(own) && isPlausible(row))
        }
        return abs(Interpretation.sum(other, base: M_E) - 1) <= slack
      }
    }
  }
}
