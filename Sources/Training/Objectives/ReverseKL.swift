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

  private let softening: Softening
  private let floor: Double

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    floor = try settings.double(
      "floor", default: -40, in: -80...(-1),
      "least logarithm of a label's probability, in nats; what lies below is raised to it")
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    return ReverseDivergence(temperature: temperature, mix: mix, floor: Float(floor))
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] { softening.schedules }

  package var formula: String {
    "mix T\u{00B2} KL(q_T \u{2016} p_T) + (1 \u{2212} mix) CE, \(softening.words), "
      + "log p at least \(floor) nats"
  }
}
