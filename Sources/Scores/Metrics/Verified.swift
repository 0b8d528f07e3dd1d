extension Metric {
  /// Share of written traces that a verifier accepted, step by step.
  public static let verified = Metric(
    "verified", place: 110, words: "share of verified traces", head: "Verified trace", unit: .share,
    higherIsBetter: true, scope: .texts, placeByLevel: 20
  ) { mean(Double($0.verified), $0.written) }
}
