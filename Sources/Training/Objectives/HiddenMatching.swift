internal import Files
package import Kernels
package import Stages

/// Hidden-state matching through a learnt projection (Romero et al. 2015, "FitNets"; Jiao et al.
/// 2020, "TinyBERT"), beside the forward divergence: h is the student's state at a target, g the
/// teacher's, W a matrix from the one's width to the other's, which is learnt too and dropped at
/// the end.
///
///     loss       = mix T^2 KL(p_T || q_T) + (1 - mix) CE + weight D(W h, g)
///     mse:         D(y, g) = sum_j (y[j] - g[j])^2 / C,   dD / dy = 2 (y - g) / C
///     cosine:      D(y, g) = 1 - y g / (|y| |g|),   dD / dy = (y (y g) / |y|^2 - g) / (|y| |g|)
///     d D / d h  = W' dD / dy,   d D / d W = dD / dy h'
///
/// States are what the readout reads, from labels of encoding `hidden` or a living teacher, or the
/// residual stream after a layer of each, from a living teacher alone.
package struct HiddenMatching: Objective {
  package static let name = "hidden-matching"
  package static let about =
    "forward divergence, and hidden states through a projection that is learnt"
  package static let reads = ObjectiveReading.distributions

  private let softening: Softening
  private let choice: MatchingChoice

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    let weight = try settings.schedule(
      "weight", default: 1, in: 0...1e6, "weight of the distance of states")
    let measure = try settings.choice(
      "measure", default: StateMeasure.meanSquares, "the distance of two states")
    let student = try settings.unnotedInt(
      "student_layer", in: 1...1024,
      "layer after which the student's state is taken; none: what the readout reads")
    let teacher = try settings.unnotedInt(
      "teacher_layer", in: 1...1024,
      "layer after which the teacher's is; none: what the readout reads")
    choice = MatchingChoice(
      kind: .states(measure), weight: weight, studentLayer: student, teacherLayer: teacher)
  }

  package var matching: MatchingChoice? { choice }

  package func loss(atStep step: Int, of steps: Int) -> any RowLoss {
    let (temperature, mix) = softening.at(step, of: steps)
    return ForwardDivergence(temperature: temperature, mix: mix)
  }

  package func labelWeight(atStep step: Int, of steps: Int) -> Double {
    max(
      softening.mix.value(atStep: step, of: steps), choice.weight.value(atStep: step, of: steps))
  }

  package var schedules: [NamedSchedule] {
    softening.schedules + [NamedSchedule("weight", choice.weight)]
  }

  package var formula: String {
    let distance =
      choice.kind == .states(.cosine)
      ? "(1 \u{2212} cos(W h, g))" : "\u{2016}W h \u{2212} g\u{2016}\u{00B2} / C"
    func words(_ layer: Int?) -> String { layer.map { "after layer \($0)" } ?? "the final one" }
    return "mix T\u{00B2} KL(p_T \u{2016} q_T) + (1 \u{2212} mix) CE + weight \(distance), "
      + "\(softening.words), weight = \(choice.weight.words), h the student's state "
      + "(\(words(choice.studentLayer))), g the teacher's (\(words(choice.teacherLayer))), W learnt"
  }
}
