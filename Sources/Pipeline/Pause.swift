internal import Foundation

/// Clocks and waiting. Nothing read here may reach a byte under `stages/`.
enum Pause {
  static func milliseconds(_ count: Int) { Thread.sleep(forTimeInterval: Double(count) / 1000) }
}

/// The time of day, for logs only.
enum WallClock {
  /// Seconds since 1970.
  static var seconds: Double { Date().timeIntervalSince1970 }
}

/// A clock that never jumps, for rates and waiting.
struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  /// Seconds since it was made.
  var seconds: Double {
    let (whole, attoseconds) = (ContinuousClock.now - start).components
    return Double(whole) + Double(attoseconds) * 1e-18
  }
}
