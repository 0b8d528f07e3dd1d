internal import Files
package import Kernels
package import Stages

/// Reverse divergence from the label's distribution: the student should say nothing that the
/// teacher would not, rather than everything that it might (Gu et al. 2024, "MiniLLM"). p is the
/// label, q the student, p_T = softmax(log p / T).
///
///     loss             = mix T^2 KL(q_T || p_T) + (1 - mix) CE,   KL = sum_v q_T (log q_T - log p_T)
///     d loss / d logit = mix T q_T (log q_T - log p_T - KL) + (1 - mix) (q - onehot(token))
///
/// Where a label gives a token probability 0, as exact distributions do for almost all tokens, the
/// divergence of any softmax is infinite. So logarithms below `floor` are raised to it and p is
/// renormalised: at -40 nats a vocabulary of 200 000 gains 1e-12 of mass, and an impossible token
/// costs 40 nats times the student's probability of it, which the gradient reduces.
package struct ReverseKL: Objective {
  package static let name = "reverse-kl"
  package static let about = "divergence from the student's distribution to the label's"
  package static let reads = ObjectiveReading.distributions

  private let divergence: ReverseDivergence

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    let (temperature, mix) = try settings.softening()
    let floor = try settings.double(
      "floor", default: -40, in: -80...(-1),
      "least logarithm of a label's probability, in nats; what lies below is raised to it")
    divergence = ReverseDivergence(temperature: temperature, mix: mix, floor: Float(floor))
  }

  package var loss: any RowLoss { divergence }
}
