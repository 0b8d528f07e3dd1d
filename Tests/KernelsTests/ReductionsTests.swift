import Kernels
import Testing

struct `Reductions` {
  static let cases = Dispatch.available.flatMap { set in
    (edgeWidths + [127, 128, 200]).map { (set, $0) }
  }

  @Test(arguments: cases)
  func `sum of squares is exact to double rounding`(set: InstructionSet, count: Int) {
    let x = draw(count, seed: 1)
    let expected = x.reduce(0.0) { $0 + Double($1) * Double($1) }
    let found = Dispatch.using(set) { sumOfSquares(Floats(x)) }
    #expect(abs(found - expected) <= expected * Double(count) * 1.2e-16)
  }

  /// One sum must catch every non-finite element, wherever it sits, and nothing else.
  @Test(arguments: cases)
  func `one sum finds whatever is not finite`(set: InstructionSet, count: Int) {
    let large = [Float](repeating: .greatestFiniteMagnitude, count: count)
    #expect(Dispatch.using(set) { sumOfSquares(Floats(large)) }.isFinite)
    for bad in [Float.nan, .infinity, -.infinity] {
      for place in 0..<count {
        var x = large
        x[place] = bad
        #expect(!Dispatch.using(set) { sumOfSquares(Floats(x)) }.isFinite)
      }
    }
  }

  @Test(arguments: Dispatch.available)
  func `clipping agrees with PyTorch`(set: InstructionSet) throws {
    let golden = try Golden("gradient-norm")
    let gradients = golden.floats("gradients"), largest = golden.number("largest")
    let norm = Dispatch.using(set) { sumOfSquares(Floats(gradients)) }.squareRoot()
    #expect(abs(norm - golden.number("norm")) < 1e-12 * norm)
    let scale = clipScale(norm: norm, largest: largest)
    // PyTorch divides by norm + 1e-6.
    #expect(
      mismatch(gradients.map { $0 * scale }, golden["clipped"], absolute: 0, relative: 1e-6)
        == nil)
    #expect(clipScale(norm: 1.5, largest: 2) == 1)
  }

  @Test(arguments: cases)
  func `adds element by element`(set: InstructionSet, count: Int) {
    let x = draw(count, seed: 1), y = draw(count, seed: 2), sum = Floats(y)
    Dispatch.using(set) { add(Floats(x), to: sum) }
    #expect(sum.array == zip(x, y).map { $0 + $1 })
  }

  /// Clipping must not depend on whether a gradient came from one part or from several.
  @Test(arguments: cases)
  func `adding and summing squares in one pass is adding, then summing`(
    set: InstructionSet, count: Int
  ) {
    let x = Floats(draw(count, seed: 1)), y = draw(count, seed: 2)
    let apart = Floats(y), together = Floats(y)
    Dispatch.using(set) {
      add(x, to: apart)
      let expected = sumOfSquares(apart)
      #expect(addAndSumOfSquares(x, to: together) == expected)
    }
    #expect(together.array == apart.array)
  }
}
