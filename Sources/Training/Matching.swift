package import Kernels
internal import Models
package import Stages

/// What an objective compares of the inner states of teacher and student, beside their
/// distributions.
package struct MatchingChoice: Sendable, Equatable {
  /// What is compared.
  package enum Kind: Sendable, Equatable {
    /// States, through a projection that is learnt beside the student and dropped at its end.
    case states(StateMeasure)
    /// The relations of queries, keys and values among themselves, in so many heads; `nil`: as many
    /// as divide all widths, at most those of the student.
    case relations(heads: Int?)
  }

  /// States, or relations.
  package var kind: Kind
  /// Weight beside the other terms.
  package var weight: ValueSchedule
  /// Layers whose states are compared, counted from 1; `nil`: what the readout reads, or for
  /// relations the last layer.
  package var studentLayer: Int?
  /// As `studentLayer`, of the teacher.
  package var teacherLayer: Int?

  /// Whether only a teacher that is run beside the student has these states.
  package var needsLivingTeacher: Bool {
    if case .relations = kind { return true }
    return studentLayer != nil || teacherLayer != nil
  }

  /// The place in a model of the layer that was chosen for it.
  func site(_ layer: Int?, of model: TransformerConfiguration) -> StateSite {
    switch kind {
    case .states: layer.map { .residual(after: $0) } ?? .final
    case .relations: .projected(layer: (layer ?? model.layerCount) - 1)
    }
  }
}

/// Random states in the place of a teacher's, for the guard against labels that are not read.
struct NoiseStates: StateRows {
  let width: Int
  let noise: NoiseTargets

  func gather(into y: Floats, rows: ArraySlice<Int32>) {
    for (place, row) in rows.enumerated() {
      let values = y[(place * width)..<((place + 1) * width)]
      switch noise {
      case .drawn:
        for j in 0..<width { values[j] = NoiseTargets.draw(UInt64(row) << 32 | UInt64(j)) }
      case .uniform:
        for j in 0..<width { values[j] = 1 }
      case .peaked:
        values.zero()
        values[Int(row) % width] = 20
      }
    }
  }
}
