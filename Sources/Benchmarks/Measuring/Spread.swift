/// Seconds of repeated work: median, best and worst.
package struct Spread: Sendable, Equatable {
  /// Seconds.
  package let median: Double
  /// Seconds of the fastest repetition.
  package let best: Double
  /// Seconds of the slowest repetition.
  package let worst: Double

  /// - Precondition: `seconds` is not empty.
  package init(of seconds: [Double]) {
    precondition(!seconds.isEmpty, "no time was measured")
    let sorted = seconds.sorted()
    median = sorted[sorted.count / 2]
    best = sorted[0]
    worst = sorted[sorted.count - 1]
  }

  /// Runs `body` once to warm up, then `repetitions` times, alternating with `beside`, whose time
  /// is not counted but which measures the same moments.
  ///
  /// - Precondition: `repetitions` is at least 1.
  package init(
    repetitions: Int, beside: () -> Void = {}, _ body: () throws -> Void
  ) rethrows {
    try body()
    beside()
    var times: [Double] = []
    for _ in 0..<repetitions {
      times.append(try seconds(body))
      beside()
    }
    self.init(of: times)
  }
}

/// Seconds `body` takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try body()
  return (clock.now - start) / .seconds(1)
}

/// The middle value; the upper one of an even number.
///
/// - Precondition: `values` is not empty.
func median(_ values: [Double]) -> Double { Spread(of: values).median }
