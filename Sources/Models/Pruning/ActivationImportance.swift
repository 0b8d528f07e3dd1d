public import Kernels
internal import Parallel

/// How much each part of a model does on some texts: what pruning drops first does least.
///
///     channel c    sum over the products that read the residual stream x of
///                  mean_t |x[t, c]| · ‖W[:, c]‖        (x normed where the family norms it)
///     neuron f     mean_t |a[t, f]| · ‖down[:, f]‖     (a: the activation)
///     head h       mean_t ‖o[t, h]‖ · ‖output[:, h]‖   (o: attention's output)
///     layer l      1 - mean_t cos(x_l[t], x_(l+1)[t])  (x_l: the residual stream before it)
///
/// The activations are Minitron's (Muralidharan et al. 2024, "Compact language models via pruning
/// and knowledge distillation", 2.2, mean over the sequence and the batch); they are weighed by
/// what reads them, so that a part that nothing reads is worth nothing, and a scale moved from one
/// matrix to the next changes nothing. Layers by the block influence of Men et al. 2024,
/// "ShortGPT".
public struct ActivationImportance: Sendable, Equatable {
  /// `(L + 1, C)`: of each layer's products, then of the readout.
  public let channels: [[Double]]
  /// `(L, F)`.
  public let neurons: [[Double]]
  /// `(L, H)`.
  public let heads: [[Double]]
  /// `(L)`: block influence.
  public let layers: [Double]
  /// Tokens that went through the model.
  public let tokenCount: Int

  /// Runs the batch through the model once.
  ///
  /// - Parameters:
  ///   - parts: pieces of the batch with sums of their own, added in order: results depend on it,
  ///     and not on the number of threads.
  /// - Throws: `ModelError` for a batch that the model cannot take, or without tokens.
  public init(
    of parameters: Parameters, on batch: Batch, engine: MatrixEngine = .openBLAS, parts: Int = 2,
    threads: Int = 1
  ) throws(ModelError) {
    let c = parameters.configuration
    guard !batch.tokens.isEmpty else {
      throw .batch(reason: "no tokens to weigh a model's parts on")
    }
    try batch.check(c, longest: c.positionCount)
    let longest = zip(batch.rowStarts, batch.rowStarts.dropFirst()).map { $1 - $0 }.max() ?? 1
    let capacity = max(longest, min(Self.sliceRows, batch.tokens.count))
    let rotary = RotaryTable.layers(of: c, positionCount: longest)
    let slices = Slice.cut(batch, parts: parts, size: capacity)
    let sums = WorkerPool(threads: threads).map(parts) { part in
      var sums = ActivationSums(c)
      // Every layer's activations are looked at, so each keeps its own, as in training.
      let workspace = Workspace(
        c, engine: engine, rotary: rotary, capacity: capacity, training: true)
      for slice in slices[part] {
        workspace.forward(parameters, slice)
        sums.add(workspace, rows: slice.rows.count, of: parameters)
      }
      return sums
    }
    var whole = ActivationSums(c)
    for part in sums { whole.add(part) }
    self.init(whole, of: parameters, tokenCount: batch.tokens.count)
  }

  /// Rows of a slice: a large model keeps the activations of all its layers for each.
  private static let sliceRows = 256

  private init(_ sums: ActivationSums, of parameters: Parameters, tokenCount: Int) {
    let c = parameters.configuration
    let layout = parameters.layout
    let rows = Double(tokenCount)
    /// Lengths of a matrix's columns.
    func lengths(_ matrix: Range<Int>, columns: Int) -> [Double] {
      var sums = [Double](repeating: 0, count: columns)
      for row in stride(from: matrix.lowerBound, to: matrix.upperBound, by: columns) {
        for (column, x) in parameters.values[row..<(row + columns)].array.enumerated() {
          sums[column] += Double(x) * Double(x)
        }
      }
      return sums.map { $0.squareRoot() }
    }
    func weighed(_ sums: [Double], by lengths: [Double]) -> [Double] {
      zip(sums, lengths).map { $0 / rows * $1 }
    }
    var channels: [[Double]] = []
    var neurons: [[Double]] = []
    var heads: [[Double]] = []
    for (l, layer) in layout.layers.enumerated() {
      let attention = weighed(
        sums.attentionInputs[l], by: lengths(layer.projections, columns: c.hiddenSize))
      let feedForward = weighed(
        sums.feedForwardInputs[l], by: lengths(layer.gateUp, columns: c.hiddenSize))
      channels.append(zip(attention, feedForward).map { $0 + $1 })
      neurons.append(
        weighed(sums.neurons[l], by: lengths(layer.down, columns: c.intermediateSize)))
      let output = lengths(layer.output, columns: c.attention.outputWidth)
      let blocks = (0..<c.headCount).map { h in
        output[(h * c.headWidth)..<((h + 1) * c.headWidth)].reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      heads.append(weighed(sums.heads[l], by: blocks))
    }
    channels.append(
      weighed(sums.readoutInputs, by: lengths(layout.readout, columns: c.hiddenSize)))
    self.channels = channels
    self.neurons = neurons
    self.heads = heads
    layers = sums.cosines.map { 1 - $0 / rows }
    self.tokenCount = tokenCount
  }
}

/// Sums over rows of what `ActivationImportance` averages.
private struct ActivationSums: Sendable {
  var attentionInputs, feedForwardInputs, neurons, heads: [[Double]]
  var readoutInputs, cosines: [Double]

