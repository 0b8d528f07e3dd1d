import Foundation
import Kernels
import Testing

/// Mean rows of the student's readout in the place of distributions.
struct `Projected targets` {
  private static let (R, V, C) = (3, 17, 6)
  private let readout = Floats(draw(V * C, seed: 1))
  private let hidden = draw(R * C, seed: 2)
  private let targets = draw(R * V, seed: 3, scale: 2)
  private let tokens: [Int32] = [4, 16, 0]
  private let weights: [Float] = [1, 0, 2]

  /// Losses and the gradient of the hidden states, by way of whole distributions and of their
  /// projections.
  private func run(
    _ loss: ForwardDivergence, _ set: InstructionSet
  ) -> (whole: (LossSums, [Float]), projected: (LossSums, [Float])) {
    let (R, V, C) = (Self.R, Self.V, Self.C)
    let rows = Floats(zeros: R * V)
    logSoftmax(y: rows, x: Floats(targets), rows: R, vocabulary: V)
    let p = Floats(rows.array.map { exp($0) })
    let g = Floats(zeros: R * C)
    matrixProduct(c: g, a: p, b: readout, m: R, n: C, k: V)
    let states = HiddenStates(.float16, rowCount: R, width: C)
    _ = states.store(0..<R, from: g)
    let entropies = (0..<R).map { r in
      -(r * V..<(r + 1) * V).reduce(Float(0)) { $0 + p[$1] * rows[$1] }
    }
    let projected = ProjectedTargets(states, entropies: entropies, rows: [0, 1, 2])
    func step(_ distributions: Distributions) -> (LossSums, Floats) {
      let logits = Floats(zeros: R * V)
      matrixProduct(
        c: logits, a: Floats(hidden), b: readout, .transposed, m: R, n: V, k: C)
      let found = Dispatch.using(set) {
        loss(
          LossTile(
            logits: logits, vocabulary: V, tokens: tokens[...], weights: weights[...],
            distributions: distributions, gradientScale: 0.5, hidden: Floats(hidden),
            scratch: Floats(zeros: 3 * V)))
      }
      #expect(found.badRow == nil)
      let d = Floats(zeros: R * C)
      matrixProduct(c: d, a: logits, b: readout, m: R, n: C, k: V)
      return (found.sums, d)
    }
    let (a, dA) = step(.logits(rows))
    let (b, dB) = step(
      projected.distributions(
        of: [0, 1, 2], vocabulary: V, room: Floats(zeros: R * V), scratch: Floats(zeros: 1),
        engine: .openBLAS))
    projected.subtract(
      from: dB, rows: [0, 1, 2], weights: weights[...], scale: 0.5 * loss.projectionShare)
    return ((a, dA.array), (b, dB.array))
  }

  /// The same loss and the same gradient, to the rounding of the projections to halves: sums of
  /// about one are off by 2^-11, times hidden states of about one.
  @Test(arguments: Dispatch.available, [ForwardDivergence(), .init(mix: 0.25)])
  func `give the gradient of whole distributions`(set: InstructionSet, loss: ForwardDivergence) {
    let (whole, projected) = run(loss, set)
    #expect(abs(whole.0.loss - projected.0.loss) < 0.01)
    #expect(abs(whole.0.divergence - projected.0.divergence) < 0.01)
    #expect(abs(whole.0.crossEntropy - projected.0.crossEntropy) < 1e-4)
    #expect(mismatch(projected.1, doubles(whole.1), absolute: 1e-3, relative: 0) == nil)
    #expect(whole.1.contains { abs($0) > 0.1 })
    #expect(projected.1[Self.C..<(2 * Self.C)].allSatisfy { $0 == 0 })
  }

  @Test func `are known at temperature 1 alone`() {
    let targets = ProjectedTargets(
      HiddenStates(.float16, rowCount: 1, width: 2), entropies: [0], rows: [0])
    #expect(ForwardDivergence().misfit(targets) == nil)
    #expect(ForwardDivergence(temperature: 2).misfit(targets) != nil)
    #expect(ReverseDivergence().misfit(targets) != nil)
    #expect(targets.misfit(rows: 1, vocabulary: 5) == nil)
    #expect(targets.misfit(rows: 2, vocabulary: 5) != nil)
  }
}
