internal import Files
package import Kernels
package import Stages

/// Generalised Jensen-Shannon divergence (Agarwal et al. 2024, "On-policy distillation of language
/// models"): p is the label, q the student, both at temperature T, M = beta p + (1 - beta) q.
///
///     loss             = mix T^2 (beta KL(p || M) + (1 - beta) KL(q || M)) + (1 - mix) CE
///     d loss / d logit = mix T q (g - sum q g) + (1 - mix) (q_1 - onehot(token)),
///                        g = (1 - beta) log(q / M)
///
/// Symmetric at beta = 1/2. Divided by beta it approaches the forward divergence as beta goes to 0;
/// divided by 1 - beta, the reverse one as beta goes to 1. Bounded, so labels of probability 0 need
/// no floor.
package struct JSD: Objective {
  package static let name = "jsd"
  package static let about = "generalised Jensen-Shannon divergence, between forward and reverse"
  package static let reads = ObjectiveReading.distributions

  private let divergence: MixtureDivergence

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let (temperature, mix) = try settings.softening()
    let beta = try settings.double(
      "beta", default: 0.5, in: 0.01...0.99, "the label's share of the mixture")
    divergence = MixtureDivergence(
      .jensenShannon(beta: Float(beta)), temperature: temperature, mix: mix)
  }

  package var loss: any RowLoss { divergence }
}
