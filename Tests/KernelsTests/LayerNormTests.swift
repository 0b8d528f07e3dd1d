import Kernels
import Testing

/// Rounding: two sums of C terms in 16 lanes, then a dozen operations on numbers up to 10.
struct `Layer norm` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }

  @Test(arguments: cases)
  func `agrees with the reference`(set: InstructionSet, width C: Int) {
    // Far from 0, so that a variance from sums of squares would be off.
    let x = draw(6 * C, seed: 1).map { $0 + 30 }
    let w = draw(C, seed: 2), b = draw(C, seed: 3)
    let y = Floats(zeros: x.count), inPlace = Floats(x)
    Dispatch.using(set) {
      for (target, source) in [(y, Floats(x)), (inPlace, inPlace)] {
        layerNormForward(
          y: target, x: source, weight: Floats(w), bias: Floats(b), rows: 6, epsilon: 1e-2)
      }
    }
    let expected = Reference.layerNormForward(
      x: doubles(x), weight: doubles(w), bias: doubles(b), epsilon: Double(Float(1e-2)))
    // The mean of numbers near 30 is off by (C / 16 + 4) roundings of 30; then times 1 / deviation,
    // at most 10, and a weight, at most 4.
    let absolute = (Double(C) / 16 + 20) * unitRoundoff * 30 * 10 * 4
    #expect(mismatch(y.array, expected, absolute: absolute, relative: 0) == nil)
    #expect(inPlace.array == y.array)
    // The planted fault: no bias.
    let faulty = Reference.layerNormForward(
      x: doubles(x), weight: doubles(w), bias: w.map { _ in 0 }, epsilon: 1e-2)
    #expect(mismatch(y.array, faulty, absolute: absolute, relative: 0) != nil)
  }
}
