public import Scores

extension Metric {
  /// The value of an evaluation, overall or in one bucket; `nil` if the test set lacks what the
  /// metric needs.
  public func value(_ evaluation: Evaluation?, in bucket: Bucket? = nil) -> Double? {
    guard let evaluation, evaluation.hasOracle || ground != .exact else { return nil }
    return evaluation.tally(bucket).flatMap { value($0) }
  }
}
