internal import Files
package import Kernels
package import Stages

/// Skew reverse divergence (Ko et al. 2024, "DistiLLM"): p is the label, q the student, both at
/// temperature T, M = alpha q + (1 - alpha) p.
///
///     loss             = mix T^2 KL(q || M) + (1 - mix) CE
///     d loss / d logit = mix T q (g - sum q g) + (1 - mix) (q_1 - onehot(token)),
///                        g = log(q / M) - alpha q / M
///
/// As alpha goes to 0 it becomes the reverse divergence; the student's share in M keeps it below
/// -log alpha, so labels of probability 0 need no floor.
package struct SkewReverseKL: Objective {
  package static let name = "skew-reverse-kl"
  package static let about = "reverse divergence from the student to a mixture of student and label"
  package static let reads = ObjectiveReading.distributions

  private let divergence: MixtureDivergence

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let (temperature, mix) = try settings.softening()
    let alpha = try settings.double(
      "alpha", default: 0.1, in: 0.01...0.99, "the student's share of the mixture")
    divergence = MixtureDivergence(
      .skewReverse(alpha: Float(alpha)), temperature: temperature, mix: mix)
  }

  package var loss: any RowLoss { divergence }
}
