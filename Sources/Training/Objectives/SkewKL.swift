internal import Files
package import Kernels
package import Stages

/// Skew divergence (Ko et al. 2024, "DistiLLM"): p is the label, q the student, both at temperature T,
/// M = alpha p + (1 - alpha) q.
///
///     loss             = mix T^2 KL(p || M) + (1 - mix) CE
///     d loss / d logit = mix T q (g - sum q g) + (1 - mix) (q_1 - onehot(token)),
///                        g = -(1 - alpha) p / M
///
/// As alpha goes to 0 it becomes the forward divergence. Unlike that, it is not dominated by a
/// likely token to which the student gives almost nothing: g is at least -(1 - alpha) / alpha.
package struct SkewKL: Objective {
  package static let name = "skew-kl"
  package static let about = "forward divergence from the label to a mixture of label and student"
  package static let reads = ObjectiveReading.distributions

  private let divergence: MixtureDivergence

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let (temperature, mix) = try settings.softening()
    let alpha = try settings.double(
      "alpha", default: 0.1, in: 0.01...0.99, "the label's share of the mixture")
    divergence = MixtureDivergence(
      .skewForward(alpha: Float(alpha)), temperature: temperature, mix: mix)
  }

  package var loss: any RowLoss { divergence }
}
