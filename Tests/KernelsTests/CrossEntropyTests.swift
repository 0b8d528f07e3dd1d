import Foundation
import Kernels
import Testing

/// Rounding: exponentials good to 2e-7 relative, a sum of V of them in 16 lanes, logarithms in
/// double: V / 16 + 20 roundings of losses up to about 20 nats and of gradients up to 1.
struct `Cross-entropy` {
  static let cases = Dispatch.available.flatMap { set in
    [2, 15, 16, 17, 63, 64, 65].map { (set, $0) }
  }
  static func relative(_ V: Int) -> Double { 2e-7 + (Double(V) / 16 + 20) * unitRoundoff }

  func close(_ a: LossSums, _ b: LossSums, _ tolerance: Double) -> Bool {
    abs(a.loss - b.loss) <= tolerance && abs(a.crossEntropy - b.crossEntropy) <= tolerance
      && abs(a.divergence - b.divergence) <= tolerance
  }

  func hard(
    _ x: [Float], _ tokens: [Int32], _ weights: [Float], epsilon: Float, scale: Float = 1,
    _ set: InstructionSet
  ) -> (sums: LossSums, d: [Float]) {
    let logits = Floats(x)
    let sums = Dispatch.using(set) {
      hardCrossEntropy(
        logits: logits, vocabulary: x.count / tokens.count, tokens: tokens.span,
        weights: weights.span, epsilon: epsilon, gradientScale: scale)
    }
    return (sums, logits.array)
  }

  func soft(
    _ x: [Float], _ targets: [Float], _ tokens: [Int32], _ weights: [Float],
    _ options: ForwardDivergence, scale: Float = 1, _ set: InstructionSet
  ) -> (sums: LossSums, d: [Float]) {
    let logits = Floats(x), V = x.count / tokens.count
    let result = Dispatch.using(set) {
      softCrossEntropy(
        logits: logits, vocabulary: V, targets: Floats(targets), tokens: tokens.span,
        weights: weights.span, options: options, gradientScale: scale,
        scratch: Floats([Float](repeating: .nan, count: 3 * V)))
    }
    #expect(result.badRow == nil)
    return (result.sums, logits.array)
  }

