internal import Files
internal import Kernels
internal import Models
internal import Stages

/// Gates against NaN and infinity. All are checked before the update of a step, so that neither the
/// weights nor a checkpoint ever takes one in.
///
/// The usual case costs one sum over weights and moments. The tensor and sample at fault are
/// searched for only once a gate fails.
extension TrainingRun {
  /// Checks the loss and its parts.
  func gate(
    _ result: StepResult, _ step: Int, _ members: [TrainingSamples.Sample]
  ) throws {
    let sums = [result.lossSum, result.crossEntropySum, result.klSum]
    guard let wrong = sums.first(where: { !$0.isFinite }) else { return }
    try gate(step, members: members)
    throw TrainingError.notFinite(
      step: step, tensor: "the loss (its labels and the weights are finite: the logits overflow)",
      value: "\(wrong)", samples: members.map(\.id))
  }

  /// Checks the weights and both moments.
  func gate(_ step: Int, members: [TrainingSamples.Sample]) throws {
    let buffers: [(Floats, String)] = [
      (learner.values, "the weight"), (optimizer.firstMoments, "the first moment of"),
      (optimizer.secondMoments, "the second moment of"),
    ]
    for (buffer, words) in buffers
    where !optimizer.norm(of: buffer, threads: context.threads).isFinite {
      let name = learner.firstNotFinite(in: buffer) ?? "the model"
      throw TrainingError.notFinite(
        step: step, tensor: "\(words) \(name)", value: "NaN or infinite",
        samples: members.map(\.id))
    }
  }

  /// Describes what the loss found in the labels of a batch: which sample, which row, what.
  func badLabel(_ step: Int, row: Int, members: [TrainingSamples.Sample]) -> TrainingError {
    var first = 0
    for member in members {
      if row < first + member.rowCount {
        return .notFinite(
          step: step, tensor: "the label row \(row - first)", value: labelValue(ofRow: row),
          samples: [member.id])
      }
      first += member.rowCount
    }
    return .notFinite(
      step: step, tensor: "a label row", value: labelValue(ofRow: row), samples: members.map(\.id))
  }

  private func labelValue(ofRow row: Int) -> String {
    targets?.flaw(of: row) ?? "missing"
  }

  /// Injects the fault that a test asked for, before the pass of a step.
  ///
  /// - Returns: what undoes it after the pass, if the fault is to affect the pass alone.
  mutating func poison(_ step: Int, _ members: [TrainingSamples.Sample]) -> () -> Void {
    guard let failure, failure.step == step else { return {} }
    let parameters = parameters
    switch failure.place {
    case .labels: poisonLabels(members)
    case .weight: parameters.values[0] = .nan
    case .moment: optimizer.firstMoments[0] = .nan
    case .logits:
      // A final norm of NaN makes every logit NaN; the weights are restored before they are
      // checked.
      guard let norm = parameters["model.norm.weight"] else { break }
      let before = norm[0]
      norm[0] = .nan
      return { norm[0] = before }
    case .loss, .gradient, .unread: break
    }
    return {}
  }

  /// Puts NaN into the first target's row; hard labels are integers and cannot hold one.
  private func poisonLabels(_ members: [TrainingSamples.Sample]) {
    guard let target = members.first?.mask.firstIndex(of: 1) else { return }
    targets?.poison(target - 1)
  }
}
