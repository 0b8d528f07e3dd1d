internal import Files
package import Kernels
package import Stages

/// Forward divergence at tokens where the teacher sees several ways on, reverse divergence (or the
/// next token alone) where it sees one (after Jin et al. 2026, "Entropy-aware on-policy
/// distillation of language models", arXiv 2603.07079, who add the forward divergence to the
/// reverse one there): p is the label, q the student, both at temperature T; H is the entropy of p,
/// or of q, at temperature 1.
///
///     H >= threshold: loss = mix T^2 KL(p_T || q_T) + (1 - mix) CE
///                     d loss / d logit = mix T (q_T - p_T) + (1 - mix) (q - onehot(token))
///     H <  threshold: loss = mix T^2 KL(q_T || p_T) + (1 - mix) CE        (below: reverse-kl)
///                     d loss / d logit = mix T q_T (log q_T - log p_T - KL)
///                                        + (1 - mix) (q - onehot(token))
///                 or  loss = CE                                           (below: hard)
///
/// The reverse divergence alone lets a student keep one of several ways on; the forward one alone
/// spreads it where there is one. Which way a token goes is not differentiated.
package struct EntropyRouted: Objective {
  package static let name = "entropy-routed"
  package static let about =
    "forward divergence where the teacher's entropy is high, reverse or hard where it is low"
  package static let reads = ObjectiveReading.distributions

  private let softening: Softening
  private let threshold: ValueSchedule
  private let judge: EntropyRoutedDivergence.Judge
  private let settled: EntropyRoutedDivergence.Settled
  private let floor: Double

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    threshold = try settings.schedule(
      "threshold", default: 0.8, in: 0...20,
      "entropy, in nats, from which on a token has several ways on")
    judge = try settings.choice(
      "entropy_of", default: EntropyRoutedDivergence.Judge.teacher, "whose entropy is looked at")
    settled = try settings.choice(
      "below", default: EntropyRoutedDivergence.Settled.reverse,
      "what tokens of lower entropy are trained towards")
    floor = try settings.double(
      "floor", default: -40, in: -80...(-1),
      "least logarithm of a label's probability, in nats; what lies below is raised to it")
  }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    loss(atStep: step, of: steps, threshold: threshold.value(atStep: step, of: steps))
  }

  /// Every token by the forward divergence: tokens that all go to the next token read no label.
  package func guardedLoss(atStep step: Int, of steps: Int) -> any RowLoss {
    loss(atStep: step, of: steps, threshold: -1)
  }

  private func loss(atStep step: Int, of steps: Int, threshold: Double) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    return EntropyRoutedDivergence(
      judge: judge, settled: settled, threshold: Float(threshold), temperature: temperature,
      mix: mix, floor: Float(floor))
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    softening.mix.value(atStep: step, of: steps)
  }

  package var schedules: [NamedSchedule] {
    softening.schedules + [NamedSchedule("threshold", threshold)]
  }

  package var formula: String {
    let other =
      settled == .reverse
      ? "mix T\u{00B2} KL(q_T \u{2016} p_T) + (1 \u{2212} mix) CE, log p at least \(floor) nats"
      : "CE"
    return "H(\(judge == .teacher ? "p" : "q")) \u{2265} \(threshold.words) nats: "
      + "mix T\u{00B2} KL(p_T \u{2016} q_T) + (1 \u{2212} mix) CE; else \(other); \(softening.words)"
  }
}
