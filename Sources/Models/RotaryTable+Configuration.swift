import Kernels

extension RotaryTable {
  /// The turns of a model's queries and keys.
  init(_ configuration: TransformerConfiguration, positionCount: Int) {
    let scaling = configuration.scaling
    self.init(
      frequencies: scaling.frequencies(
        headWidth: configuration.headWidth, base: configuration.rotaryBase),
      amplitude: scaling.amplitude, positionCount: positionCount)
  }
}
