import Kernels
import Testing

/// Rounding: the exponential is good to 2e-7 relative, its argument is off by four roundings of up to
/// 60 where the result still counts; then three operations.
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
}