  init(_ c: TransformerConfiguration) {
    func zeros(_ count: Int) -> [[Double]] {
      [[Double]](repeating: [Double](repeating: 0, count: count), count: c.layerCount)
    }
    attentionInputs = zeros(c.hiddenSize)
    feedForwardInputs = zeros(c.hiddenSize)
    neurons = zeros(c.intermediateSize)
    heads = zeros(c.headCount)
    readoutInputs = [Double](repeating: 0, count: c.hiddenSize)
    cosines = [Double](repeating: 0, count: c.layerCount)
  }

  /// Adds the rows of a slice that went through a workspace.
  mutating func add(_ workspace: Workspace, rows: Int, of parameters: Parameters) {
    let c = workspace.configuration
    let C = c.hiddenSize
    func rowsOf(_ buffer: Floats, _ width: Int) -> [Float] { buffer[0..<(rows * width)].array }
    for l in c.layerIndices {
      let a = workspace.layers[l]
      let weights = parameters.layout.layers[l]
      let input = rowsOf(a.input, C)
      Self.add(
        weights.inputNorm == nil ? input : rowsOf(a.inputNorm, C), to: &attentionInputs[l])
      Self.add(
        rowsOf(weights.middleNorm == nil ? a.middle : a.middleNorm, C), to: &feedForwardInputs[l])
      Self.add(rowsOf(a.activated, c.intermediateSize), to: &neurons[l])
      addLengths(rowsOf(a.attended, c.attention.outputWidth), width: c.headWidth, layer: l)
      let isLast = l + 1 == c.layerCount
      let output = rowsOf(isLast ? workspace.output : workspace.layers[l + 1].input, C)
      for row in 0..<rows { cosines[l] += Self.cosine(input, output, at: row * C, count: C) }
    }
    Self.add(rowsOf(workspace.outputNorm, C), to: &readoutInputs)
  }

  mutating func add(_ other: ActivationSums) {
    for l in cosines.indices {
      for (i, x) in other.attentionInputs[l].enumerated() { attentionInputs[l][i] += x }
      for (i, x) in other.feedForwardInputs[l].enumerated() { feedForwardInputs[l][i] += x }
      for (i, x) in other.neurons[l].enumerated() { neurons[l][i] += x }
      for (i, x) in other.heads[l].enumerated() { heads[l][i] += x }
      cosines[l] += other.cosines[l]
    }
    for (i, x) in other.readoutInputs.enumerated() { readoutInputs[i] += x }
  }

  /// Adds absolute values of rows as long as `sums`.
  private static func add(_ rows: [Float], to sums: inout [Double]) {
    let width = sums.count
    for start in stride(from: 0, to: rows.count, by: width) {
      for i in 0..<width { sums[i] += Double(abs(rows[start + i])) }
    }
  }

  /// Adds the length of each head's part of each row.
  private mutating func addLengths(_ rows: [Float], width: Int, layer l: Int) {
    let count = heads[l].count
    for head in 0..<(rows.count / width) {
      var sum = 0.0
      for i in (head * width)..<((head + 1) * width) { sum += Double(rows[i]) * Double(rows[i]) }
      heads[l][head % count] += sum.squareRoot()
    }
  }

  /// Of two rows; 1 where both are zero, since nothing has changed.
  private static func cosine(_ x: [Float], _ y: [Float], at start: Int, count: Int) -> Double {
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for i in start..<(start + count) {
      let (a, b) = (Double(x[i]), Double(y[i]))
      xx += a * a
      yy += b * b
      xy += a * b
    }
    if xx == 0 || yy == 0 { return xx == yy ? 1 : 0 }
    return xy / (xx * yy).squareRoot()
  }
}
