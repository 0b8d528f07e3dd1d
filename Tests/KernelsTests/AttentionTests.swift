import Kernels
import Testing

/// Rounding: scores are sums of D products of values up to 3, so an exponent is off by at most
/// about 9 D u / sqrt(D) and a probability by that share; outputs average values up to 3, gradients
/// sum T such terms.
struct `Attention` {
  struct Case: Sendable, CustomStringConvertible {
    var set: InstructionSet
    var lengths: [Int]
    var shape: AttentionShape
    var description: String { "\(set.name) \(lengths) \(shape)" }
  }

  static let cases = Dispatch.available.flatMap { set in
    [
      Case(
        set: set, lengths: [1, 15, 16, 17],
        shape: AttentionShape(heads: 4, keyValueHeads: 2, headWidth: 16)),
      Case(
        set: set, lengths: [65, 31, 33],
        shape: AttentionShape(heads: 2, keyValueHeads: 2, headWidth: 32)),
      Case(
        set: set, lengths: [63, 64],
        shape: AttentionShape(heads: 3, keyValueHeads: 1, headWidth: 17)),
      Case(
        set: set, lengths: [7, 1, 0, 9],
        shape: AttentionShape(heads: 2, keyValueHeads: 1, headWidth: 5)),
      Case(
        set: set, lengths: [20, 129],
        shape: AttentionShape(heads: 1, keyValueHeads: 1, headWidth: 64)),
    ]
  }

  func run(
    _ projected: [Float], _ dY: [Float], starts: [Int], shape: AttentionShape,
    _ set: InstructionSet, _ precision: MatrixEngine.Precision = .float32
  ) -> (y: [Float], d: [Float]) {
    let T = starts.last ?? 0
    let longest = zip(starts, starts.dropFirst()).map { $1 - $0 }.max() ?? 0
    let y = Floats(zeros: T * shape.outputWidth), sums = Floats(zeros: T * shape.heads)
    let d = Floats(zeros: projected.count), x = Floats(projected)
    // NaN in the scratch: what was there before must not matter.
    let scratch = Floats([Float](repeating: .nan, count: shape.scratch(tokens: longest)))
    Dispatch.using(set) {
      attentionForward(
        y: y, logSumExp: sums, projected: x, rowStarts: starts.span, shape: shape,
        precision: precision, scratch: scratch)
      attentionBackward(
        dProjected: d, dY: Floats(dY), y: y, logSumExp: sums, projected: x,
        rowStarts: starts.span, shape: shape, precision: precision, scratch: scratch)
    }
    return (y.array, d.array)
  }

  @Test(arguments: cases)
  func `agrees with the reference`(_ c: Case) {
    let starts = c.lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    let T = starts.last ?? 0
    let x = draw(T * c.shape.projectedWidth, seed: 1)
    let dY = draw(T * c.shape.outputWidth, seed: 2)
    let found = run(x, dY, starts: starts, shape: c.shape, c.set)
    let y = Reference.attentionForward(projected: doubles(x), rowStarts: starts, shape: c.shape)
    let D = Double(c.shape.headWidth)
    let tolerance = 9 * D.squareRoot() * 3 * unitRoundoff + 20 * unitRoundoff
    #expect(mismatch(found.y, y, absolute: tolerance, relative: 1e-6) == nil)
    let d = Reference.attentionBackward(
      dY: doubles(dY), projected: doubles(x), rowStarts: starts, shape: c.shape)
    #expect(mismatch(found.d, d, absolute: 30 * tolerance, relative: 1e-6) == nil)
  }

  static let windows = Dispatch.available.flatMap { set in
    [1, 2, 7, 8, 9, 31, 32, 33, 100, 128, 129, 200].map { (set, $0) }
  }

