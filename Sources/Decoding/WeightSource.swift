internal import Checkpoints
internal import Kernels
internal import Models
internal import Parallel
internal import Tensors

/// Source of weights for packing: parameters in memory, or a model's file, of which only a few rows
/// at a time are held as floats.
struct WeightSource: Sendable {
  let configuration: TransformerConfiguration
  let layout: ParameterLayout
  /// Floats of a range of the layout: whole rows, whole vectors.
  let floats: @Sendable (Range<Int>) throws -> Floats
  /// Rows of a tensor in their file's own format, where that format can be packed unchanged.
  let stored: @Sendable (ParameterTensor) throws -> StoredRows?

  private init(
    _ configuration: TransformerConfiguration, _ layout: ParameterLayout,
    floats: @escaping @Sendable (Range<Int>) throws -> Floats,
    stored: @escaping @Sendable (ParameterTensor) throws -> StoredRows?
  ) {
    self.configuration = configuration
    self.layout = layout
    self.floats = floats
    self.stored = stored
  }

  init(_ parameters: Parameters) {
    self.init(
      parameters.configuration, parameters.layout, floats: { parameters.values[$0] },
      stored: { _ in nil })
  }

  /// - Parameter keepingStored: whether matrices stay in a file's own bits where they can.
  /// - Throws: as `ModelFile.parameters`, for NaN and infinities.
  init(_ file: ModelFile, keepingStored: Bool, threads: Int) throws {
    let layout = ParameterLayout(file.configuration)
    if layout.tensors.contains(where: file.isTurned) {
      // A row here is a column of the file's matrix: read it once, not once per panel.
      self.init(try file.parameters(threads: threads))
      return
    }
    try file.checkpoint.checkpoint.requireFinite(WorkerPool(threads: threads))
    self.init(
      file.configuration, layout,
      floats: { range in
        let result = Floats(zeros: range.count)
        for tensor in layout.tensors(within: range) {
          let part = range.clamped(to: tensor.range)
          let width = tensor.range.count / tensor.rowCount
          let first = (part.lowerBound - tensor.range.lowerBound) / width
          let last = (part.upperBound - tensor.range.lowerBound) / width
          let start = part.lowerBound - range.lowerBound
          try file.read(tensor, rows: first..<last, into: result[start..<(start + part.count)])
        }
        return result
      },
      stored: { tensor in
        guard keepingStored, let rows = try file.stored(tensor),
          PackedWeights.storable.contains(rows.format)
        else { return nil }
        return rows
      })
  }
}

extension ParameterLayout {
  /// Tensors that overlap the range, in order.
  func tensors(within range: Range<Int>) -> ArraySlice<ParameterTensor> {
    // Binary search for the first that ends after the range's start.
    var low = 0
    var high = tensors.count
    while low < high {
      let middle = (low + high) / 2
      if tensors[middle].range.upperBound <= range.lowerBound {
        low = middle + 1
      } else {
        high = middle
      }
    }
    let end = tensors[low...].firstIndex { $0.range.lowerBound >= range.upperBound }
    return tensors[low..<(end ?? tensors.count)]
  }
}
