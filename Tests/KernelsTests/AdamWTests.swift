import Kernels
import Testing

/// Rounding: an update is lr times a number of size about 1 made by some ten operations; the
/// parameter itself rounds once or twice a step.
struct `AdamW` {
  func run(_ start: [Float], _ gradients: [[Float]], _ settings: AdamWStep, _ set: InstructionSet)
    -> [Float]
  {
    let p = Floats(start), m = Floats(zeros: start.count), v = Floats(zeros: start.count)
    for (i, gradient) in gradients.enumerated() {
      var step = settings
      step.step = i + 1
      Dispatch.using(set) {
        adamW(
          parameters: p, gradients: Floats(gradient), firstMoments: m, secondMoments: v, step)
      }
    }
    return p.array
  }

  static let cases = Dispatch.available.flatMap { set in edgeWidths.map { (set, $0) } }

  @Test(arguments: cases)
  func `agrees with the reference over steps`(set: InstructionSet, count: Int) {
    let start = draw(count, seed: 1), gradients = (0..<4).map { draw(count, seed: 2 + $0) }
    let settings = AdamWStep(
      learningRate: 0.01, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: 0.1, step: 1,
      gradientScale: 0.5)
    var p = doubles(start), m = p.map { _ in 0.0 }, v = m
    for (i, gradient) in gradients.enumerated() {
      var step = settings
      step.step = i + 1
      Reference.adamW(
        parameters: &p, gradients: doubles(gradient), firstMoments: &m, secondMoments: &v, step)
    }
    let found = run(start, gradients, settings, set)
    let tolerance = 4 * (0.01 * 20 + 3 * 2) * unitRoundoff
    #expect(mismatch(found, p, absolute: tolerance, relative: 0) == nil)
    let faulty = run(start, gradients.map { $0.map { -$0 } }, settings, set)
    #expect(mismatch(faulty, p, absolute: tolerance, relative: 0) != nil)
  }

  @Test(arguments: Dispatch.available)
  func `agrees with PyTorch`(set: InstructionSet) throws {
    let golden = try Golden("adamw")
    let all = golden.floats("gradients")
    let gradients = (0..<3).map { Array(all[($0 * 19)..<($0 * 19 + 19)]) }
    let settings = AdamWStep(
      learningRate: 0.01, beta1: 0.875, beta2: 0.9375, epsilon: 1e-6, decay: 0.125, step: 1)
    let found = run(golden.floats("start"), gradients, settings, set)
    let tolerance = 3 * (0.01 * 20 + 3 * 2) * unitRoundoff
    #expect(mismatch(found, golden["end"], absolute: tolerance, relative: 0) == nil)
  }
}
