internal import Kernels
internal import Randomness
internal import Tensors

/// Makes stored rows out of a teacher's logits, and measures them.
struct SparseRowMaker: Sendable {
  let form: SparseForm
  let vocabulary: Int

  /// A row, and what the certificate needs to know of it.
  struct Made: Sendable {
    var row: SparseRow
    /// `keptCrossEntropy` is not measured; `divergence` is infinite where tokens are drawn: what
    /// was not drawn is ruled out.
    var figures: RowFigures
    /// Squared length of the difference of both distributions: the error of the gradient of the
    /// logits.
    var squaredError = 0.0
    /// Nats.
    var entropy = 0.0
  }

  /// - Parameters:
  ///   - logits: `(V)`; not changed.
  ///   - token: the next one.
  ///   - seed: of the row's draws.
  ///   - difference: what was stored less what the teacher said is added, `(V)`; `nil`: not wanted.
  /// - Returns: a row whose figures say so where the logits are not finite.
  func make(
    _ logits: Floats, token: Int, seed: Seed, difference: inout [Double]
  ) -> Made {
    let V = vocabulary
    let k = form.headCount(vocabulary: V)
    var made = Made(row: SparseRow(), figures: .unmeasured)
    guard let largest = logits.withSpan({ largestIndices(of: $0, count: max(1, k)) }) else {
      made.figures.isDistribution = false
      return made
    }
    let x = logits.array
    let top = x[Int(largest[0])]
    let all = TemperedSums(of: logits, top: top, factor: 1)
    let logSum = Double(top) + logarithm(all.plain)
    func logP(_ v: Int) -> Double { Double(x[v]) - logSum }
    made.entropy = logarithm(all.plain) - all.weighed / all.plain
    made.row.entropy = Float16Bits.encode(Float(max(0, made.entropy)))
    made.figures.entropy = made.entropy
    made.figures.crossEntropy = -logP(token)

    let rest = Floats(x)
    let head = largest.prefix(k).sorted()
    for id in head { rest[Int(id)] = -.infinity }
    var tail = all
    if k > 0 {
      made.row.headIds = head
      made.row.headValues = head.map { form.stored(logP(Int($0))) }
      for temperature in form.temperatures {
        let factor = 1 / temperature
        let sums = TemperedSums(of: rest, top: top, factor: factor)
        if temperature == 1 { tail = sums }
        let kept = head.reduce(0.0) {
          $0 + naturalPower(Double(x[Int($1)] - top) * Double(factor))
        }
        made.row.odds.append(Float16Bits.encode(Float(logarithm(sums.plain / kept))))
      }
    }
    let tailMass = k > 0 ? tail.plain / all.plain : 1
    if let draws = form.draws, tailMass > 0 {
      draw(draws, from: rest, x, top: top, tail: tail, seed: seed, into: &made.row)
    }
    measure(&made, logP, all: all, tail: tail, tailMass: tailMass, x, top, &difference)
    return made
  }

  /// Draws tokens and stores how often, and how much each counts.
  private func draw(
    _ draws: SparseForm.Draws, from rest: Floats, _ x: [Float], top: Float, tail: TemperedSums,
    seed: Seed, into row: inout SparseRow
  ) {
    let power = Float(draws.proposal)
    let sums = power == 1 ? tail : TemperedSums(of: rest, top: top, factor: power)
    let weights = rest.withSpan { exponentials(of: $0, top: top, factor: power) }
    var stream = seed.stream()
    let points: [Double]
    switch draws.method {
    case .systematic:
      let first = stream.unit()
      points = (0..<draws.count).map { (Double($0) + first) / Double(draws.count) }
    case .independent: points = (0..<draws.count).map { _ in stream.unit() }.sorted()
    }
    for (id, hits) in drawnTokens(weights: weights, total: sums.plain, thresholds: points) {
      row.drawIds.append(id)
      row.hits.append(hits)
      if power == 1 { continue }
      // p / r, both among the tokens that are drawn from.
      let below = Double(x[Int(id)] - top)
      let log =
        below * (1 - draws.proposal) + logarithm(sums.plain) - logarithm(tail.plain)
      row.drawWeights.append(Float16Bits.encode(Float(log)))
    }
  }

  /// The figures of a row against what is stored of it. Tokens outside the head that are not drawn
  /// from share its mass evenly.
  private func measure(
    _ made: inout Made, _ logP: (Int) -> Double, all: TemperedSums, tail: TemperedSums,
    tailMass: Double, _ x: [Float], _ top: Float, _ difference: inout [Double]
  ) {
    let (ids, logs) = made.row.entries(form)
    let V = vocabulary
    var squares = all.squares / (all.plain * all.plain)
    let isKept = form.draws == nil
    var shift = 0.0
    var share = 0.0
    if isKept {
      let odds = Double(Float16Bits.decode(made.row.odds.first ?? 0))
      shift = -softplus(odds) - logarithm(logs.reduce(0) { $0 + Double(exponential($1)) })
      share = naturalPower(-softplus(-odds)) / Double(max(1, V - ids.count))
    }
    var divergence = 0.0
    var kept = 0.0
    for (id, log) in zip(ids, logs) {
      let own = logP(Int(id))
      let (p, w) = (naturalPower(own), naturalPower(Double(log) + shift))
      kept += p
      squares += (w - p) * (w - p) - p * p
      // p (d + e^-d - 1), d = log p - log w: no term cancels.
      let d = own - Double(log) - shift
      divergence += p * (d + powerLessOne(-d))
    }
    made.figures.massKept = min(1, kept)
    if isKept {
      let outside = V - ids.count
      // sum over the tail of p log p = (sum of e (x - top) - log Z sum of e) / Z
      let negentropy =
        (tail.weighed - logarithm(all.plain) * tail.plain) / all.plain
      if outside > 0, tailMass > 0 {
        divergence +=
          share > 0
          ? negentropy - tailMass * logarithm(share) + share * Double(outside) - tailMass
          : .infinity
      }
      squares += Double(outside) * share * share - 2 * share * tailMass
    } else {
      divergence = .infinity
    }
    made.figures.divergence = max(0, divergence)
    made.squaredError = max(0, squares)
    if difference.count == V {
      let exponents = exponentials(of: x.span, top: top, factor: 1)
      let scale = 1 / all.plain
      for v in 0..<V { difference[v] += share - Double(exponents[v]) * scale }
      for (id, log) in zip(ids, logs) {
        difference[Int(id)] += naturalPower(Double(log) + shift) - share
      }
    }
  }
}

extension SparseForm {
  /// A logarithm of a probability as a head stores it.
  func stored(_ logP: Double) -> UInt16 {
    guard let head, head.values == .rounded else {
      return Float16Bits.encode(Float(min(0, logP)))
    }
    return UInt16(clamping: Int((min(-logP, 1e6) / head.step).rounded()))
  }
}
