import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Inference pass` {
  @Test func `all outputs agree with the logits, whatever the threads`() throws {
    let configuration = try smallConfiguration()
    let parameters = Parameters(drawn: configuration, seed: Seed(3))
    let tokens = (0..<40).map { Int32($0 * 5 % 37) }
    let batch = try Batch(
      tokens: tokens, rowStarts: [0, 7, 30, 40], nextTokens: Array(tokens.reversed()),
      weights: [Float](repeating: 1, count: 40))
    let pass = InferencePass(configuration: configuration, maximumTokensPerPart: 64)
    let logits = try pass.logits(parameters: parameters, batch: batch)
    #expect(try pass.logits(parameters: parameters, batch: batch, threads: 2) == logits)
    let logQ = try pass.logProbabilities(parameters: parameters, batch: batch)
    let nll = try pass.negativeLogLikelihoods(parameters: parameters, batch: batch)
    let states = try pass.hiddenStates(parameters: parameters, batch: batch)
    for t in 0..<40 {
      let row = (0..<37).map { Double(logits[t * 37 + $0]) }
      let expected = Reference.logSoftmax(row)
      let found = (0..<37).map { Double(logQ[t * 37 + $0]) }
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 })
      #expect(nll[t] == -logQ[t * 37 + Int(batch.nextTokens[t])])
      let readout = parameters.readout.array
      let first = (0..<32).reduce(0.0) {
        $0 + Double(readout[$1]) * Double(states[t * 32 + $1])
      }
      #expect(abs(first - row[0]) < 1e-5)
    }
    // Training reports the same cross-entropy.
    let training = TrainingPass(configuration: configuration, maximumTokensPerPart: 64)
    let result = try training.step(parameters: parameters, batch: batch)
    let sum = nll.reduce(0.0) { $0 + Double($1) }
    #expect(abs(result.crossEntropySum - sum) < 1e-5 * sum)
    #expect(result.klSum == result.crossEntropySum && result.targetCount == 40)
  }
}
