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

  func gradients(
    _ x: [Float], _ w: [Float], _ dY: [Float], epsilon: Float, _ set: InstructionSet
  ) -> (dX: [Float], dWeight: [Float], dBias: [Float]) {
    let dX = Floats(zeros: x.count), dW = Floats(zeros: w.count), dB = Floats(zeros: w.count)
    Dispatch.using(set) {
      layerNormBackward(
        dX: dX, dWeight: dW, dBias: dB, dY: Floats(dY), x: Floats(x), weight: Floats(w),
        rows: x.count / w.count, epsilon: epsilon)
    }
    return (dX.array, dW.array, dB.array)
  }

  @Test(arguments: cases)
  func `has the gradients of the reference and of central differences`(
    set: InstructionSet, width C: Int
  ) {
    let x = draw(6 * C, seed: 1), w = draw(C, seed: 2), dY = draw(6 * C, seed: 3)
    let found = gradients(x, w, dY, epsilon: 1e-2, set)
    let epsilon = Double(Float(1e-2))
    let expected = Reference.layerNormBackward(
      dY: doubles(dY), x: doubles(x), weight: doubles(w), epsilon: epsilon)
    // Three sums of C terms in 16 lanes; dX subtracts three terms of up to |dY| |w| / deviation, at
    // most 3 * 3 * 10 each.
    let relative = (Double(C) / 16 + 20) * unitRoundoff
    let absolute = 300 * relative
    #expect(mismatch(found.dX, expected.dX, absolute: absolute, relative: relative) == nil)
    #expect(
      mismatch(found.dWeight, expected.dWeight, absolute: absolute, relative: relative) == nil)
    #expect(mismatch(found.dBias, expected.dBias, absolute: absolute, relative: relative) == nil)
    func loss(_ x: [Double], _ w: [Double], _ b: [Double]) -> Double {
      dot(
        Reference.layerNormForward(x: x, weight: w, bias: b, epsilon: epsilon), doubles(dY))
    }
    let b = [Double](repeating: 0, count: C)
    let numericX = centralDifferences(doubles(x)) { loss($0, doubles(w), b) }
    #expect(mismatch(found.dX, numericX, absolute: absolute + 1e-6, relative: relative) == nil)
    let numericW = centralDifferences(doubles(w)) { loss(doubles(x), $0, b) }
    #expect(mismatch(found.dWeight, numericW, absolute: absolute + 1e-8, relative: relative) == nil)
    let numericB = centralDifferences(b) { loss(doubles(x), doubles(w), $0) }
    #expect(mismatch(found.dBias, numericB, absolute: absolute + 1e-8, relative: relative) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `has the gradients of PyTorch, and a flipped sign is seen`(set: InstructionSet) throws {
    let golden = try Golden("layer-norm")
    let x = golden.floats("x"), w = golden.floats("weight"), dY = golden.floats("dY")
    let found = gradients(x, w, dY, epsilon: 1e-5, set)
    for (name, values) in [
      ("dX", found.dX), ("dWeight", found.dWeight), ("dBias", found.dBias),
    ] {
      #expect(mismatch(values, golden[name], absolute: 5e-6, relative: 0) == nil, "\(name)")
      #expect(mismatch(values.map { -$0 }, golden[name], absolute: 5e-6, relative: 0) != nil)
    }
    let y = Floats(zeros: x.count)
    layerNormForward(
      y: y, x: Floats(x), weight: Floats(w), bias: Floats(golden.floats("bias")), rows: 3,
      epsilon: 1e-5)
    #expect(mismatch(y.array, golden["y"], absolute: 5e-6, relative: 0) == nil)
  }

  @Test func `has gradients that accumulate`() {
    let x = Floats(draw(17, seed: 4)), w = Floats(draw(17, seed: 5)), dY = Floats(draw(17, seed: 6))
    let buffers = (0..<3).map { _ in Floats(zeros: 17) }
    for _ in 0..<2 {
      layerNormBackward(
        dX: buffers[0], dWeight: buffers[1], dBias: buffers[2], dY: dY, x: x, weight: w, rows: 1,
        epsilon: 1e-5)
    }
    let once = gradients(x.array, w.array, dY.array, epsilon: 1e-5, Dispatch.current)
    #expect(buffers[0].array == once.dX.map { $0 * 2 })
    #expect(buffers[1].array == once.dWeight.map { $0 * 2 })
    #expect(buffers[2].array == once.dBias.map { $0 * 2 })
  }
}
