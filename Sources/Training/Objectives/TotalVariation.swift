internal import Files
package import Kernels
package import Stages

/// Total variation distance (Wen et al. 2023, "f-divergence minimization for sequence-level
/// knowledge distillation"): p is the label, q the student, both at temperature T.
///
///     loss             = mix T sum_v |p - q| / 2 + (1 - mix) CE
///     d loss / d logit = mix q (g - sum q g) + (1 - mix) (q_1 - onehot(token)),
///                        g = sign(q - p) / 2, 0 where both are equal
///
/// Scaled by T instead of T^2, since the distance falls as 1 / T. The loss is at most T; its
/// gradient does not grow with the student's error.
package struct TotalVariation: Objective {
  package static let name = "total-variation"
  package static let about = "half the sum of differences of probabilities"
  package static let reads = ObjectiveReading.distributions

  private let softening: Softening

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    return MixtureDivergence(.totalVariation, temperature: temperature, mix: mix)
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] { softening.schedules }

  package var formula: String {
    "mix T \u{03A3}|p_T \u{2212} q_T| / 2 + (1 \u{2212} mix) CE, \(softening.words)"
  }
}
