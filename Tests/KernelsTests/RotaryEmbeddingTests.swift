import Kernels
import Testing

struct `Rotary embedding` {
  func run(
    _ x: [Float], heads: Int, width: Int, positions: [Int32], inverse: Bool, _ set: InstructionSet
  ) -> [Float] {
    let y = Floats(x)
    let table = RotaryTable(headWidth: width, base: 10000, positionCount: 100)
    Dispatch.using(set) {
      rotate(
        y, heads: heads, stride: heads * width, positions: positions.span, table: table,
        inverse: inverse)
    }
    return y.array
  }

  static let cases = Dispatch.available.flatMap { set in
    [2, 16, 30, 32, 34, 64].map { (set, $0) }
  }

  /// Two products and a sum of rounded cosines: four roundings of terms up to |a| + |b|.
  @Test(arguments: cases)
  func `agrees with the reference and with central differences`(
    set: InstructionSet, width D: Int
  ) {
    let positions: [Int32] = [0, 1, 63, 99]
    let x = draw(8 * D, seed: 1), dY = draw(8 * D, seed: 2)
    let y = Reference.rotate(
      doubles(x), heads: 2, headWidth: D, positions: positions.map(Int.init), base: 10000)
    let found = run(x, heads: 2, width: D, positions: positions, inverse: false, set)
    #expect(mismatch(found, y, absolute: 30 * unitRoundoff, relative: 0) == nil)
    let dX = run(dY, heads: 2, width: D, positions: positions, inverse: true, set)
    let numeric = centralDifferences(doubles(x)) {
      dot(
        Reference.rotate(
          $0, heads: 2, headWidth: D, positions: positions.map(Int.init), base: 10000),
        doubles(dY))
    }
    #expect(mismatch(dX, numeric, absolute: 30 * unitRoundoff + 1e-8, relative: 0) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `agrees with transformers, and turning the wrong way is seen`(set: InstructionSet) throws {
    let golden = try Golden("rotary-embedding")
    let heads = golden.count("heads"), width = golden.count("headWidth")
    func turned(_ name: String, inverse: Bool) -> [Float] {
      run(
        golden.floats(name), heads: heads, width: width, positions: golden.tokens("positions"),
        inverse: inverse, set)
    }
    let tolerance = 30 * unitRoundoff
    #expect(
      mismatch(turned("x", inverse: false), golden["y"], absolute: tolerance, relative: 0) == nil)
    #expect(
      mismatch(turned("dY", inverse: true), golden["dX"], absolute: tolerance, relative: 0) == nil)
    #expect(
      mismatch(turned("x", inverse: true), golden["y"], absolute: tolerance, relative: 0) != nil)
  }
}
