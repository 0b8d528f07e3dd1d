import Kernels
import Testing

/// Rounding: the exponential is good to 2e-7 relative, then fewer than ten operations.
struct `SwiGLU` {
  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }
  static let relative = 2e-7 + 10 * unitRoundoff

  func run(_ gateUp: [Float], _ dY: [Float], width F: Int, _ set: InstructionSet)
    -> (y: [Float], d: [Float])
  {
    let R = gateUp.count / (2 * F)
    let y = Floats(zeros: R * F), gu = Floats(gateUp)
    Dispatch.using(set) {
      swigluForward(y: y, gateUp: gu, rows: R, width: F)
      swigluBackward(dGateUp: gu, dY: Floats(dY), gateUp: gu, rows: R, width: F)
    }
    return (y.array, gu.array)
  }

  @Test(arguments: cases)
  func `agrees with the reference and with central differences`(
    set: InstructionSet, width F: Int
  ) {
    let gateUp = draw(4 * F, seed: 1, scale: 2), dY = draw(2 * F, seed: 2)
    let found = run(gateUp, dY, width: F, set)
    let y = Reference.swigluForward(gateUp: doubles(gateUp), width: F)
    #expect(mismatch(found.y, y, absolute: 1e-30, relative: Self.relative) == nil)
    // 1 + g (1 - s) may cancel: terms of size up to about 6 |dY u| remain as absolute error.
    let absolute = 100 * Self.relative
    let d = Reference.swigluBackward(dY: doubles(dY), gateUp: doubles(gateUp), width: F)
    #expect(mismatch(found.d, d, absolute: absolute, relative: Self.relative) == nil)
    let numeric = centralDifferences(doubles(gateUp)) {
      dot(Reference.swigluForward(gateUp: $0, width: F), doubles(dY))
    }
    #expect(mismatch(found.d, numeric, absolute: absolute, relative: Self.relative) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `agrees with PyTorch, and a flipped sign is seen`(set: InstructionSet) throws {
    let golden = try Golden("swiglu")
    let found = run(golden.floats("gateUp"), golden.floats("dY"), width: 17, set)
    #expect(mismatch(found.y, golden["y"], absolute: 0, relative: Self.relative) == nil)
    #expect(mismatch(found.d, golden["dGateUp"], absolute: 1e-5, relative: Self.relative) == nil)
    var faulty = found.d
    faulty[3] = -faulty[3]
    #expect(mismatch(faulty, golden["dGateUp"], absolute: 1e-5, relative: Self.relative) != nil)
  }

  /// Gates far out: silu is 0 or the gate itself, never NaN.
  @Test(arguments: Dispatch.available)
  func `saturates without NaN`(set: InstructionSet) {
    let found = run([-200, 200, 1, 1], [1, 1], width: 2, set)
    #expect(abs(found.y[0]) < 1e-30 && found.y[1] == 200)
    #expect(found.d.allSatisfy { $0.isFinite })
  }
}
