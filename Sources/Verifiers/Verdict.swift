/// A verifier's verdict on one problem and the text offered as its solution.
public enum Verdict: Sendable, Equatable {
  /// Every byte of the solution was checked; `answer` is the answer in canonical form.
  case accepted(answer: String)
  /// The first bad line, counted from 1, and why. The answer is a line like any other; a line
  /// that is missing has the number it should have had; 0 is an unreadable problem.
  case rejected(step: Int, reason: String)

  /// Whether the solution was accepted.
  public var isAccepted: Bool {
    if case .accepted = self { true } else { false }
  }
}

extension Verdict {
  /// Runs `check`, which returns the answer or throws the first fault.
  init(_ check: () throws(Rejection) -> String) {
    do throws(Rejection) {
      self = .accepted(answer: try check())
    } catch {
      self = .rejected(step: error.step, reason: error.reason)
    }
  }
}

/// The first fault of a text, thrown inside a verifier.
package struct Rejection: Error, Equatable {
  /// 1-based line of the solution, 0 for the problem.
  package let step: Int
  /// Printable ASCII, of bounded length.
  package let reason: String
  /// The reason without the place.
  package let why: String

  /// - Parameters:
  ///   - step: 1-based line of the solution, 0 for the problem.
  ///   - why: the fault without its place, printable ASCII.
  package init(step: Int, _ why: String) {
    self.step = step
    self.why = why
    reason = step == 0 ? "problem: \(why)" : "step \(step): \(why)"
  }

  /// The problem is not in the family's form.
  package static func unreadable(_ why: String) -> Rejection { Rejection(step: 0, why) }
}
