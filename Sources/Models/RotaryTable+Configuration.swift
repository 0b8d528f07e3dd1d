package import Kernels

extension RotaryTable {
  /// Rotations of every layer's queries and keys; `nil` where positions are learned.
  package static func layers(
    of configuration: TransformerConfiguration, positionCount: Int
  ) -> [RotaryTable?] {
    let c = configuration
    if c.features.learnsPositions { return c.layerIndices.map { _ in nil } }
    let full = RotaryTable(
      frequencies: c.scaling.frequencies(headWidth: c.headWidth, base: c.rotaryBase),
      amplitude: c.scaling.amplitude, positionCount: positionCount)
    guard let base = c.features.windowedRotaryBase else { return c.layerIndices.map { _ in full } }
    let windowed = RotaryTable(
      headWidth: c.headWidth, base: base, positionCount: positionCount)
    return c.layerIndices.map { c.features.windowedLayers[$0] ? windowed : full }
  }
}

extension TransformerConfiguration {
  /// Numbers of the layers, from the embedding's side.
  package var layerIndices: Range<Int> { 0..<layerCount }
}
