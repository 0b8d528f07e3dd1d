public import Kernels
internal import Parallel
public import Randomness

/// A model's weights in one flat buffer.
public struct Parameters: Sendable {
  /// Shape and family of the model.
  public let configuration: TransformerConfiguration
  /// Where each tensor lies in `values`; it follows from the configuration.
  public let layout: ParameterLayout
  /// All weights, laid out by `layout`. A reference: copies of this value share it.
  public let values: Floats

  /// All zeros, to be filled.
  public init(zeros configuration: TransformerConfiguration) {
    self.configuration = configuration
    layout = ParameterLayout(configuration)
    values = Floats(zeros: layout.count)
  }

  /// Fresh weights: matrices normal with the configuration's deviation, those that write to the
  /// residual stream divided by the square root of twice the layer count (Radford et al. 2019,
  /// 2.3), norms 1. Each tensor has its own stream, named after it, so the number of threads
  /// changes nothing.
  public init(drawn configuration: TransformerConfiguration, seed: Seed, threads: Int = 1) {
    self.init(zeros: configuration)
    let residual = (2 * Double(configuration.layerCount)).squareRoot()
    let (tensors, values) = (layout.tensors, values)
    let writers = Set(layout.layers.flatMap { [$0.output.lowerBound, $0.down.lowerBound] })
    WorkerPool(threads: threads).run(parts: tensors.count) { index in
      let tensor = tensors[index]
      var drawn = [Float](repeating: 1, count: tensor.range.count)
      if tensor.isMatrix {
        var stream = seed.child(tensor.name).stream()
        let writesResidual = writers.contains(tensor.range.lowerBound)
        let deviation = configuration.initializerRange / (writesResidual ? residual : 1)
        for i in drawn.indices { drawn[i] = Float(deviation * stream.normal()) }
      }
      values[tensor.range].copy(from: drawn)
    }
  }

  /// The weights of one tensor.
  public subscript(tensor: ParameterTensor) -> Floats { values[tensor.range] }

  /// The weights of the tensor of that name.
  public subscript(name: String) -> Floats? {
    layout.tensors.first { $0.name == name }.map { values[$0.range] }
  }

  /// The readout `(V, C)`: row v gives the logit of token v.
  public var readout: Floats { values[layout.readout] }

  /// The weights of a tensor as Hugging Face's files hold them.
  package func stored(_ tensor: ParameterTensor) -> [Float] {
    let own = self[tensor].array
    switch tensor.form {
    case .plain: return own
    case .plusOne: return own.map { $0 - 1 }
    case .transposed:
      let (rows, columns) = (tensor.shape[0], tensor.shape[1])
      var turned = own
      for row in 0..<rows {
        for column in 0..<columns { turned[column * rows + row] = own[row * columns + column] }
      }
      return turned
    }
  }

  /// A copy with its own memory.
  public func copy() -> Parameters {
    let other = Parameters(zeros: configuration)
    other.values.copy(from: values)
    return other
  }

  /// Name of the first tensor of a buffer laid out like this one that is not finite.
  public func firstNotFinite(in buffer: Floats) -> String? {
    layout.tensors.first { !sumOfSquares(buffer[$0.range]).isFinite }?.name
  }
}
