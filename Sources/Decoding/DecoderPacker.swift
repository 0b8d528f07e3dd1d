internal import Kernels
internal import Models
internal import Parallel

/// Packs a model's weights for decoding, all into one arena.
struct DecoderPacker: Sendable {
  let source: WeightSource
  let format: WeightFormat
  private let pool: WorkerPool
  private let arena: Arena

  /// Gates, and then ups, that are stored side by side.
  private static let half = PackedWeights.panelRows / 2

  init(_ source: WeightSource, format: WeightFormat, threads: Int) {
    self.source = source
    self.format = format
    pool = WorkerPool(threads: threads)
    arena = Arena(capacity: Self.capacity(source, format))
  }

  /// Upper bound on the floats of all weights; weights kept in a file's bits take less.
  private static func capacity(_ source: WeightSource, _ format: WeightFormat) -> Int {
    let c = source.configuration
    let C = c.hiddenSize
    let F = c.intermediateSize
    let gateUpRows = c.features.activation.isGated ? (F + half - 1) / half * 2 * half : F
    let perLayer = [
      (c.attention.projectedWidth, C), (C, c.attention.outputWidth), (gateUpRows, C), (C, F),
    ]
    func floats(_ rows: Int, _ columns: Int) -> Int {
      Arena.rounded(PackedWeights.floats(format, rows: rows, columns: columns))
    }
    let vectors = source.layout.tensors.filter { !$0.isMatrix }
    // A gated bias is padded like its matrix.
    return c.layerCount * perLayer.reduce(Arena.rounded(gateUpRows)) { $0 + floats($1.0, $1.1) }
      + (c.tiesEmbeddings ? 1 : 2) * floats(c.vocabularySize, C)
      + vectors.reduce(0) { $0 + Arena.rounded($1.range.count) }
      + Arena.rounded(source.layout.positions?.count ?? 0)
  }

  func pack() throws -> PackedDecoder {
    let c = source.configuration
    let C = c.hiddenSize
    let layout = source.layout
    let layers = try layout.layers.enumerated().map { l, layer in
      let isGated = c.features.activation.isGated
      return PackedDecoder.Layer(
        inputNorm: try vector(layer.inputNorm), middleNorm: try vector(layer.middleNorm),
        projections: try matrix(layer.projections, columns: C),
        output: try matrix(layer.output, columns: c.attention.outputWidth),
        gateUp: isGated ? try gateUp(layer.gateUp) : try matrix(layer.gateUp, columns: C),
        down: try matrix(layer.down, columns: c.intermediateSize), extras: try extras(l, layer))
    }
    let embedding = try matrix(layout.embedding, columns: C)
    return PackedDecoder(
      attention: c.attention, epsilon: Float(c.normEpsilon), activation: c.features.activation,
      layers: layers, embedding: embedding,
      readout: c.tiesEmbeddings ? embedding : try matrix(layout.readout, columns: C),
      embeddingScale: c.embeddingScale, positionTable: try vector(layout.positions),
      finalNorm: try vector(layout.finalNorm), finalNormBias: try vector(layout.finalNormBias))
  }

  private func extras(_ l: Int, _ layer: ParameterLayout.Layer) throws -> PackedDecoder.Extras {
    let features = source.configuration.features
    var extras = PackedDecoder.Extras()
    extras.inputNormBias = try vector(layer.inputNormBias)
    extras.middleNormBias = try vector(layer.middleNormBias)
    extras.projectionBias = try vector(layer.projectionBias)
    extras.outputBias = try vector(layer.outputBias)
    extras.gateUpBias =
      features.activation.isGated
      ? try gateUp(bias: layer.gateUpBias) : try vector(layer.gateUpBias)
    extras.downBias = try vector(layer.downBias)
    let (query, key) = (try vector(layer.queryNorm), try vector(layer.keyNorm))
    if features.normsRows {
      (extras.queryRowNorm, extras.keyRowNorm) = (query, key)
    } else {
      (extras.queryNorm, extras.keyNorm) = (query, key)
    }
    extras.attentionNorm = try vector(layer.attentionNorm)
    extras.feedForwardNorm = try vector(layer.feedForwardNorm)
    extras.window = features.window(layer: l)
    return extras
  }

