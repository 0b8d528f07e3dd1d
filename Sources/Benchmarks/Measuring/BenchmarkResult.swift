package import Files

/// One measurement: named figures, as `retort bench` prints them.
package struct BenchmarkResult: Sendable {
  /// What was measured, such as `train`.
  package let bench: String
  /// On which model, family or data.
  package let config: String
  /// Figures by name; units are part of the names (`ms`, `mb_per_s`, `tokens_per_s`, `gflops`).
  package let figures: JSONObject

  /// One measurement.
  package init(bench: String, config: String, figures: JSONObject) {
    self.bench = bench
    self.config = config
    self.figures = figures
  }
}
