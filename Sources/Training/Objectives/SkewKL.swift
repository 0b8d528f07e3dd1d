internal import Files
package import Kernels
package import Stages

/// Skew divergence (Ko et al. 2024, "DistiLLM"): p is the label, q the student, both at temperature
/// T, M = alpha p + (1 - alpha) q.
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

  private let softening: Softening
  private let alpha: ValueSchedule

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    alpha = try settings.schedule(
      "alpha", default: 0.1, in: 0.01...0.99, "the label's share of the mixture")
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    let share = Float(alpha.value(atStep: step, of: steps))
    return MixtureDivergence(
      .skewForward(alpha: share), temperature: temperature, mix: mix)
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] {
    softening.schedules + [NamedSchedule("alpha", alpha)]
  }

  package var formula: String {
    "mix T\u{00B2} KL(p_T \u{2016} \u{03B1} p_T + (1 \u{2212} \u{03B1}) q_T) + (1 \u{2212} mix) CE, "
      + "\(softening.words), \u{03B1} = \(alpha.words)"
  }
}