  /// Windows that end within a tile of keys and at its edges, queries whose first keys all lie
  /// outside, more keys than a block; scores large enough that what is outside would win.
  @Test(arguments: windows)
  func `with a window agrees with the reference`(set: InstructionSet, window: Int) {
    for (lengths, D) in [([1, 45, 200], 16), ([300], 17), ([130], 64)] {
      let shape = AttentionShape(heads: 2, keyValueHeads: 1, headWidth: D)
      let starts = lengths.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
      let T = starts.last ?? 0
      let x = draw(T * shape.projectedWidth, seed: 5)
      let y = Floats(zeros: T * shape.outputWidth), sums = Floats(zeros: T * shape.heads)
      let scratch = Floats(
        [Float](repeating: .nan, count: shape.scratch(tokens: lengths.max() ?? 0)))
      Dispatch.using(set) {
        attentionForward(
          y: y, logSumExp: sums, projected: Floats(x), rowStarts: starts.span, shape: shape,
          window: window, scratch: scratch)
      }
      let dY = draw(T * shape.outputWidth, seed: 6)
      // NaN where nothing was written.
      let d = Floats([Float](repeating: .nan, count: x.count))
      Dispatch.using(set) {
        attentionBackward(
          dProjected: d, dY: Floats(dY), y: y, logSumExp: sums, projected: Floats(x),
          rowStarts: starts.span, shape: shape, window: window, scratch: scratch)
      }
      let tolerance = 9 * Double(D).squareRoot() * 3 * unitRoundoff + 20 * unitRoundoff
      func gradient(_ window: Int) -> [Double] {
        Reference.attentionBackward(
          dY: doubles(dY), projected: doubles(x), rowStarts: starts, shape: shape, window: window)
      }
      #expect(mismatch(d.array, gradient(window), absolute: 30 * tolerance, relative: 1e-6) == nil)
      func expected(_ window: Int) -> [Double] {
        Reference.attentionForward(
          projected: doubles(x), rowStarts: starts, shape: shape, window: window)
      }
      #expect(mismatch(y.array, expected(window), absolute: tolerance, relative: 1e-6) == nil)
      // The planted fault: one key more.
      if window >= lengths.max() ?? 0 { continue }
      #expect(mismatch(y.array, expected(window + 1), absolute: tolerance, relative: 1e-6) != nil)
      #expect(
        mismatch(d.array, gradient(window + 1), absolute: 30 * tolerance, relative: 1e-6) != nil)
    }
  }

  @Test(arguments: Dispatch.available)
  func `the gradient with a window agrees with central differences and with PyTorch`(
    set: InstructionSet
  ) throws {
    let golden = try Golden("attention-window")
    let shape = AttentionShape(
      heads: golden.count("heads"), keyValueHeads: golden.count("keyValueHeads"),
      headWidth: golden.count("headWidth"))
    let starts = golden["rowStarts"].map { Int($0) }
    let window = golden.count("window")
    let x = golden.floats("projected"), dY = golden.floats("dY")
    let T = starts.last ?? 0
    let y = Floats(zeros: T * shape.outputWidth), sums = Floats(zeros: T * shape.heads)
    let d = Floats(zeros: x.count), scratch = Floats(zeros: shape.scratch(tokens: T))
    Dispatch.using(set) {
      attentionForward(
        y: y, logSumExp: sums, projected: Floats(x), rowStarts: starts.span, shape: shape,
        window: window, scratch: scratch)
      attentionBackward(
        dProjected: d, dY: Floats(dY), y: y, logSumExp: sums, projected: Floats(x),
        rowStarts: starts.span, shape: shape, window: window, scratch: scratch)
    }
    #expect(mismatch(y.array, golden["y"], absolute: 5e-6, relative: 0) == nil)
    #expect(mismatch(d.array, golden["dProjected"], absolute: 2e-5, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) {
      dot(
        Reference.attentionForward(
          projected: $0, rowStarts: starts, shape: shape, window: window), doubles(dY))
    }
    #expect(mismatch(d.array, numeric, absolute: 2e-5, relative: 1e-6) == nil)
  }

  /// Scores that climb along the keys move the maximum of a row again and again, within a block of
  /// keys and from one block to the next; what was summed before must follow.
  @Test(arguments: Dispatch.available, [16, 32, 64])
  func `agrees with the reference when the maximum keeps moving`(set: InstructionSet, width D: Int)
  {
    let shape = AttentionShape(heads: 2, keyValueHeads: 1, headWidth: D)
    let T = 300
    var x = draw(T * shape.projectedWidth, seed: 8)
    for t in 0..<T {
      for i in 0..<D {
        let row = t * shape.projectedWidth
        // Queries and keys have the same sign everywhere; each key is longer than the one before.
        for h in 0..<2 { x[row + h * D + i] = 1 + abs(x[row + h * D + i]) }
        x[row + 2 * D + i] = Float(t) / 25 + abs(x[row + 2 * D + i]) / 8
      }
    }
    let dY = draw(T * shape.outputWidth, seed: 9)
    let found = run(x, dY, starts: [0, T], shape: shape, set)
    // A score is a sum of D products, all positive, of at most sqrt(D) * 4 * 13 in all: D + 4
    // roundings of that share; P is off by twice that share, y by that times the largest value.
    let largest = Double(D).squareRoot() * 4 * 13
    let tolerance = 2 * largest * Double(D + 4) * unitRoundoff * 3
    let y = Reference.attentionForward(projected: doubles(x), rowStarts: [0, T], shape: shape)
    #expect(mismatch(found.y, y, absolute: tolerance, relative: 1e-6) == nil)
    // dS is of the order of 2 max|dP| P, with max|dP| < 10 sqrt(D); it multiplies keys and queries
    // of at most 13 and, for keys, sums T rows.
    let d = Reference.attentionBackward(
      dY: doubles(dY), projected: doubles(x), rowStarts: [0, T], shape: shape)
    #expect(mismatch(found.d, d, absolute: 20 * 13 * tolerance, relative: 1e-6) == nil)
    // The planted fault: a row that forgot to scale down what came before its last maximum would be
    // off by that part's share of the softmax, which is not small against the tolerance.
    let half = Reference.attentionForward(
      projected: doubles(x).enumerated().map {
        $0.offset < 150 * shape.projectedWidth ? 0 : $0.element
      },
      rowStarts: [0, T], shape: shape)
    #expect(mismatch(found.y, half, absolute: tolerance, relative: 1e-6) != nil)
  }

  @Test(arguments: Dispatch.available)
  func `the gradient agrees with central differences`(set: InstructionSet) {
    let shape = AttentionShape(heads: 2, keyValueHeads: 1, headWidth: 4)
    let starts = [0, 3, 8]
    let x = draw(8 * shape.projectedWidth, seed: 3), dY = draw(8 * shape.outputWidth, seed: 4)
    let found = run(x, dY, starts: starts, shape: shape, set)
    let numeric = centralDifferences(doubles(x)) {
      dot(
        Reference.attentionForward(projected: $0, rowStarts: starts, shape: shape), doubles(dY))
    }
    #expect(mismatch(found.d, numeric, absolute: 1e-5, relative: 1e-6) == nil)
  }

  @Test(arguments: Dispatch.available)
  func `agrees with PyTorch, and faults are seen`(set: InstructionSet) throws {
    let golden = try Golden("attention")
    let shape = AttentionShape(
      heads: golden.count("heads"), keyValueHeads: golden.count("keyValueHeads"),
      headWidth: golden.count("headWidth"))
    let starts = golden["rowStarts"].map { Int($0) }
    let x = golden.floats("projected"), dY = golden.floats("dY")
    let found = run(x, dY, starts: starts, shape: shape, set)
    #expect(mismatch(found.y, golden["y"], absolute: 5e-6, relative: 0) == nil)
    #expect(mismatch(found.d, golden["dProjected"], absolute: 2e-5, relative: 0) == nil)
    // Planted faults: sequences that see one another; a flipped sign.
    let joined = run(x, dY, starts: [0, 10], shape: shape, set)
    #expect(mismatch(joined.y, golden["y"], absolute: 5e-6, relative: 0) != nil)
    #expect(
      mismatch(found.d.map { -$0 }, golden["dProjected"], absolute: 2e-5, relative: 0) != nil)
  }

  /// A sequence's result must not depend on what lies beside it in the batch.
  @Test func `sequences do not touch one another`() {
    let shape = AttentionShape(heads: 2, keyValueHeads: 1, headWidth: 16)
    let x = draw(50 * shape.projectedWidth, seed: 5), dY = draw(50 * shape.outputWidth, seed: 6)
    let both = run(x, dY, starts: [0, 20, 50], shape: shape, Dispatch.current)
    let second = run(
      Array(x.dropFirst(20 * shape.projectedWidth)),
      Array(dY.dropFirst(20 * shape.outputWidth)), starts: [0, 30], shape: shape,
      Dispatch.current)
    #expect(Array(both.y.dropFirst(20 * shape.outputWidth)) == second.y)
    #expect(Array(both.d.dropFirst(20 * shape.projectedWidth)) == second.d)
  }
}
