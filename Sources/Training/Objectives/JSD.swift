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

  private let softening: Softening
  private let beta: ValueSchedule

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    beta = try settings.schedule(
      "beta", default: 0.5, in: 0.01...0.99, "the label's share of the mixture")
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    let share = Float(beta.value(atStep: step, of: steps))
    return MixtureDivergence(
      .jensenShannon(beta: share), temperature: temperature, mix: mix)
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] {
    softening.schedules + [NamedSchedule("beta", beta)]
  }

  package var formula: String {
    "mix T\u{00B2} (\u{03B2} KL(p_T \u{2016} M) + (1 \u{2212} \u{03B2}) KL(q_T \u{2016} M))"
      + " + (1 \u{2212} mix) CE, M = \u{03B2} p_T + (1 \u{2212} \u{03B2}) q_T, "
      + "\(softening.words), \u{03B2} = \(beta.words)"
  }
}
