internal import Kernels
internal import Models

/// One product of a training step.
struct ProductShape: Sendable {
  let name: String
  let m: Int
  let n: Int
  let k: Int
  let aForm: Transposition
  let bForm: Transposition
  let accumulates: Bool
  /// Number of times a step over these rows computes it.
  let count: Int

  var operations: Double { 2 * Double(m) * Double(n) * Double(k) }

  /// Every product of a step over `rows` tokens: forward, and the gradients of both operands.
  static func all(
    of configuration: TransformerConfiguration, rows: Int
  ) -> [ProductShape] {
    let C = configuration.hiddenSize
    let F = configuration.intermediateSize
    let layers = configuration.layerCount
    let attention = configuration.attention
    let matrices = [
      ("projections", attention.projectedWidth, C, layers),
      ("output", C, attention.outputWidth, layers), ("gate_up", 2 * F, C, layers),
      ("down", C, F, layers), ("head", configuration.vocabularySize, C, 1),
    ]
    return matrices.flatMap { name, out, into, count in
      [
        ProductShape(
          name: name + ".forward", m: rows, n: out, k: into, aForm: .asIs, bForm: .transposed,
          accumulates: false, count: count),
        ProductShape(
          name: name + ".d_input", m: rows, n: into, k: out, aForm: .asIs, bForm: .asIs,
          accumulates: false, count: count),
        ProductShape(
          name: name + ".d_weight", m: out, n: into, k: rows, aForm: .transposed, bForm: .asIs,
          accumulates: true, count: count),
      ]
    }
  }
}
