import Kernels

extension RowLoss {
  /// The loss's sums over one tile and the gradient that it leaves, on an instruction set.
  ///
  /// - Parameters:
  ///   - logits: `(tokens.count, V)`.
  ///   - weights: one for each row; nil: all 1.
  func run(
    _ logits: [Float], _ targets: Distributions, _ tokens: [Int32], on set: InstructionSet,
    weights: [Float]? = nil
  ) -> (result: SoftLossSums, d: [Float]) {
    let x = Floats(logits), V = logits.count / tokens.count
    let weights = weights ?? tokens.map { _ in 1 }
    let result = Dispatch.using(set) {
      self(
        LossTile(
          logits: x, vocabulary: V, tokens: tokens[...], weights: weights[...],
          distributions: targets, gradientScale: 1,
          scratch: Floats([Float](repeating: .nan, count: 3 * V))))
    }
    return (result, x.array)
  }
}
