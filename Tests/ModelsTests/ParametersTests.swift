import Kernels
import ModelSupport
import Models
import Randomness
import Testing

struct `Parameters of a model` {
  /// Changing these changes every model drawn from a seed.
  @Test func `fresh weights are frozen by the seed`() throws {
    let p = Parameters(drawn: try smallConfiguration(), seed: Seed(42))
    let first = try #require(p["model.embed_tokens.weight"]).array.prefix(3)
    #expect(Array(first) == Self.frozen)
  }
  static let frozen: [Float] = [-0.009353932, 0.02341649, -0.051326595]

  @Test func `deviations are 0.02, less where the residual stream is written`() throws {
    let p = Parameters(drawn: try smallConfiguration(), seed: Seed(42))
    for tensor in p.layout.tensors {
      let values = p[tensor].array
      let square = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)
      if !tensor.isMatrix {
        #expect(values.allSatisfy { $0 == 1 })
      } else {
        let writes = tensor.name.contains("o_proj") || tensor.name.contains("down_proj")
        let expected = writes ? 0.01 : 0.02
        // Five standard errors of a deviation over at least 512 draws: 16 %.
        #expect(abs(square.squareRoot() - expected) < 0.16 * expected)
      }
    }
  }

  @Test func `tensors fill the buffer without gap or overlap`() throws {
    for tied in [true, false] {
      let layout = ParameterLayout(try smallConfiguration(tied: tied))
      var end = 0
      for tensor in layout.tensors {
        #expect(tensor.range.lowerBound == end)
        #expect(tensor.shape.reduce(1, *) == tensor.range.count)
        end = tensor.range.upperBound
      }
      #expect(end == layout.count)
      #expect(layout.tensors.contains { $0.name == "lm_head.weight" } == !tied)
    }
  }

  @Test func `a copy shares nothing`() throws {
    let p = Parameters(drawn: try smallConfiguration(), seed: Seed(42))
    let other = p.copy()
    other.values[0] = 7
    #expect(p.values[0] != 7 && other.values.array.dropFirst() == p.values.array.dropFirst())
    #expect(p.firstNotFinite(in: p.values) == nil)
  }
}
