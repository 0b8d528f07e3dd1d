internal import Kernels

/// Parts of a model that a training leaves as they are, by the words that people use for them.
public struct FrozenParts: Sendable, Equatable {
  /// One part.
  public enum Part: Sendable, Equatable {
    /// The tables of tokens and positions; where the readout is the table of tokens, it too.
    case embeddings
    /// The readout; where it is the table of tokens, that too.
    case readout
    /// The norm in front of the readout.
    case norm
    /// All weights of these layers, counted from 0.
    case layers(ClosedRange<Int>)

    /// `embeddings`, `readout`, `norm`, `layers.3`, `layers.0..3`; `nil` for any other word.
    public init?(_ word: String) {
      switch word {
      case "embeddings": self = .embeddings
      case "readout": self = .readout
      case "norm": self = .norm
      default:
        guard word.hasPrefix("layers.") else { return nil }
        let ends = word.dropFirst(7).split(separator: ".", omittingEmptySubsequences: false)
        let numbers = ends.compactMap { end in
          !end.isEmpty && end.count <= 6 && end.allSatisfy { ("0"..."9").contains($0) }
            ? Int(end) : nil
        }
        switch (ends.count, numbers.count) {
        case (1, 1): self = .layers(numbers[0]...numbers[0])
        case (3, 2) where ends[1].isEmpty && numbers[0] <= numbers[1]:
          self = .layers(numbers[0]...numbers[1])
        default: return nil
        }
      }
    }
  }

  /// In the order given; they may overlap.
  public let parts: [Part]

  /// - Parameter parts: empty freezes nothing. Layers are checked by `ranges(in:)`.
  public init(_ parts: [Part]) { self.parts = parts }

  /// The parts' places in the parameter buffer.
  ///
  /// - Throws: `ModelError.configuration` for a layer that the model does not have, and where
  ///   nothing is left to learn.
  public func ranges(
    in configuration: TransformerConfiguration
  ) throws(ModelError) -> FrozenRanges {
    let layout = ParameterLayout(configuration)
    var ranges: [Range<Int>] = []
    for part in parts {
      switch part {
      case .embeddings: ranges += [layout.embedding] + [layout.positions].compactMap { $0 }
      case .readout: ranges.append(layout.readout)
      case .norm: ranges += [layout.finalNorm] + [layout.finalNormBias].compactMap { $0 }
      case .layers(let layers):
        guard layers.upperBound < configuration.layerCount else {
          throw .configuration(
            key: "freeze",
            reason: "layers.\(layers.upperBound), but the model has layers 0 to "
              + "\(configuration.layerCount - 1)")
        }
        let prefixes = layers.map { "\(configuration.family.names.layers)\($0)." }
        ranges += layout.tensors.filter { tensor in
          prefixes.contains { tensor.name.hasPrefix($0) }
        }.map(\.range)
      }
    }
    let frozen = FrozenRanges(ranges)
    guard frozen.count < layout.count else {
      throw .configuration(
        key: "freeze", reason: "every weight of the model: nothing is left to learn")
    }
    return frozen
  }
}

/// Ranges of a parameter buffer that stay as they are.
public struct FrozenRanges: Sendable, Equatable {
  /// Ascending; none touches the next.
  public let ranges: [Range<Int>]

  /// Nothing is frozen: every weight learns.
  public static let none = FrozenRanges([])

  /// - Parameter ranges: in any order; they may overlap.
  public init(_ ranges: [Range<Int>]) {
    var merged: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
      if let last = merged.last, last.upperBound >= range.lowerBound {
        merged[merged.count - 1] =
          last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Number of frozen weights.
  public var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// Whether a whole range is frozen.
  package func hold(_ range: Range<Int>) -> Bool {
    ranges.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
  }

  /// What is not frozen of a range, in order.
  package func rest(of range: Range<Int>) -> [Range<Int>] {
    var rest: [Range<Int>] = []
    var start = range.lowerBound
    for frozen in ranges where frozen.upperBound > range.lowerBound {
      if frozen.lowerBound >= range.upperBound { break }
      if start < frozen.lowerBound { rest.append(start..<frozen.lowerBound) }
      start = max(start, frozen.upperBound)
    }
    if start < range.upperBound { rest.append(start..<range.upperBound) }
    return rest
  }

  /// The first layer through which a gradient must go; the number of layers if it need not reach
  /// any.
  package func firstLayer(of layout: ParameterLayout) -> Int {
    if ranges.isEmpty { return 0 }
    let tables = [layout.embedding] + [layout.positions].compactMap { $0 }
    // A tied table also gets a gradient as the readout, but then it also gets this one.
    if !tables.allSatisfy(hold) { return 0 }
    return layout.layers.firstIndex { layer in !layer.ranges.allSatisfy(hold) }
      ?? layout.layers.count
  }
}

extension ParameterLayout.Layer {
  /// All of the layer's weights.
  fileprivate var ranges: [Range<Int>] {
    [projections, output, gateUp, down]
      + [
        inputNorm, middleNorm, inputNormBias, middleNormBias, projectionBias, outputBias,
        gateUpBias, downBias, queryNorm, keyNorm, attentionNorm, feedForwardNorm,
      ].compactMap { $0 }
  }
}

extension TransformerConfiguration {
  /// `trainingOperations` less what frozen weights save: their own gradients, and the way through
  /// layers below the first that learns.
  public func trainingOperations(rowStarts: [Int], frozen: FrozenRanges) -> Double {
    let all = trainingOperations(rowStarts: rowStarts)
    if frozen == .none { return all }
    let layout = ParameterLayout(self)
    let tokens = Double(rowStarts.last ?? 0)
    let first = frozen.firstLayer(of: layout)
    var saved = 0.0
    var pairs = 0.0
    for (start, end) in zip(rowStarts, rowStarts.dropFirst()) {
      pairs += Double(end - start) * Double(end - start + 1) / 2
    }
    for (l, layer) in layout.layers.enumerated() {
      for matrix in [layer.projections, layer.output, layer.gateUp, layer.down] {
        if frozen.hold(matrix) { saved += 2 * Double(matrix.count) * tokens }
        if l < first { saved += 2 * Double(matrix.count) * tokens }
      }
      if l < first { saved += 8 * Double(attention.outputWidth) * pairs }
    }
    if frozen.hold(layout.readout) { saved += 2 * Double(layout.readout.count) * tokens }
    return all - saved
  }
}
