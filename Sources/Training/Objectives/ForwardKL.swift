internal import Files
package import Kernels
package import Stages

/// Forward divergence from the label's distribution, the classic of distillation (Hinton, Vinyals
/// and Dean 2015, "Distilling the knowledge in a neural network"): p is the label, q the student,
/// p_T = softmax(log p / T).
///
///     loss             = mix T^2 KL(p_T || q_T) + (1 - mix) CE,   KL = sum_v p_T (log p_T - log q_T)
///     d loss / d logit = mix T (q_T - p_T) + (1 - mix) (q - onehot(token))
///
/// T^2 keeps the size of gradients, which fall by 1 / T^2 at high T. A token of label probability 0
/// adds nothing to the sum.
package struct ForwardKL: Objective {
  package static let name = "forward-kl"
  package static let about = "divergence from the label's distribution to the student's"
  package static let reads = ObjectiveReading.distributions

  private let softening: Softening

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    return ForwardDivergence(temperature: temperature, mix: mix)
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] { softening.schedules }

  package var formula: String {
    "mix T\u{00B2} KL(p_T \u{2016} q_T) + (1 \u{2212} mix) CE, \(softening.words)"
  }
}
