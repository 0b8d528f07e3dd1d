import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `AdamW optimizer` {
  @Test func `a gradient that is not finite is named and changes nothing`() throws {
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(1))
    let optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
    let gradients = Floats(zeros: parameters.layout.count)
    let name = "model.layers.1.mlp.up_proj.weight"
    let tensor = try #require(parameters.layout.tensors.first { $0.name == name })
    let before = parameters.values.array
    for bad in [Float.nan, .infinity] {
      gradients[tensor.range.upperBound - 1] = bad
      #expect(throws: ModelError.notFinite(name: "the gradient of \(name)")) {
        try optimizer.update(parameters, gradients: gradients, learningRate: 0.1)
      }
    }
    #expect(parameters.values.array == before && optimizer.stepCount == 0)
  }

  @Test func `matrices decay, vectors do not`() throws {
    let parameters = Parameters(drawn: try smallConfiguration(), seed: Seed(1))
    let before = parameters.values.array
    let optimizer = AdamWOptimizer(parameterCount: before.count)
    try optimizer.update(
      parameters, gradients: Floats(zeros: before.count), learningRate: 0.5)
    let matrices = parameters.layout.matrixCount
    let after = parameters.values.array
    #expect(zip(after, before).prefix(matrices).allSatisfy { $0 == $1 * 0.95 })
    #expect(after[matrices...] == before[matrices...])
    #expect(
      parameters.layout.tensors.allSatisfy { $0.isMatrix == ($0.range.lowerBound < matrices) })
  }

  @Test func `bytes do not depend on threads, and a restored optimizer goes on alike`() throws {
    let configuration = try smallConfiguration()
    func run(threads: Int, stopAfter: Int?) throws -> [UInt32] {
      let parameters = Parameters(drawn: configuration, seed: Seed(1))
      var optimizer = AdamWOptimizer(parameterCount: parameters.layout.count)
      for step in 0..<4 {
        if step == stopAfter {
          let next = AdamWOptimizer(parameterCount: parameters.layout.count)
          next.restore(
            stepCount: optimizer.stepCount, firstMoments: optimizer.firstMoments.array,
            secondMoments: optimizer.secondMoments.array)
          optimizer = next
        }
        let gradients = Parameters(drawn: configuration, seed: Seed(UInt64(step) + 7)).values
        try optimizer.update(
          parameters, gradients: gradients, learningRate: 0.01, threads: threads)
      }
      return parameters.values.array.map(\.bitPattern)
    }
    let expected = try run(threads: 1, stopAfter: nil)
    #expect(try run(threads: 3, stopAfter: nil) == expected)
    #expect(try run(threads: 2, stopAfter: 2) == expected)
  }
}
