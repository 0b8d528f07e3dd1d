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
}
