import Kernels
import Testing

/// Against the reference on operands rounded to bfloat16, what is left are the roundings of P and
/// dS (a share of at most u = 2^-9 each) and those of float32.
struct `Attention in bfloat16` {
  /// Relative error of rounding to bfloat16, which keeps 8 bits.
  static let unit = 0x1p-9
  static let cases = Attention.cases

  func rounded(_ x: [Float]) -> [Double] {
    x.map { value in
      let bits = value.bitPattern
      return Double(Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000))
    }
  }

  /// The first element that is further from its expected value than its own tolerance.
  func mismatch(_ actual: [Float], _ expected: [Double], tolerance: (Int) -> Double) -> String? {
    for i in expected.indices where !(abs(Double(actual[i]) - expected[i]) <= tolerance(i)) {
      return "[\(i)]: expected \(expected[i]) within \(tolerance(i)), found \(actual[i])"
    }
    return nil
  }

  @Test(arguments: cases)
  func `agrees with the reference on rounded operands`(_ c: Attention.Case) {
    let starts = c.lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let T = starts.last ?? 0
    let shape = c.shape
    let D = shape.headWidth
    let x = draw(T * shape.projectedWidth, seed: 1), dY = draw(T * shape.outputWidth, seed: 2)
    let found = Attention().run(x, dY, starts: starts, shape: shape, c.set, .bfloat16)
    let exactX = rounded(x), exactDY = rounded(dY)
    let largest = exactX.reduce(0) { max($0, abs($1)) }
    let largestDY = exactDY.reduce(0) { max($0, abs($1)) }
    let float = 9 * Double(D).squareRoot() * 3 * unitRoundoff + 20 * unitRoundoff
    // y is a mean of values by P: its share of P is off by u.
    let y = Reference.attentionForward(projected: exactX, rowStarts: starts, shape: shape)
    let toleranceY = Self.unit * largest + float
    #expect(mismatch(found.y, y) { _ in toleranceY } == nil)

    // |dP| and |delta| are at most A = sum |dY| max |v|; delta is off by 2 u A (dY is not rounded
    // in it, y is off by u max |v|), dS = P (dP - delta) by P 2 u A, and by as much when rounded.
    let widest =
      stride(from: 0, to: exactDY.count, by: D).map { start in
        exactDY[start..<(start + D)].reduce(0) { $0 + abs($1) }
      }.max() ?? 0
    let errorOfDS = 4 * Self.unit * widest * largest
    let scale = 1 / Double(D).squareRoot()
    let d = Reference.attentionBackward(
      dY: exactDY, projected: exactX, rowStarts: starts, shape: shape)
    // Gradients of keys and values sum over queries by P: dV of ones is the sum of a column of P.
    let columns = Reference.attentionBackward(
      dY: [Double](repeating: 1, count: exactDY.count), projected: exactX, rowStarts: starts,
      shape: shape)
    let W = shape.projectedWidth
    let keys = shape.heads * D, values = keys + shape.keyValueHeads * D
    let expected = mismatch(found.d, d) { i in
      let column = i % W
      if column < keys { return errorOfDS * scale * largest + 30 * float }
      if column < values {
        let sum = columns[i + values - keys]
        return (errorOfDS * scale * largest + 30 * float) * max(sum, 1)
      }
      return (Self.unit * largestDY + 30 * float) * max(columns[i], 1)
    }
    #expect(expected == nil)
    // That is the worst case. Roundings of either sign average out: the whole is off by a few u of
    // its length, a fault in one product by its length.
    let error = zip(found.d, d).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
    #expect(error.squareRoot() <= 3 * Self.unit * dot(d, d).squareRoot())
    // On operands that are not rounded it is further off: they were rounded. (A row of one token
    // has P = 1: y is v.)
    let unrounded = Reference.attentionForward(
      projected: doubles(x), rowStarts: starts, shape: shape)
    #expect(mismatch(found.y, unrounded) { _ in float } != nil)
  }

  /// Equal scores make every P exactly 1 before it is divided by their number, so nothing but the
  /// values is rounded: an error of their rounding, or of their order, shows to float32.
  @Test(arguments: Dispatch.available, [5, 16, 32, 64])
  func `equal scores average the rounded values`(set: InstructionSet, width D: Int) {
    let shape = AttentionShape(heads: 2, keyValueHeads: 1, headWidth: D)
    let T = 150
    let W = shape.projectedWidth
    var x = draw(T * W, seed: 3)
    for t in 0..<T { for i in 0..<(2 * D) { x[t * W + i] = 0 } }
    let dY = [Float](repeating: 0, count: T * shape.outputWidth)
    let found = Attention().run(x, dY, starts: [0, T], shape: shape, set, .bfloat16)
    let y = Reference.attentionForward(projected: rounded(x), rowStarts: [0, T], shape: shape)
    // T additions of values up to 3, then a product.
    let tolerance = (Double(T) + 2) * 3 * unitRoundoff
    #expect(mismatch(found.y, y) { _ in tolerance } == nil)
    #expect(found.d.allSatisfy { $0 == 0 })
    // The planted fault: values cut off, not rounded.
    let cut = x.map { Double(Float(bitPattern: $0.bitPattern & 0xFFFF_0000)) }
    let wrong = Reference.attentionForward(projected: cut, rowStarts: [0, T], shape: shape)
    #expect(mismatch(found.y, wrong) { _ in tolerance } != nil)
  }

  /// Scores that climb along the keys move the maximum of a row again and again; what was summed
  /// before must follow.
  @Test(arguments: Dispatch.available, [16, 32])
  func `agrees with the reference when the maximum keeps moving`(set: InstructionSet, width D: Int)
  {
    let shape = AttentionShape(heads: 1, keyValueHeads: 1, headWidth: D)
    let T = 300
    let W = shape.projectedWidth
    var x = draw(T * W, seed: 8)
    for t in 0..<T {
      for i in 0..<D {
        x[t * W + i] = 1
        // Small whole numbers: bfloat16 holds the keys, float32 their scores, without error.
        x[t * W + D + i] = Float(t / 32)
      }
    }
    let dY = [Float](repeating: 0, count: T * shape.outputWidth)
    let found = Attention().run(x, dY, starts: [0, T], shape: shape, set, .bfloat16)
    let y = Reference.attentionForward(projected: rounded(x), rowStarts: [0, T], shape: shape)
    let float = 2 * 9 * Double(D).squareRoot() * Double(D + 4) * unitRoundoff * 3
    #expect(mismatch(found.y, y) { _ in 3 * Self.unit + float } == nil)
  }
}
