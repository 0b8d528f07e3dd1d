internal import CKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Mixtures of several teachers' distributions, each from its states in float32 and its readout:
///
///     p[t] = sum_i weight[i][t] softmax(readout_i state_i[t])
///
/// With weights 0 and 1 every row is one teacher's; such a row is that teacher's logits, bit for
/// bit.
public struct MixedTargets: TargetRows {
  /// One teacher of the mixture.
  public struct Part: Sendable {
    let states: Floats
    let width: Int
    let readout: Floats
    let weights: [Float]

    /// - Parameters:
    ///   - states: hidden states `(T, width)`; rows of weight 0 are not read.
    ///   - readout: `(V, width)`.
    ///   - weights: `(T)`, not negative; those of a row sum to 1 over all parts.
    public init(states: Floats, width: Int, readout: Floats, weights: [Float]) {
      precondition(width > 0)
      self.states = states
      self.width = width
      self.readout = readout
      self.weights = weights
    }
  }

  private let parts: [Part]
  private let vocabulary: Int

  /// - Parameter vocabulary: V, for the size of the scratch.
  public init(_ parts: [Part], vocabulary: Int) {
    precondition(!parts.isEmpty, "a mixture of nothing")
    self.parts = parts
    self.vocabulary = vocabulary
  }

  public var areWhole: Bool { true }

  /// A state, and the row of logits that it makes beside those that are there.
  public var scratchWidth: Int {
    Self.scratchWidth(widths: parts.map(\.width), vocabulary: vocabulary)
  }

  /// The same, before there are states.
  public static func scratchWidth(widths: [Int], vocabulary: Int) -> Int {
    (widths.max() ?? 0) + vocabulary
  }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    for part in parts
    where part.states.count != T * part.width || part.readout.count != V * part.width
      || part.weights.count != T
    {
      return
        "mixed targets: \(part.states.count) values of states of width \(part.width), a readout "
        + "of \(part.readout.count) and \(part.weights.count) weights; expected \(T) rows and \(V) "
        + "logits"
    }
    return V == vocabulary ? nil : "mixed targets over \(vocabulary) tokens; expected \(V)"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    var isBegun = [Bool](repeating: false, count: rows.count)
    for part in parts {
      // Places in the tile of the rows that this teacher has a part in.
      let places = rows.indices.filter { part.weights[Int(rows[$0])] > 0 }
      let most = max(1, scratch.count / (part.width + V))
      let states = scratch[0..<(most * part.width)]
      let logits = scratch[(most * part.width)..<(most * (part.width + V))]
      for start in stride(from: 0, to: places.count, by: most) {
        let some = places[start..<min(start + most, places.count)]
        let read = some.map { rows[$0] }
        embeddingForward(y: states, table: part.states, tokens: read.span, width: part.width)
        engine.product(
          c: logits, a: states, b: part.readout, .transposed, m: some.count, n: V, k: part.width)
        for (place, row) in some.enumerated() {
          let own = logits[(place * V)..<((place + 1) * V)]
          let at = row - rows.startIndex
          let sum = room[(at * V)..<((at + 1) * V)]
          let weight = part.weights[Int(rows[row])]
          if weight == 1 {
            sum.copy(from: own)
          } else {
            logSoftmax(y: own, x: own, rows: 1, vocabulary: V)
            add(logarithms: own, weighing: weight, to: sum, isFirst: !isBegun[at])
          }
          isBegun[at] = true
        }
      }
    }
    return .logits(room)
  }
}

/// `y = log(exp(y) + weight exp(x))`, element by element: a further part of a mixture.
///
/// - Parameters:
///   - x: logarithms of probabilities.
///   - weight: more than 0.
///   - y: accumulated; overwritten if `isFirst`.
public func add(logarithms x: Floats, weighing weight: Float, to y: Floats, isFirst: Bool = false) {
  precondition(x.count == y.count && weight > 0)
  if isFirst { y.pointer.update(repeating: -.infinity, count: y.count) }
  ck_add_logarithms(y.count, logf(weight), x.pointer, y.pointer)
}
