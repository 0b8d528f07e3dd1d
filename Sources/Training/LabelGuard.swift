internal import Kernels
internal import Models
internal import Stages

/// A guard against nothing: labels that a training does not read leave no other trace than a
/// student that is no better.
///
/// Before its first step a training on distributions takes the loss of some samples of its first
/// batch on their labels, and on noise in the place of the labels. Equal losses mean that the
/// labels are not read. Nothing is updated, so a sound training has the same bytes with and
/// without.
extension TrainingRun {
  /// Labels that weigh less than this cannot be seen in the digits of a loss.
  private static let leastWeight = 1e-9

  /// - Throws: `TrainingError.unread`; nothing for a label that is no distribution, which the step
  ///   itself names.
  func requireReadLabels() throws {
    let steps = settings.steps
    // A weight that changes goes one way: an end is its largest.
    let ends = [1, steps].map { ($0, objective.labelWeight(atStep: $0, of: steps)) }
    guard let teaching, let (step, weight) = ends.max(by: { $0.1 < $1.1 }),
      weight > Self.leastWeight, model.vocabularySize > 1
    else { return }
    guard let (members, batch) = try guardedBatch() else { return }
    let loss = objective.guardedLoss(atStep: step, of: steps)
    let targets = try teaching.targets(of: members, in: batch, threads: context.threads)
    // Of rows that hold no label nothing can be unread.
    let rows = batch.weights.indices.filter { batch.weights[$0] > 0 }.map { Int32($0) }
    if let unlabelled = targets.rows.unlabelled(rows[...]), !unlabelled.contains(false) { return }
    let distance = objective.matching?.weight.value(atStep: step, of: steps) ?? 0
    func found(_ noise: NoiseTargets?) throws -> Double? {
      let noise = failure?.place == .unread ? .uniform : noise
      let states: (any StateRows)? = noise.flatMap { noise in
        matcher.map { NoiseStates(width: $0.teacherWidth, noise: noise) }
      }
      matcher?.begin()
      do throws(ModelError) {
        let result = try pass.step(
          parameters: parameters, batch: batch, loss: loss,
          targets: noise.map { NoiseForLabels(noise: $0, labels: targets.rows) } ?? targets.rows,
          matching: (states ?? targets.states).flatMap {
            matcher?.matching($0, weight: distance)
          }, threads: context.threads)
        let loss = result.lossSum + distance * (matcher?.distanceSum ?? 0)
        return loss.isFinite ? loss / result.weightSum : nil
      } catch {
        if case .target = error { return nil }
        throw error
      }
    }
    guard let read = try found(nil) else { return }
    // Labels may happen to be noise of one kind, and a bounded divergence be at its bound on
    // another.
    for noise in NoiseTargets.allCases {
      guard let other = try found(noise), other == read else { return }
    }
    throw TrainingError.unread(loss: read, weight: weight, samples: members.map(\.id))
  }

  /// Some samples of the first batch that have a target: enough for every part of a pass, and about
  /// a slice of rows.
  private func guardedBatch() throws -> (members: [TrainingSamples.Sample], batch: Batch)? {
    let all = try batches.members(ofStep: 1, student: parameters)
    let size = max(1, settings.microBatch ?? all.count)
    for first in stride(from: 0, to: all.count, by: size) {
      let some = all[first..<min(first + size, all.count)]
      var members: [TrainingSamples.Sample] = []
      var rows = 0
      var hasTarget = false
      for member in some {
        if hasTarget, members.count >= settings.parts, rows >= TrainingPass.sliceRows { break }
        members.append(member)
        rows += member.rowCount
        hasTarget = hasTarget || member.hasTarget
      }
      if hasTarget { return (members, try Batch(members)) }
    }
    return nil
  }
}
