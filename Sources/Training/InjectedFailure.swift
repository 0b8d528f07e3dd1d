internal import Foundation

/// A fault that a test puts into a training through the environment:
/// `RETORT_FAIL=nan:<labels|logits|loss|gradient|weight|moment>:<step>`.
///
/// Compiled into the product, off unless asked for, so that what is tested is what runs.
public struct InjectedFailure: Sendable, Equatable {
  public enum Place: String, Sendable, CaseIterable {
    case labels, logits, loss, gradient, weight, moment
  }

  public static let variable = "RETORT_FAIL"

  public let place: Place
  /// Counts from 1.
  public let step: Int

  public init(place: Place, step: Int) {
    self.place = place
    self.step = step
  }

  /// Reads the variable's value; `nil` for failures that are not for a training.
  public init?(_ value: String?) {
    let words = value?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    guard words.count == 3, words[0] == "nan", let place = Place(rawValue: String(words[1])),
      let step = Int(words[2]), step >= 1
    else { return nil }
    self.init(place: place, step: step)
  }

  /// What the environment asks for.
  static var asked: InjectedFailure? {
    InjectedFailure(ProcessInfo.processInfo.environment[variable])
  }

  func strikes(_ place: Place, at step: Int) -> Bool { self.place == place && self.step == step }
}
