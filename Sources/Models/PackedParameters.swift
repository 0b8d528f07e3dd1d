public import Kernels

/// A model's matrices packed once for the native backend, for passes that do not change them:
/// products then need not pack them anew for every slice.
///
/// No bit of a result depends on it. It takes as much memory as the matrices, half with bfloat16.
public struct PackedParameters: Sendable {
  let parameters: Parameters
  let precision: MatrixEngine.Precision
  /// Keyed by the start of the weight's range in the parameters.
  private let matrices: [Int: PackedMatrix]

  /// Packs the parameters, which must not change afterwards; `nil` for a backend that packs
  /// nothing.
  public init?(_ parameters: Parameters, engine: MatrixEngine) {
    guard engine.backend == .native else { return nil }
    self.parameters = parameters
    precision = engine.precision
    let c = parameters.configuration
    let layout = parameters.layout
    var matrices: [Int: PackedMatrix] = [:]
    func pack(_ weight: Range<Int>, width k: Int) {
      matrices[weight.lowerBound] = PackedMatrix(
        parameters.values[weight], .transposed, n: weight.count / k, k: k,
        precision: engine.precision)
    }
    pack(layout.readout, width: c.hiddenSize)
    for layer in layout.layers {
      pack(layer.projections, width: c.hiddenSize)
      pack(layer.output, width: c.attention.outputWidth)
      pack(layer.gateUp, width: c.hiddenSize)
      pack(layer.down, width: c.intermediateSize)
    }
    self.matrices = matrices
  }

  subscript(weight: Range<Int>) -> PackedMatrix? { matrices[weight.lowerBound] }
}

extension Workspace {
  /// `c = x W'`, or `c += x W'`, of a weight `(n, k)`.
  func multiply(
    _ p: Parameters, _ weight: Range<Int>, c: Floats, x: Floats, m: Int, k: Int,
    accumulate: Bool = false
  ) {
    if let matrix = packed?[weight] {
      matrix.product(c: c, a: x, m: m, accumulate: accumulate)
    } else {
      engine.product(
        c: c, a: x, b: p.values[weight], .transposed, m: m, n: weight.count / k, k: k,
        accumulate: accumulate)
    }
  }
}
