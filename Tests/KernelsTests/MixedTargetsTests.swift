import Foundation
import Kernels
import Testing

/// Mixtures of teachers: the sums of probabilities, and rows that are one teacher's alone.
struct `Mixed targets` {
  private let T = 5
  private let widths = [3, 2]

  private func part(_ i: Int, V: Int, weights: [Float]) -> MixedTargets.Part {
    MixedTargets.Part(
      states: Floats(draw(T * widths[i], seed: UInt64(i + 1), scale: 2)), width: widths[i],
      readout: Floats(draw(V * widths[i], seed: UInt64(i + 7), scale: 2)), weights: weights)
  }

  private func logits(_ i: Int, row: Int, V: Int) -> [Double] {
    let states = draw(T * widths[i], seed: UInt64(i + 1), scale: 2)
    let readout = draw(V * widths[i], seed: UInt64(i + 7), scale: 2)
    return (0..<V).map { v in
      (0..<widths[i]).reduce(0) {
        $0 + Double(readout[v * widths[i] + $1]) * Double(states[row * widths[i] + $1])
      }
    }
  }

  private func rows(_ targets: MixedTargets, _ asked: [Int32], V: Int, scratch: Int) -> [[Float]] {
    let room = Floats(zeros: asked.count * V)
    guard
      case .logits(let found) = targets.distributions(
        of: asked[...], vocabulary: V, room: room, scratch: Floats(zeros: scratch),
        engine: .openBLAS)
    else { return [] }
    return (0..<asked.count).map { Array(found.array[($0 * V)..<(($0 + 1) * V)]) }
  }

  /// Errors of logarithms: 1e-7 of each term of the sums, a few terms deep; the products differ
  /// from Double's by 1e-7 of logits of at most 30.
  @Test(arguments: Dispatch.available, [1, 15, 16, 17, 65])
  func `are the sums of probabilities`(set: InstructionSet, V: Int) {
    let weights: [[Float]] = [[0.7, 0.25, 1, 0, 0.5], [0.3, 0.75, 0, 1, 0.5]]
    let targets = MixedTargets(
      weights.indices.map { part($0, V: V, weights: weights[$0]) }, vocabulary: V)
    #expect(targets.misfit(rows: T, vocabulary: V) == nil && targets.areWhole)
    // Room for one row at a time, for all, and in another order.
    for (asked, room) in [
      ([0, 1, 2, 3, 4], 1), ([4, 2, 0], 9), ([3], 2),
    ] as [([Int32], Int)] {
      let found = Dispatch.using(set) {
        rows(targets, asked, V: V, scratch: targets.scratchWidth * room)
      }
      for (place, row) in asked.enumerated() {
        let expected = Reference.mixture(
          of: (0..<2).map { (Double(weights[$0][Int(row)]), logits($0, row: Int(row), V: V)) })
        // A row of one teacher is its logits, which are up to a constant what is expected.
        let logs = Reference.logSoftmax(found[place].map(Double.init))
        #expect(mismatch(logs.map(Float.init), expected, absolute: 2e-5, relative: 1e-6) == nil)
      }
    }
  }

  /// A routed row must not know that there are other teachers.
  @Test func `of one teacher are its logits, bit for bit`() {
    let V = 33
    let mixed = MixedTargets(
      [part(0, V: V, weights: [1, 0, 1, 0, 1]), part(1, V: V, weights: [0, 1, 0, 1, 0])],
      vocabulary: V)
    for i in 0..<2 {
      let alone = MixedTargets(
        [part(i, V: V, weights: [1, 1, 1, 1, 1])], vocabulary: V)
      for row in stride(from: Int32(i), to: 5, by: 2) {
        #expect(
          rows(mixed, [row], V: V, scratch: 100) == rows(alone, [row], V: V, scratch: 100))
      }
    }
  }

  /// An impossible token of both is impossible; of one it keeps the other's share; NaN is seen.
  @Test(arguments: Dispatch.available)
  func `keep zeros and NaN`(set: InstructionSet) {
    let y = Floats([-.infinity, -1, -.infinity, -200, .nan] + [Float](repeating: -3, count: 14))
    let x = Floats([-.infinity, -.infinity, -2, -201, -1] + [Float](repeating: -3, count: 14))
    Dispatch.using(set) { add(logarithms: x, weighing: 0.5, to: y) }
    let found = y.array
    #expect(found[0] == -.infinity && found[1] == -1 && found[4].isNaN)
    #expect(abs(found[2] - (-2 + log(Float(0.5)))) < 1e-6)
    // log(e^-200 + e^-201 / 2): far below what a float holds as a probability.
    #expect(abs(Double(found[3]) - (-200 + log1p(exp(-1) / 2))) < 1e-4)
    #expect(found[5...].allSatisfy { abs(Double($0) - (-3 + log(1.5))) < 1e-6 })
    let first = Floats(zeros: 3)
    add(logarithms: Floats([-1, -2, -.infinity]), weighing: 1, to: first, isFirst: true)
    #expect(first.array == [-1, -2, -.infinity])
  }

  @Test func `that do not fit say why`() {
    let good = [part(0, V: 4, weights: [1, 1, 1, 1, 1])]
    #expect(MixedTargets(good, vocabulary: 4).misfit(rows: 4, vocabulary: 4) != nil)
    #expect(MixedTargets(good, vocabulary: 4).misfit(rows: 5, vocabulary: 5) != nil)
    #expect(MixedTargets(good, vocabulary: 9).misfit(rows: 5, vocabulary: 4) != nil)
    let few = [part(0, V: 4, weights: [1, 1])]
    #expect(MixedTargets(few, vocabulary: 4).misfit(rows: 5, vocabulary: 4) != nil)
  }
}
