/// Distributions as their mean row of the student's own readout W, which does not learn: row t of
/// the batch goes with row `rows[t]` of the projections.
///
///     g = sum_v p[v] W[v],   KL(p || q) = log sum_v e^(W[v] . h) - h . g - entropy
///     d / d h = sum_v q[v] W[v] - g
///
/// So the gradient of the hidden state h is exact, and no row over the vocabulary is read or made
/// but the student's own. At temperature 1 only.
public struct ProjectedTargets: TargetRows {
  private let projections: HiddenStates
  /// Of the distributions, in nats.
  private let entropies: [Float]
  private let rows: [Int32]

  /// - Parameters:
  ///   - projections: g, `(rows in memory, C)`.
  ///   - entropies: `(rows in memory)`.
  ///   - rows: for each of the T rows of a batch its place in both.
  public init(_ projections: HiddenStates, entropies: [Float], rows: [Int32]) {
    precondition(entropies.count == projections.rowCount)
    self.projections = projections
    self.entropies = entropies
    self.rows = rows
  }

  /// C.
  public var width: Int { projections.width }
  public var areWhole: Bool { false }
  public var scratchWidth: Int { 0 }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    Kernels.misfit(rows, rows: T, of: projections.rowCount, "projected targets")
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    let places = rows.map { self.rows[Int($0)] }
    let found = Floats(zeros: max(1, places.count * width))
    projections.gather(into: found, rows: places.span)
    return .projected(found, entropies: places.map { entropies[Int($0)] })
  }

  /// Takes a loss's share of the projections off the gradient of the hidden states.
  ///
  /// - Parameters:
  ///   - dHidden: `(rows, C)`.
  ///   - rows: of the batch.
  ///   - weights: of the rows; rows of weight 0 are left alone.
  ///   - scale: times a row's weight: what its projection is multiplied by.
  public func subtract(
    from dHidden: Floats, rows: ArraySlice<Int32>, weights: ArraySlice<Float>, scale: Float
  ) {
    let places = rows.map { self.rows[Int($0)] }
    let found = Floats(zeros: max(1, places.count * width))
    projections.gather(into: found, rows: places.span)
    for (r, weight) in weights.enumerated() where weight != 0 {
      for c in (r * width)..<((r + 1) * width) { dHidden[c] -= scale * weight * found[c] }
    }
  }
}

extension ForwardDivergence {
  /// The loss against projections; the gradient of the logits lacks what `subtract` takes off that
  /// of the hidden states.
  func projected(_ tile: LossTile, _ projections: Floats, _ entropies: [Float]) -> SoftLossSums {
    guard let hidden = tile.hidden else {
      preconditionFailure("projections are compared with hidden states")
    }
    let (R, V) = (tile.tokens.count, tile.vocabulary)
    let C = projections.count / max(1, R)
    precondition(hidden.count >= R * C && entropies.count == R)
    var found = SoftLossSums()
    for r in 0..<R where tile.weights[tile.weights.startIndex + r] != 0 {
      var dot = 0.0
      for c in (r * C)..<((r + 1) * C) { dot += Double(hidden[c]) * Double(projections[c]) }
      let token = Int(tile.tokens[tile.tokens.startIndex + r])
      let atToken = Double(tile.logits[r * V + token])
      let one = (tile.tokens.startIndex + r)..<(tile.tokens.startIndex + r + 1)
      let weight = (tile.weights.startIndex + r)..<(tile.weights.startIndex + r + 1)
      let logits = tile.logits[(r * V)..<((r + 1) * V)]
      guard dot.isFinite, entropies[r].isFinite else {
        logits.zero()
        found.badRow = found.badRow ?? r
        continue
      }
      var sums = hardCrossEntropy(
        logits: logits, vocabulary: V, tokens: tile.tokens[one].span,
        weights: tile.weights[weight].span, gradientScale: tile.gradientScale)
      // q - onehot became q - (1 - mix) onehot.
      let w = tile.weights[weight.lowerBound]
      logits[token] += tile.gradientScale * w * mix
      sums.divergence = sums.crossEntropy + Double(w) * (atToken - dot - Double(entropies[r]))
      sums.loss = Double(mix) * sums.divergence + Double(1 - mix) * sums.crossEntropy
      found.sums += sums
    }
    for r in 0..<R where tile.weights[tile.weights.startIndex + r] == 0 {
      tile.logits[(r * V)..<((r + 1) * V)].zero()
    }
    return found
  }
}
