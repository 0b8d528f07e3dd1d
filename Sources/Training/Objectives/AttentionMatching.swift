internal import Files
package import Kernels
package import Stages

/// Attention-relation matching (Wang et al. 2021, "MiniLMv2", eq. 3 to 5, over the tokens up to
/// each one), beside the forward divergence: the queries of a layer, cut into A relation heads of d
/// numbers, have relations among themselves, and so have keys and values; the student's should be
/// the teacher's.
///
///     loss       = mix T^2 KL(p_T || q_T) + (1 - mix) CE + weight M
///     M          = sum over queries, keys, values and A heads of KL(R_T[i] || R_S[i]) / (3 A)
///     R[i]       = softmax over j <= i of x[i] x[j] / sqrt(d)
///     d M / d x  = (G + G') x / sqrt(d) / (3 A),   G[i, j] = w[i] (R_S[i, j] - R_T[i, j])
///
/// Only products of vectors among themselves are compared, so that widths and numbers of heads of
/// the two models may differ. Queries and keys are taken as attention reads them, rotated. Needs a
/// living teacher.
package struct AttentionMatching: Objective {
  package static let name = "attention-matching"
  package static let about =
    "forward divergence, and the relations of queries, keys and values among themselves"
  package static let reads = ObjectiveReading.distributions

  private let softening: Softening
  private let choice: MatchingChoice

  package init(_ settings: inout Settings) throws(ConfigurationError) {
    softening = try settings.softening()
    let weight = try settings.schedule(
      "weight", default: 1, in: 0...1e6, "weight of the divergence of relations")
    let heads = try settings.unnotedInt(
      "relation_heads", in: 1...1024,
      "heads that vectors are cut into; none: most that divide all widths, up to the student's")
    let student = try settings.unnotedInt(
      "student_layer", in: 1...1024, "the student's layer; none: its last")
    let teacher = try settings.unnotedInt(
      "teacher_layer", in: 1...1024, "the teacher's layer; none: its last")
    choice = MatchingChoice(
      kind: .relations(heads: heads), weight: weight, studentLayer: student, teacherLayer: teacher)
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
    func words(_ layer: Int?) -> String { layer.map { "layer \($0)" } ?? "the last layer" }
    return "mix T\u{00B2} KL(p_T \u{2016} q_T) + (1 \u{2212} mix) CE + weight "
      + "\u{03A3} KL(R_T \u{2016} R_S) / (3 A), \(softening.words), weight = \(choice.weight.words), "
      + "R the relations of queries, keys and values in A heads, of the student's "
      + "\(words(choice.studentLayer)) and the teacher's \(words(choice.teacherLayer))"
  }
}
