internal import Files
package import Kernels
package import Stages

/// Total variation distance (Wen et al. 2023, "f-divergence minimization for sequence-level knowledge
/// distillation"): p is the label, q the student, both at temperature T.
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

  private let divergence: MixtureDivergence

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let (temperature, mix) = try settings.softening()
    divergence = MixtureDivergence(.totalVariation, temperature: temperature, mix: mix)
  }

  package var loss: any RowLoss { divergence }
}
