internal import Files
internal import Stages

extension Settings {
  /// The settings that all objectives on distributions share.
  mutating func softening() throws(ConfigurationError) -> (temperature: Float, mix: Float) {
    let temperature = try double(
      "temperature", default: 1, in: 0.01...1000, "both distributions are softened by it")
    let mix = try double(
      "mix", default: 1, in: 0...1, "weight of the distributions; the rest is the next token's")
    return (Float(temperature), Float(mix))
  }
}