  @Test(arguments: cases, [Float(0), 0.1])
  func `hard and smoothed agree with the reference and with central differences`(
    _ c: (InstructionSet, Int), epsilon: Float
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2), token = V - 1
    let expected = Reference.hardCrossEntropy(
      logits: doubles(x), token: token, epsilon: Double(epsilon))
    let found = hard(x, [Int32(token)], [1], epsilon: epsilon, set)
    let tolerance = Self.relative(V)
    #expect(close(found.sums, expected.sums, 20 * tolerance))
    #expect(mismatch(found.d, expected.gradient, absolute: tolerance, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) {
      Reference.hardCrossEntropy(logits: $0, token: token, epsilon: Double(epsilon)).sums.loss
    }
    #expect(mismatch(found.d, numeric, absolute: tolerance + 1e-9, relative: 0) == nil)
    #expect(mismatch(found.d.map { -$0 }, numeric, absolute: tolerance + 1e-9, relative: 0) != nil)
  }

  static let options = [
    ForwardDivergence(), ForwardDivergence(temperature: 1, mix: 0.25),
    ForwardDivergence(temperature: 3, mix: 1), ForwardDivergence(temperature: 0.5, mix: 0.5),
    ForwardDivergence(temperature: 2, mix: 0),
  ]

  @Test(arguments: cases, options)
  func `soft agrees with the reference and with central differences`(
    _ c: (InstructionSet, Int), options: ForwardDivergence
  ) {
    let (set, V) = c
    let x = draw(V, seed: 1, scale: 2)
    var targets = draw(V, seed: 2, scale: 2)
    targets[V / 2] = -.infinity
    let T = Double(options.temperature), mix = Double(options.mix)
    func reference(_ x: [Double]) -> (sums: LossSums, gradient: [Double]) {
      Reference.softCrossEntropy(
        logits: x, targets: doubles(targets), token: 0, temperature: T, mix: mix)
    }
    let expected = reference(doubles(x))
    let found = soft(x, targets, [0], [1], options, set)
    // At low temperature exponents, and their rounding, grow by 1 / T; the loss by T^2.
    let tolerance = Self.relative(V) * max(T, 1 / T) * 4
    #expect(close(found.sums, expected.sums, 20 * tolerance * max(1, T * T)))
    #expect(mismatch(found.d, expected.gradient, absolute: tolerance, relative: 0) == nil)
    let numeric = centralDifferences(doubles(x)) { reference($0).sums.loss }
    #expect(mismatch(found.d, numeric, absolute: tolerance + 1e-8, relative: 0) == nil)
    #expect(mismatch(found.d.map { -$0 }, numeric, absolute: tolerance + 1e-8, relative: 0) != nil)
  }

  @Test(arguments: Dispatch.available, ["hard", "smoothed"])
  func `hard and smoothed agree with PyTorch`(set: InstructionSet, name: String) throws {
    let golden = try Golden("cross-entropy-\(name)")
    let found = hard(
      golden.floats("logits"), golden.tokens("tokens"), golden.floats("weights"),
      epsilon: Float(golden.number("epsilon")), set)
    #expect(abs(found.sums.loss - golden.number("loss")) < 4 * 20 * Self.relative(21))
    #expect(
      mismatch(found.d, golden["dLogits"], absolute: 2 * Self.relative(21), relative: 0) == nil)
  }

  @Test(arguments: Dispatch.available, ["plain", "mixed"])
  func `soft agrees with PyTorch`(set: InstructionSet, name: String) throws {
    let golden = try Golden("soft-cross-entropy-\(name)")
    let options = ForwardDivergence(
      temperature: Float(golden.number("temperature")), mix: Float(golden.number("mix")))
    let found = soft(
      golden.floats("logits"), golden.floats("targets"), golden.tokens("tokens"),
      golden.floats("weights"), options, set)
    let expected = LossSums(
      loss: golden.number("loss"), crossEntropy: golden.number("crossEntropy"),
      divergence: golden.number("divergence"))
    #expect(close(found.sums, expected, 4 * 20 * 4 * Self.relative(21)))
    #expect(
      mismatch(found.d, golden["dLogits"], absolute: 8 * Self.relative(21), relative: 0) == nil)
  }

  /// A row of weight 0 may hold anything.
  @Test(arguments: Dispatch.available)
  func `rows of weight 0 are not read`(set: InstructionSet) {
    let x: [Float] = [.nan, .infinity, 1, 2, 3, 4]
    let a = hard(x, [0, 1], [0, 1], epsilon: 0.1, set)
    let b = hard([2, 3, 4], [1], [1], epsilon: 0.1, set)
    #expect(a.sums == b.sums && a.d == [0, 0, 0] + b.d)
    let t: [Float] = [.nan, .nan, .nan, 0, 1, 2]
    let c = soft(x, t, [0, 1], [0, 1], ForwardDivergence(temperature: 2, mix: 0.5), set)
    #expect(c.sums.loss.isFinite && Array(c.d.prefix(3)) == [0, 0, 0])
  }

  /// A model that is exactly the target has no gradient and no divergence.
  @Test(arguments: Dispatch.available)
  func `a perfect student has nothing to learn`(set: InstructionSet) {
    let x = draw(65, seed: 9, scale: 3)
    let found = soft(x, x.map { $0 + 1 }, [3], [1], ForwardDivergence(), set)
    #expect(abs(found.sums.divergence) < 20 * Self.relative(65))
    #expect(found.d.allSatisfy { abs($0) < 4 * Float(Self.relative(65)) })
  }

  @Test(arguments: Dispatch.available)
  func `a NaN logit makes the loss NaN`(set: InstructionSet) {
    #expect(hard([1, .nan, 2], [0], [1], epsilon: 0, set).sums.loss.isNaN)
    #expect(
      soft([1, .nan, 2], [0, 0, 0], [0], [1], ForwardDivergence(), set).sums.loss.isNaN)
  }

  @Test(arguments: Dispatch.available)
  func `log-softmax and halves agree with PyTorch`(set: InstructionSet) throws {
    let golden = try Golden("log-softmax")
    let y = Floats(zeros: 99)
    Dispatch.using(set) {
      logSoftmax(y: y, x: Floats(golden.floats("x")), rows: 3, vocabulary: 33)
    }
    #expect(
      mismatch(y.array, golden["y"], absolute: 20 * Self.relative(33), relative: 0) == nil)
    #expect(mismatch(y.array.map { -$0 }, golden["y"], absolute: 1e-3, relative: 0) != nil)
    let halves = Dispatch.using(set) { halfBits(Floats(golden.floats("yFloat"))) }
    #expect(halves.map(Double.init) == golden["half"])
  }

  /// A divergence is never below 0. At a high temperature p and q are almost one, and what tells
  /// them apart is lost in sums of p log p and p log q: the loss, which is T^2 times it, was
  /// negative for half of all batches.
  @Test(arguments: Dispatch.available, [Float(1), 10, 1000, 1e6])
  func `of soft targets is never below 0 and keeps its digits at any temperature`(
    set: InstructionSet, temperature: Float
  ) {
    for V in [2, 15, 16, 17, 64, 300, 5000] {
      for (seed, scale) in [(UInt64(1), Float(2)), (2, 1e-3), (3, 20)] {
        let x = draw(V, seed: seed, scale: scale)
        var targets = draw(V, seed: seed + 10, scale: scale)
        if V > 2, seed == 3 { targets[V / 2] = -.infinity }
        let options = ForwardDivergence(temperature: temperature, mix: 1)
        let expected = Reference.softCrossEntropy(
          logits: doubles(x), targets: doubles(targets), token: 0,
          temperature: Double(temperature), mix: 1)
        let found = soft(x, targets, [0], [1], options, set)
        #expect(found.sums.loss >= 0 && found.sums.divergence >= 0)
        #expect(expected.sums.loss >= 0 && expected.sums.divergence >= 0)
        // Rounding of logits and exponents is relative to their own size, whatever the temperature:
        // T^2 KL goes to half the variance of x - t, which sums of V float32 give to V / 16
        // roundings.
        let relative = 1e-5 + 2 * Self.relative(V)
        #expect(
          abs(found.sums.loss - expected.sums.loss) <= relative * (expected.sums.loss + 1e-12),
          "T \(temperature), V \(V), scale \(scale): \(found.sums.loss), \(expected.sums.loss)")
        // What is learnt from: T (q - p), of the size of the logits / V. At temperature 1 it is the
        // difference of the two, each rounded.
        let largest = expected.gradient.reduce(0) { max($0, abs($1)) }
        let rounding = temperature == 1 ? Self.relative(V) : 0
        #expect(
          mismatch(
            found.d, expected.gradient, absolute: relative * largest + rounding, relative: 1e-5)
            == nil)
      }
    }
  }

  /// A student that is its teacher: nothing to learn, whatever the constant between their logits.
  @Test(arguments: Dispatch.available, [Float(1), 10, 1000, 1e6])
  func `of a target that is the prediction is 0`(set: InstructionSet, temperature: Float) {
    for V in [2, 17, 4096] {
      let x = draw(V, seed: 5, scale: 3)
      for shift in [Float(0), 0.5, -7] {
        let found = soft(
          x, x.map { $0 + shift }, [0], [1],
          ForwardDivergence(temperature: temperature, mix: 1), set)
        // Adding the constant rounds each logit by 2^-22 at most: T^2 KL is half the variance of
        // that.
        #expect((0...1e-12).contains(found.sums.loss), "\(found.sums.loss)")
        #expect((0...1e-12).contains(found.sums.divergence), "\(found.sums.divergence)")
      }
    }
  }
}
