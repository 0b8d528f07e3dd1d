import Kernels
import Testing

/// Rounding: the exponential is good to 2e-7 relative, its argument is off by four roundings of up
/// to 60 where the result still counts; then three operations.
struct `GELU` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }
  static let relative = 2e-7 + 60 * 4 * unitRoundoff

  @Test(arguments: cases)
  func `agrees with the reference`(set: InstructionSet, width F: Int) {
    let x = draw(4 * F, seed: 1, scale: 3)
    let y = Floats(zeros: x.count), gated = Floats(zeros: 2 * F), inPlace = Floats(x)
    Dispatch.using(set) {
      geluForward(y: y, x: Floats(x))
      geluForward(y: inPlace, x: inPlace)
      gatedGELUForward(y: gated, gateUp: Floats(x), rows: 2, width: F)
    }
    // Below -5 nearly nothing is left, which a reference with tanh loses by cancellation.
    let expected = doubles(x).map(Reference.gelu)
    #expect(mismatch(y.array, expected, absolute: 1e-12, relative: Self.relative) == nil)
    #expect(inPlace.array == y.array)
    let products = Reference.gatedGELUForward(gateUp: doubles(x), width: F)
    #expect(mismatch(gated.array, products, absolute: 1e-11, relative: Self.relative) == nil)
    // The planted fault: the exact form, with the error function, differs by up to 5e-4.
    if F >= 16 {
      let other = expected.map { $0 + 3e-5 }
      #expect(mismatch(y.array, other, absolute: 1e-12, relative: Self.relative) != nil)
    }
  }

  /// Far out it is 0 or x itself, never NaN.
  @Test(arguments: Dispatch.available)
  func `saturates without NaN`(set: InstructionSet) {
    let y = Floats(zeros: 4)
    Dispatch.using(set) { geluForward(y: y, x: Floats([-1e4, -30, 30, 1e4])) }
    #expect(abs(y[0]) < 1e-30 && abs(y[1]) < 1e-30 && y[2] == 30 && y[3] == 1e4)
  }

  func gradients(
    _ x: [Float], _ dY: [Float], width F: Int, _ set: InstructionSet
  ) -> (d: [Float], gated: [Float]) {
    let d = Floats(x), gated = Floats(x)
    Dispatch.using(set) {
      geluBackward(dX: d, dY: Floats(dY), x: d)
      gatedGELUBackward(
        dGateUp: gated, dY: Floats(Array(dY.prefix(x.count / 2))), gateUp: gated,
        rows: x.count / (2 * F), width: F)
    }
    return (d.array, gated.array)
  }

  /// 1 - s is off by a rounding of 1, which x (1.6 + 0.21 x^2), at most 100 where 1 - s still
  /// counts, multiplies; gated, an up of 10 multiplies that.
  static let slopeError = 100 * 4 * unitRoundoff

  @Test(arguments: cases)
  func `has the gradient of the reference and of central differences`(
    set: InstructionSet, width F: Int
  ) {
    let x = draw(4 * F, seed: 1, scale: 3), dY = draw(4 * F, seed: 2)
    let found = gradients(x, dY, width: F, set)
    let expected = zip(doubles(x), doubles(dY)).map { Reference.geluSlope($0) * $1 }
    let absolute = 3 * Self.slopeError
    #expect(mismatch(found.d, expected, absolute: absolute, relative: Self.relative) == nil)
    let numeric = centralDifferences(doubles(x)) { dot($0.map(Reference.gelu), doubles(dY)) }
    #expect(mismatch(found.d, numeric, absolute: absolute, relative: Self.relative) == nil)
    let half = Array(doubles(dY).prefix(2 * F))
    let gated = Reference.gatedGELUBackward(dY: half, gateUp: doubles(x), width: F)
    #expect(mismatch(found.gated, gated, absolute: 10 * absolute, relative: Self.relative) == nil)
    let numericGated = centralDifferences(doubles(x)) {
      dot(Reference.gatedGELUForward(gateUp: $0, width: F), half)
    }
    #expect(
      mismatch(found.gated, numericGated, absolute: 10 * absolute, relative: Self.relative) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `has the gradient of PyTorch, and a flipped sign is seen`(set: InstructionSet) throws {
    let golden = try Golden("gelu")
    let x = golden.floats("gateUp"), dY = golden.floats("dY")
    let found = gradients(x, dY, width: 17, set)
    #expect(mismatch(found.d, golden["dX"], absolute: 1e-5, relative: Self.relative) == nil)
    #expect(
      mismatch(found.gated, golden["dGateUp"], absolute: 1e-5, relative: Self.relative) == nil)
    var faulty = found.d
    faulty[3] = -faulty[3]
    #expect(mismatch(faulty, golden["dX"], absolute: 1e-5, relative: Self.relative) != nil)
  }

  /// Far out the slope is 0 or 1, never NaN.
  @Test(arguments: Dispatch.available)
  func `has a slope that saturates`(set: InstructionSet) {
    let d = Floats([-1e4, -30, 30, 1e4])
    Dispatch.using(set) { geluBackward(dX: d, dY: Floats([1, 1, 1, 1]), x: d) }
    #expect(abs(d[0]) < 1e-20 && abs(d[1]) < 1e-20 && d[2] == 1 && d[3] == 1)
  }
}
