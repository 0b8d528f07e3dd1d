public import Kernels
internal import Parallel
public import Randomness

/// A low-rank adapter of some matrices of a model (Hu et al. 2021), which alone is learnt:
///
///     W = W0 + s B A,   s = alpha / rank,   A (rank, inputs), B (outputs, rank)
///     dA = s B' dW,     dB = s dW A'
///
/// The sum W itself is written into the model before each step, and the gradient of W is projected
/// afterwards: forward, backward and every objective are those of the whole model. That costs
/// `4 rank / rows` of a step's products, and memory for W0, W and dW; what it saves is the moments.
public struct LowRankAdapter: Sendable {
  /// What an adapter looks like.
  public struct Shape: Sendable, Equatable {
    /// Rows of A and columns of B, at least 1: `rank (inputs + outputs)` numbers a matrix.
    public var rank: Int
    /// s times the rank: with `alpha` equal to `rank`, B A is added as it is.
    public var alpha: Double
    /// Last words of the matrices' modules, as Hugging Face names them: `q_proj`; empty: all
    /// matrices of layers.
    public var targets: [String]

    /// - Parameters:
    ///   - rank: positive; not checked here.
    ///   - alpha: finite; divided by the rank it is the factor s.
    ///   - targets: last words of modules, such as `q_proj`; empty: all matrices of layers. Names
    ///     that the model lacks are found out by `LowRankAdapter.init`.
    public init(rank: Int, alpha: Double, targets: [String] = []) {
      self.rank = rank
      self.alpha = alpha
      self.targets = targets
    }

    /// s.
    var scale: Float { Float(alpha / Double(rank)) }
  }

  /// One adapted matrix: its tensor, and A and B within `values`.
  package struct Pair: Sendable {
    /// The adapted tensor W of the model.
    package let tensor: ParameterTensor
    /// Places of A `(rank, inputs)` and B `(outputs, rank)`, B right after A.
    package let a, b: Range<Int>

    /// The tensor's name without `.weight`.
    package var module: String { String(tensor.name.dropLast(".weight".count)) }
  }

  /// Rank, alpha and targets, as given to `init`.
  public let shape: Shape
  /// All A and B, one matrix after the other: what the optimiser changes.
  public let values: Floats
  /// One for each adapted matrix, in the order of the model's layout.
  package let pairs: [Pair]
  /// W0 of each pair.
  private let base: [Floats]
  /// s B of each pair, where B lies in `values`.
  private let scaled: Floats
  private let engine: MatrixEngine

  /// An adapter that changes nothing yet: A uniform in ±1 / sqrt(inputs), B zero. Each A has its
  /// own stream, named after its tensor.
  ///
  /// - Throws: `ModelError.configuration` for a target that the model does not have.
  public init(
    of parameters: Parameters, _ shape: Shape, seed: Seed, engine: MatrixEngine = .openBLAS
  ) throws(ModelError) {
    let pairs = try Self.pairs(of: parameters, shape)
    self.shape = shape
    self.pairs = pairs
    self.engine = engine
    values = Floats(zeros: pairs.last?.b.upperBound ?? 0)
    scaled = Floats(zeros: values.count)
    base = pairs.map { pair in
      let copy = Floats(zeros: pair.tensor.range.count)
      copy.copy(from: parameters[pair.tensor])
      return copy
    }
    for pair in pairs {
      var stream = seed.child(pair.tensor.name).stream()
      let bound = 1 / Double(pair.tensor.shape[1]).squareRoot()
      let a = values[pair.a]
      for i in 0..<a.count { a[i] = Float((2 * stream.unit() - 1) * bound) }
    }
  }

  /// Numbers of an adapter of a model.
  ///
  /// - Throws: as `init`.
  public static func count(
    of parameters: Parameters, _ shape: Shape
  ) throws(ModelError) -> Int {
    try pairs(of: parameters, shape).last?.b.upperBound ?? 0
  }

  private static func pairs(
    of parameters: Parameters, _ shape: Shape
  ) throws(ModelError) -> [Pair] {
    let layers = parameters.configuration.family.names.layers
    let matrices = parameters.layout.tensors.filter { $0.isMatrix && $0.name.hasPrefix(layers) }
    func word(_ tensor: ParameterTensor) -> String {
      let words = tensor.name.split(separator: ".").dropLast()
      return words.last.map(String.init) ?? ""
    }
    var known: [String] = []
    for matrix in matrices where !known.contains(word(matrix)) { known.append(word(matrix)) }
    if let unknown = shape.targets.first(where: { !known.contains($0) }) {
      throw .configuration(
        key: "adapter.targets",
        reason:
          "\(unknown) is no matrix of a \(parameters.configuration.family.modelType); there are "
          + known.joined(separator: ", "))
    }
    var pairs: [Pair] = []
    var end = 0
    for matrix in matrices where shape.targets.isEmpty || shape.targets.contains(word(matrix)) {
      let a = end..<(end + shape.rank * matrix.shape[1])
      let b = a.upperBound..<(a.upperBound + matrix.shape[0] * shape.rank)
      pairs.append(Pair(tensor: matrix, a: a, b: b))
      end = b.upperBound
    }
    return pairs
  }

  /// Weights of the model that the adapter leaves as they are.
  public func frozen(in layout: ParameterLayout) -> FrozenRanges {
    let adapted = FrozenRanges(pairs.map(\.tensor.range))
    return FrozenRanges(adapted.rest(of: 0..<layout.count))
  }

  /// Writes W into a model's weights. Each matrix is one piece of work, so the number of threads
  /// changes nothing.
  public func merge(into parameters: Parameters, threads: Int = 1) {
    WorkerPool(threads: threads).run(parts: pairs.count) { index in
      let pair = pairs[index]
      let (rows, columns) = (pair.tensor.shape[0], pair.tensor.shape[1])
      let w = parameters[pair.tensor]
      w.copy(from: base[index])
      let b = scaled[pair.b]
      b.copy(from: values[pair.b])
      scale(b, by: shape.scale)
      engine.product(
        c: w, a: b, b: values[pair.a], m: rows, n: columns, k: shape.rank, accumulate: true)
    }
  }

  /// The gradient of `values`, from that of a model's weights.
  ///
  /// - Parameters:
  ///   - gradients: laid out like the model's parameters.
  ///   - d: as `values`, overwritten.
  public func gradient(of gradients: Floats, into d: Floats, threads: Int = 1) {
    precondition(d.count == values.count, "a gradient of another adapter")
    WorkerPool(threads: threads).run(parts: pairs.count) { index in
      let pair = pairs[index]
      let (rows, columns) = (pair.tensor.shape[0], pair.tensor.shape[1])
      let dW = gradients[pair.tensor.range]
      engine.product(
        c: d[pair.a], a: values[pair.b], .transposed, b: dW, m: shape.rank, n: columns, k: rows)
      engine.product(
        c: d[pair.b], a: dW, b: values[pair.a], .transposed, m: rows, n: shape.rank, k: columns)
      scale(d[pair.a.lowerBound..<pair.b.upperBound], by: shape.scale)
    }
  }
}
