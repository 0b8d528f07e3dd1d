import Kernels
import Testing

struct `Norm of heads` {
  static let cases = Dispatch.available.flatMap { set in [2, 16, 17, 64].map { (set, $0) } }

  @Test(arguments: cases)
  func `norms the first heads of every row and nothing else`(set: InstructionSet, width D: Int) {
    let stride = 3 * D + 5
    let x = draw(4 * stride, seed: 1), w = draw(D, seed: 2)
    let found = Floats(x)
    Dispatch.using(set) {
      normalizeHeads(found, heads: 2, stride: stride, rows: 4, weight: Floats(w), epsilon: 1e-2)
    }
    let expected = Reference.normalizedHeads(
      doubles(x), heads: 2, stride: stride, weight: doubles(w), epsilon: Double(Float(1e-2)))
    let relative = (Double(D) / 16 + 20) * unitRoundoff
    #expect(mismatch(found.array, expected, absolute: 1e-30, relative: relative) == nil)
    for i in x.indices where i % stride >= 2 * D { #expect(found[i] == x[i]) }
  }

  @Test(arguments: cases)
  func `has the gradients of the reference and of central differences`(
    set: InstructionSet, width D: Int
  ) {
    let stride = 3 * D + 5
    let x = draw(4 * stride, seed: 1), w = draw(D, seed: 2), dY = draw(4 * stride, seed: 3)
    let d = Floats(dY), dW = Floats(zeros: D)
    Dispatch.using(set) {
      normalizeHeadsBackward(
        d, dWeight: dW, x: Floats(x), heads: 2, stride: stride, rows: 4, weight: Floats(w),
        epsilon: 1e-2, scratch: Floats([Float](repeating: .nan, count: 2 * (D + 1))))
    }
    let epsilon = Double(Float(1e-2))
    let expected = Reference.normalizedHeadsBackward(
      dY: doubles(dY), x: doubles(x), heads: 2, stride: stride, weight: doubles(w),
      epsilon: epsilon)
    let relative = (Double(D) / 16 + 20) * unitRoundoff
    let absolute = 40 * relative
    #expect(mismatch(d.array, expected.dX, absolute: absolute, relative: relative) == nil)
    #expect(mismatch(dW.array, expected.dWeight, absolute: absolute, relative: relative) == nil)
    func loss(_ x: [Double], _ w: [Double]) -> Double {
      dot(
        Reference.normalizedHeads(x, heads: 2, stride: stride, weight: w, epsilon: epsilon),
        doubles(dY))
    }
    let numericX = centralDifferences(doubles(x)) { loss($0, doubles(w)) }
    #expect(mismatch(d.array, numericX, absolute: absolute + 1e-6, relative: relative) == nil)
    let numericW = centralDifferences(doubles(w)) { loss(doubles(x), $0) }
    #expect(mismatch(dW.array, numericW, absolute: absolute + 1e-8, relative: relative) == nil)
    // The planted fault: what was normed already, normed again.
    #expect(mismatch(d.array, doubles(dY), absolute: absolute, relative: relative) != nil)
  }
}
