import Kernels
import Testing

/// Rounding: a sum of C squares in 16 lanes, then a dozen operations: (C / 16 + 20) roundings.
struct `RMS norm` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }

  struct Results { var y: [Float], dX: [Float], dWeight: [Float] }

  func run(_ x: [Float], _ w: [Float], _ dY: [Float], epsilon: Float, _ set: InstructionSet)
    -> Results
  {
    let R = x.count / w.count
    let y = Floats(zeros: x.count), inverse = Floats(zeros: R)
    let dX = Floats(zeros: x.count), dW = Floats(zeros: w.count)
    Dispatch.using(set) {
      rmsNormForward(
        y: y, inverse: inverse, x: Floats(x), weight: Floats(w), rows: R, epsilon: epsilon)
      rmsNormBackward(
        dX: dX, dWeight: dW, dY: Floats(dY), x: Floats(x), weight: Floats(w), inverse: inverse,
        rows: R)
    }
    return Results(y: y.array, dX: dX.array, dWeight: dW.array)
  }

  @Test(arguments: cases)
  func `agrees with the reference and with central differences`(
    set: InstructionSet, width C: Int
  ) {
    let x = draw(6 * C, seed: 1), w = draw(C, seed: 2), dY = draw(6 * C, seed: 3)
    let found = run(x, w, dY, epsilon: 1e-2, set)
    let epsilon = Double(Float(1e-2))
    let relative = (Double(C) / 16 + 20) * unitRoundoff
    // Gradients subtract two terms of size up to |dY| |w| / rms each: absolute error of that size.
    let absolute = 40 * relative
    let y = Reference.rmsNormForward(x: doubles(x), weight: doubles(w), epsilon: epsilon)
    #expect(mismatch(found.y, y, absolute: 1e-30, relative: relative) == nil)
    let d = Reference.rmsNormBackward(
      dY: doubles(dY), x: doubles(x), weight: doubles(w), epsilon: epsilon)
    #expect(mismatch(found.dX, d.dX, absolute: absolute, relative: relative) == nil)
    #expect(mismatch(found.dWeight, d.dWeight, absolute: absolute, relative: relative) == nil)
    let numericX = centralDifferences(doubles(x)) {
      dot(Reference.rmsNormForward(x: $0, weight: doubles(w), epsilon: epsilon), doubles(dY))
    }
    #expect(mismatch(found.dX, numericX, absolute: absolute + 1e-6, relative: relative) == nil)
    let numericW = centralDifferences(doubles(w)) {
      dot(Reference.rmsNormForward(x: doubles(x), weight: $0, epsilon: epsilon), doubles(dY))
    }
    #expect(mismatch(found.dWeight, numericW, absolute: absolute + 1e-8, relative: relative) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `agrees with PyTorch, and a flipped sign is seen`(set: InstructionSet) throws {
    let golden = try Golden("rms-norm")
    let found = run(
      golden.floats("x"), golden.floats("weight"), golden.floats("dY"), epsilon: 1e-5, set)
    #expect(mismatch(found.y, golden["y"], absolute: 0, relative: 22 * unitRoundoff) == nil)
    #expect(mismatch(found.dX, golden["dX"], absolute: 5e-6, relative: 22 * unitRoundoff) == nil)
    #expect(
      mismatch(found.dWeight, golden["dWeight"], absolute: 5e-6, relative: 22 * unitRoundoff)
        == nil)
    // The planted fault: the second term of dX added, not subtracted.
    let x = golden.floats("x"), w = golden.floats("weight"), dY = golden.floats("dY")
    let faulty = x.indices.map { i in
      let r = i / 19, j = i % 19
      let inverse = found.y[r * 19] / (x[r * 19] * w[0])
      return 2 * dY[i] * w[j] * inverse - found.dX[i]
    }
    #expect(mismatch(faulty, golden["dX"], absolute: 5e-6, relative: 1e-5) != nil)
  }

  @Test func `gradients accumulate`() {
    let x = Floats(draw(16, seed: 4)), w = Floats(draw(16, seed: 5)), dY = Floats(draw(16, seed: 6))
    let inverse = Floats(zeros: 1), dX = Floats(zeros: 16), dW = Floats(zeros: 16)
    rmsNormForward(
      y: Floats(zeros: 16), inverse: inverse, x: x, weight: w, rows: 1, epsilon: 1e-5)
    for _ in 0..<2 {
      rmsNormBackward(dX: dX, dWeight: dW, dY: dY, x: x, weight: w, inverse: inverse, rows: 1)
    }
    let once = run(x.array, w.array, dY.array, epsilon: 1e-5, Dispatch.current)
    #expect(dX.array == once.dX.map { $0 * 2 })
    #expect(dW.array == once.dWeight.map { $0 * 2 })
  }
}