  private func vector(_ range: Range<Int>) throws -> Floats {
    let copy = arena.take(range.count)
    copy.copy(from: try source.floats(range))
    return copy
  }

  private func vector(_ range: Range<Int>?) throws -> Floats? { try range.map { try vector($0) } }

  /// Rows of the file's matrices, in the order of a packed matrix, if all have one format that can
  /// be kept; `nil` otherwise.
  private func stored(_ range: Range<Int>) throws -> [StoredRows]? {
    let tensors = source.layout.tensors(within: range)
    let rows = try tensors.compactMap { try source.stored($0) }
    guard rows.count == tensors.count, let first = rows.first,
      rows.allSatisfy({ $0.format == first.format })
    else { return nil }
    return rows
  }

  private func empty(rows: Int, columns: Int, stored: StorageFormat? = nil) -> PackedWeights {
    let memory = arena.take(
      PackedWeights.floats(format, stored: stored, rows: rows, columns: columns))
    if let stored {
      return PackedWeights(in: memory, stored: stored, rows: rows, columns: columns)
    }
    return PackedWeights(in: memory, format: format, rows: rows, columns: columns)
  }

  private func matrix(_ range: Range<Int>, columns: Int) throws -> PackedWeights {
    let rows = range.count / columns
    let panelRows = PackedWeights.panelRows
    let parts = try stored(range)
    let matrix = empty(rows: rows, columns: columns, stored: parts?.first?.format)
    _ = try pool.map(PackedWeights.panels(rows: rows)) { panel in
      let own = (panel * panelRows)..<min(rows, (panel + 1) * panelRows)
      if let parts {
        for row in own { matrix.fill(row: row, from: parts, at: row) }
      } else {
        let start = range.lowerBound
        matrix.fill(
          panel: panel,
          rows: try source.floats(
            (start + own.lowerBound * columns)..<(start + own.upperBound * columns)))
      }
    }
    return matrix
  }

  /// Gates `(F, C)` and ups `(F, C)`, 32 rows of each in turn; zeros where F ends.
  private func gateUp(_ range: Range<Int>) throws -> PackedWeights {
    let C = source.configuration.hiddenSize
    let F = source.configuration.intermediateSize
    let half = Self.half
    let panels = (F + half - 1) / half
    let parts = try stored(range)
    let matrix = empty(rows: panels * 2 * half, columns: C, stored: parts?.first?.format)
    _ = try pool.map(panels) { panel in
      let first = panel * half
      let count = min(half, F - first)
      if let parts {
        for row in 0..<count {
          let target = panel * 2 * half + row
          matrix.fill(row: target, from: parts, at: first + row)
          matrix.fill(row: target + half, from: parts, at: F + first + row)
        }
        return
      }
      let rows = Floats(zeros: 2 * half * C)
      for (place, start) in [(0, first), (half, F + first)] {
        let from = range.lowerBound + start * C
        rows[(place * C)..<((place + count) * C)].copy(
          from: try source.floats(from..<(from + count * C)))
      }
      matrix.fill(panel: panel, rows: rows)
    }
    return matrix
  }

  /// Biases in the row order of `gateUp`.
  private func gateUp(bias range: Range<Int>?) throws -> Floats? {
    guard let range else { return nil }
    let F = source.configuration.intermediateSize
    let half = Self.half
    let source = try source.floats(range)
    let panels = (F + half - 1) / half
    let copy = arena.take(panels * 2 * half)
    for panel in 0..<panels {
      let first = panel * half
      let count = min(half, F - first)
      for (place, start) in [(0, first), (half, F + first)] {
        let target = panel * 2 * half + place
        copy[target..<(target + count)].copy(from: source[start..<(start + count)])
      }
    }
    return copy
  }
}

extension PackedWeights {
  /// Takes row `row` from one of several vertically stacked matrices, row `place` of the stack.
  fileprivate func fill(row: Int, from parts: [StoredRows], at place: Int) {
    var place = place
    for part in parts {
      if place < part.rowCount {
        fill(row: row, from: part, at: place)
        return
      }
      place -= part.rowCount
    }
    preconditionFailure("no row \(place) in the file's matrices")
  }
}
