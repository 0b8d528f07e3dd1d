internal import Foundation

/// The learning rate of each step: a linear warm-up, then constant or a cosine down to a share.
public struct LearningRate: Sendable, Equatable {
  /// How the rate falls after the warm-up.
  public enum Schedule: String, Sendable, CaseIterable {
    case cosine, constant
  }

  /// The rate at the end of the warm-up.
  public var peak: Double
  /// What follows the warm-up.
  public var schedule: Schedule
  /// Steps over which the rate rises from 0; the first step has `peak / warmup`.
  public var warmup: Int
  /// Share of `peak` that is left at the last step of a cosine, 0…1.
  public var finalShare: Double
  /// Of the whole training.
  public var steps: Int

  /// - Parameters:
  ///   - warmup: steps of linear rise to the peak.
  ///   - finalShare: of the peak, 0…1, left at the last step of a cosine.
  ///   - steps: of the whole training.
  public init(
    peak: Double, schedule: Schedule, warmup: Int, finalShare: Double, steps: Int
  ) {
    self.peak = peak
    self.schedule = schedule
    self.warmup = warmup
    self.finalShare = finalShare
    self.steps = steps
  }

  /// The rate of a step, counted from 1.
  ///
  ///     peak * step / warmup                                                   while step <= warmup
  ///     peak * (f + (1 - f) (1 + cos(pi (step - warmup) / (steps - warmup))) / 2)        afterwards
  public func rate(atStep step: Int) -> Double {
    if step <= warmup { return peak * Double(step) / Double(warmup) }
    guard schedule == .cosine, steps > warmup else { return peak }
    let progress = Double(step - warmup) / Double(steps - warmup)
    return peak * (finalShare + (1 - finalShare) * (1 + cos(.pi * progress)) / 2)
  }
}
