internal import Foundation

/// A number that may change in the course of a training: computed from the step alone, so a resumed
/// training continues it without any state.
public struct ValueSchedule: Sendable, Equatable {
  /// How the value goes from its start to its end.
  public enum Shape: String, Sendable, CaseIterable {
    /// In equal steps.
    case linear
    /// Along half a cosine: slow at both ends.
    case cosine
    /// Not at all: it stays at its start, and then is at its end.
    case constant
  }

  /// The value of the first step.
  public var from: Double
  /// The value from `over` on.
  public var to: Double
  /// Share of the training, 0…1, in which it goes from one to the other; 0: it is at its end at
  /// once.
  public var over: Double
  /// How it goes from the one to the other.
  public var shape: Shape

  /// A value that changes; the properties say what each argument is.
  public init(from: Double, to: Double, over: Double = 1, shape: Shape = .linear) {
    self.from = from
    self.to = to
    self.over = over
    self.shape = shape
  }

  /// A value that stays as it is.
  public init(_ value: Double) { self.init(from: value, to: value) }

  /// Whether it is the same at every step.
  public var isConstant: Bool { from == to }

  /// The least and the largest value of any step.
  public var range: ClosedRange<Double> { min(from, to)...max(from, to) }

  /// The value at a step.
  ///
  ///     p = (step - 1) / (over steps - 1), at most 1
  ///     linear: from + (to - from) p      cosine: from + (to - from) (1 - cos(pi p)) / 2
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - steps: of the whole training.
  public func value(atStep step: Int, of steps: Int) -> Double {
    if isConstant { return to }
    let last = over * Double(steps) - 1
    let passed = Double(step - 1)
    guard passed < last else { return to }
    let p = passed / last
    switch shape {
    case .linear: return from + (to - from) * p
    case .cosine: return from + (to - from) * (1 - cos(.pi * p)) / 2
    case .constant: return from
    }
  }

  /// As pages print it: `2`, `4 → 1 over 0.5 (cosine)`.
  public var words: String {
    if isConstant { return Self.short(to) }
    return "\(Self.short(from)) \u{2192} \(Self.short(to)) over \(Self.short(over)) of the steps"
      + (shape == .linear ? "" : " (\(shape.rawValue))")
  }

  private static func short(_ value: Double) -> String { String(format: "%g", value) }
}
