public import Scores

extension TargetScores {
  /// Scores one sample.
  ///
  /// - Parameters:
  ///   - rows: `(L-1, vocabulary)` logarithms of the model's probabilities; row t is for token t+1.
  ///   - stored: `(L-1, vocabulary)` logarithms of the stored distributions, as
  ///     `FullLabels.decode` gives them; empty for `Reference.none`.
  ///   - tokens, mask: `(L)`.
  ///   - sample: id, for messages.
  /// - Throws: `SoftLabelError`: other shapes, or a model row that gives no finite score.
  public init(
    rows: Span<Float>, stored: Span<Float>, as reference: Reference, tokens: [Int32],
    mask: [UInt8], vocabulary V: Int, sample: String
  ) throws(SoftLabelError) {
    try FullLabels.checkTokens(tokens, mask, V, sample)
    try FullLabels.checkShape(rows.count, tokens.count - 1, V, sample)
    if reference != .none { try FullLabels.checkShape(stored.count, tokens.count - 1, V, sample) }
    self.init()
    for t in 0..<(tokens.count - 1) where mask[t + 1] == 1 {
      let next = Int(tokens[t + 1])
      let loss = -Double(rows[t * V + next])
      var row = Row()
      if reference != .none {
        for v in 0..<V { row.add(p: stored[t * V + v], q: rows[t * V + v]) }
        if reference == .model { row.invalid = 0 }
      }
      guard loss.isFinite, row.crossEntropy.isFinite else {
        throw .value(sample: sample, row: t, token: next, found: "\(-loss)")
      }
      add(row, loss: loss, isChoice: reference == .exact && row.entropy > 0)
      if reference != .none, row.agrees { agreements += 1 }
      if reference == .model, row.likelier(in: rows, t * V..<(t + 1) * V) < Self.few {
        topFiveAgreements += 1
      }
    }
  }

  /// How many of the model's tokens `topFiveAgreements` looks at.
  private static let few = 5

  /// Sums over the vocabulary at one position.
  private struct Row {
    var crossEntropy = 0.0
    var entropy = 0.0
    var invalid = 0.0
    private var highestP = -Float.infinity
    private var highestQ = -Float.infinity
    /// Stored probability of the model's likeliest token; of equals, the first.
    private var pOfLikeliestQ = -Float.infinity
    /// The model's probability of the stored distribution's likeliest token; of equals, the
    /// largest.
    private var qOfLikeliestP = -Float.infinity

    /// Whether the model's likeliest token is also the stored distribution's: if several are
    /// equally likely, each is right.
    var agrees: Bool { pOfLikeliestQ == highestP }

    /// Number of tokens that the model finds likelier than the stored distribution's likeliest.
    func likelier(in rows: Span<Float>, _ range: Range<Int>) -> Int {
      var count = 0
      for place in range where rows[place] > qOfLikeliestP { count += 1 }
      return count
    }

    /// Adds one token, given the logarithms of both probabilities.
    @inline(__always)
    mutating func add(p logP: Float, q logQ: Float) {
      if logP > highestP {
        (highestP, qOfLikeliestP) = (logP, logQ)
      } else if logP == highestP, logQ > qOfLikeliestP {
        qOfLikeliestP = logQ
      }
      if logQ > highestQ { (highestQ, pOfLikeliestQ) = (logQ, logP) }
      if logP == -.infinity {
        invalid += Double(exponential(logQ))
      } else {
        let p = Double(exponential(logP))
        // 0 · log 0 = 0: a probability that underflows weighs nothing.
        if p == 0 { return }
        crossEntropy -= p * Double(logQ)
        entropy -= p * Double(logP)
      }
    }
  }

  private mutating func add(_ row: Row, loss: Double, isChoice: Bool) {
    invalidMass += row.invalid
    if isChoice {
      choices += 1
      likelihoodLossChoice += loss
      crossEntropyChoice += row.crossEntropy
      entropyChoice += row.entropy
    } else {
      forced += 1
      likelihoodLossForced += loss
      crossEntropyForced += row.crossEntropy
      entropyForced += row.entropy
    }
  }
}
