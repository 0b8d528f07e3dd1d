import Foundation
import Records
import StageSupport
import Tokenization

/// A teacher that has learnt something: counts of what follows up to four tokens, each order
/// smoothed by the one below (Witten and Bell 1991; d(c) different tokens follow c).
///
///     p_n(x | c) = (count(c x) + m d(c) p_{n-1}(x | c')) / (count(c) + m d(c))
///     p_0(x) ~ e^(1.2 (sin 13x + sin(7.3x + 1) + sin(29.7x + 2)))
///
/// Cross-entropies under it mean what they mean under a network, no two ids are equally likely, and
/// it costs no training.
struct CountModel {
  let vocabulary: Int
  let order: Int
  let smoothing: Double
  private var counts: [[Int32]: [Int32: Double]] = [:]
  private let base: [Double]

  init(_ texts: [[Int32]], vocabulary: Int, order: Int = 4, smoothing: Double = 1) {
    self.vocabulary = vocabulary
    self.order = order
    self.smoothing = smoothing
    let drawn = (0..<vocabulary).map { v -> Double in
      let x = Double(v)
      return exp(1.2 * (sin(13 * x) + sin(7.3 * x + 1) + sin(29.7 * x + 2)))
    }
    let total = drawn.reduce(0, +)
    base = drawn.map { $0 / total }
    for tokens in texts {
      for t in 1..<max(1, tokens.count) {
        for n in 0...min(order, t) {
          counts[Array(tokens[(t - n)..<t]), default: [:]][tokens[t], default: 0] += 1
        }
      }
    }
  }

  /// Natural logarithms of the probabilities of what follows.
  func row(after tokens: ArraySlice<Int32>) -> [Float] {
    var p = base
    for n in 0...min(order, tokens.count) {
      guard let found = counts[Array(tokens.suffix(n))] else { break }
      let weight = smoothing * Double(found.count)
      let total = found.values.reduce(0, +) + weight
      for v in p.indices { p[v] *= weight / total }
      for (id, count) in found { p[Int(id)] += count / total }
    }
    return p.map { Float(log($0)) }
  }

  /// A text with tokens drawn from the model.
  func drawn(after prompt: [Int32], count: Int, _ seed: Int) -> [Int32] {
    var tokens = prompt
    var state = UInt64(truncatingIfNeeded: seed &* 9973 &+ 17)
    for _ in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      var left = Double(state >> 11) / Double(1 << 53)
      let p = row(after: tokens[...]).map { exp(Double($0)) }
      var next = 0
      while next < p.count - 1, left >= p[next] {
        left -= p[next]
        next += 1
      }
      tokens.append(Int32(next))
    }
    return tokens
  }

  /// Rows of all tokens after the first.
  func rows(of tokens: [Int32]) -> [[Float]] {
    (1..<max(1, tokens.count)).map { row(after: tokens[..<$0]) }
  }
}

/// Texts with their tokens, masks and a teacher's rows: what a label file is made of.
struct Corpus {
  var vocabulary: Int
  var tokens: [[Int32]]
  var masks: [[UInt8]]
  /// Row t of a text is the distribution of token t+1.
  var rows: [[[Float]]]
  /// Of each text, the distribution of what would follow it.
  var after: [[Float]] = []

  /// - Parameters:
  ///   - vocabulary: at least the tokenizer's; ids are spread over it.
  ///   - isTrained: whether the teacher has seen texts of the family.
  ///   - isDrawn: whether the teacher wrote the answers, so that it is calibrated exactly.
  static func make(
    _ family: String = "sum-reduce", texts: Int = 24, vocabulary: Int = 259, isTrained: Bool = true,
    smoothing: Double = 1, learnt: Int = 160, seed: UInt64 = 7, isDrawn: Bool = false
  ) throws -> Corpus {
    let records = try TinyInputs.records(
      family, levels: 1...3, perLevel: (texts + learnt + 2) / 3, seed: seed)
    // Every third of the drawing is of another level.
    let mixed = stride(from: 0, to: 3, by: 1).flatMap { part in
      records.enumerated().filter { $0.offset % 3 == part }.map(\.element)
    }
    let step = vocabulary / 259
    func spread(_ ids: [Int32]) -> [Int32] { ids.map { $0 * Int32(step) } }
    let samples = mixed.map { record in
      TinyInputs.tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
    }
    let own = samples.suffix(texts)
    let model = CountModel(
      isTrained ? samples.prefix(learnt).map { spread($0.tokens) } : [],
      vocabulary: vocabulary, smoothing: smoothing)
    var corpus = Corpus(vocabulary: vocabulary, tokens: [], masks: [], rows: [])
    for (place, sample) in own.enumerated() {
      var ids = spread(sample.tokens)
      if isDrawn {
        let given = sample.mask.firstIndex(of: 1) ?? 1
        ids = model.drawn(after: Array(ids.prefix(given)), count: ids.count - given, place)
      }
      corpus.tokens.append(ids)
      corpus.masks.append(sample.mask)
      corpus.rows.append(model.rows(of: ids))
      corpus.after.append(model.row(after: ids[...]))
    }
    if !isTrained { corpus.stir() }
    return corpus
  }

  /// Weights of a network that was only just drawn: every logit near 0.
  private mutating func stir() {
    for s in rows.indices {
      for t in rows[s].indices {
        var state = UInt64(truncatingIfNeeded: s &* 7919 &+ t &* 104_729 &+ 1)
        for v in rows[s][t].indices {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          rows[s][t][v] += Float(state >> 40) / Float(1 << 24) * 0.2 - 0.1
        }
        rows[s][t] = Corpus.normalised(rows[s][t])
      }
    }
  }

  /// The logarithm of the softmax.
  static func normalised(_ row: [Float]) -> [Float] {
    let largest = row.max() ?? 0
    let sum = row.reduce(0.0) { $0 + exp(Double($1 - largest)) }
    return row.map { $0 - largest - Float(log(sum)) }
  }

  /// Rows raised to the power 1/T.
  func softened(_ temperature: Float) -> Corpus {
    changed { Self.normalised($0.map { $0 / temperature }) }
  }

  /// Every row changed.
  func changed(_ body: ([Float]) -> [Float]) -> Corpus {
    var other = self
    other.rows = rows.map { $0.map(body) }
    return other
  }

  /// Each row at the place of the one `by` places later; the first or last is repeated.
  func shifted(_ by: Int) -> Corpus {
    var other = self
    other.rows = rows.map { rows in
      rows.indices.map { rows[min(max(0, $0 + by), rows.count - 1)] }
    }
    return other
  }

  /// The k likeliest of each row, falling.
  func top(_ k: Int) -> [[(ids: [Int32], values: [Float])]] {
    rows.map { $0.map { Self.top(k, of: $0) } }
  }

  static func top(_ k: Int, of row: [Float]) -> (ids: [Int32], values: [Float]) {
    var order: [Int] = []
    if k > 64 {
      order = Array(row.indices.sorted { (row[$1], $0) < (row[$0], $1) }.prefix(k))
    } else {
      for v in row.indices where order.count < k || row[v] > row[order[k - 1]] {
        order.insert(v, at: order.firstIndex { row[$0] < row[v] } ?? order.count)
        if order.count > k { order.removeLast() }
      }
    }
    return (order.map { Int32($0) }, order.map { row[$0] })
  }
}
