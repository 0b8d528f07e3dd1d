internal import Foundation

/// A fault that a test puts into a training through the environment:
/// `RETORT_FAIL=nan:<labels|logits|loss|gradient|weight|moment>:<step>`, or
/// `nan:unread:1`, a training that does not read its labels.
///
/// Compiled into the product but off by default, so that tests exercise the code that ships.
public struct InjectedFailure: Sendable, Equatable {
  /// Where a training is made to fail.
  public enum Place: String, Sendable, CaseIterable {
    case labels, logits, loss, gradient, weight, moment, unread
  }

  /// The environment variable that asks for a failure.
  public static let variable = "RETORT_FAIL"

  /// What turns into NaN; `unread` instead keeps the labels from the look at whether they are read.
  public let place: Place
  /// Counted from 1.
  public let step: Int

  /// - Parameter step: counted from 1.
  public init(place: Place, step: Int) {
    self.place = place
    self.step = step
  }

  /// Parses the variable's value; `nil` for failures that do not concern a training.
  public init?(_ value: String?) {
    let words = value?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    guard words.count == 3, words[0] == "nan", let place = Place(rawValue: String(words[1])),
      let step = Int(words[2]), step >= 1
    else { return nil }
    self.init(place: place, step: step)
  }

  /// The failure that the environment asks for.
  static var asked: InjectedFailure? {
    InjectedFailure(ProcessInfo.processInfo.environment[variable])
  }

  func strikes(_ place: Place, at step: Int) -> Bool { self.place == place && self.step == step }
}
