internal import Files
package import Stages

/// The settings that all objectives on distributions share: how both are softened, and how much
/// they weigh beside the next token.
package struct Softening: Sendable, Equatable {
  /// T, at which both distributions are compared.
  package var temperature: ValueSchedule
  /// Weight of the divergence, 0…1.
  package var mix: ValueSchedule

  /// Both at a step, counted from 1.
  func at(_ step: Int, of steps: Int) -> (temperature: Float, mix: Float) {
    (
      Float(temperature.value(atStep: step, of: steps)), Float(mix.value(atStep: step, of: steps))
    )
  }

  /// Those that change, by their names.
  var schedules: [NamedSchedule] {
    [NamedSchedule("temperature", temperature), NamedSchedule("mix", mix)]
  }

  /// A formula's `where`, with the values of this training.
  var words: String { "mix = \(mix.words), T = \(temperature.words)" }
}

/// A setting that may change in the course of a training.
package struct NamedSchedule: Sendable, Equatable {
  /// The setting, as pipeline files spell it.
  package let name: String
  /// Its value at every step; constant for most.
  package let schedule: ValueSchedule

  init(_ name: String, _ schedule: ValueSchedule) {
    self.name = name
    self.schedule = schedule
  }
}

extension Settings {
  /// Takes `temperature` and `mix`.
  mutating func softening() throws(ConfigurationError) -> Softening {
    Softening(
      temperature: try schedule(
        "temperature", default: 1, in: 0.01...1000, "both distributions are softened by it"),
      mix: try schedule(
        "mix", default: 1, in: 0...1, "weight of the distributions; the rest is the next token's"))
  }
}
