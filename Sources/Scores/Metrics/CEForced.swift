extension Metric {
  /// KL(exact‖model) at forced tokens, where the floor is 0.
  public static let ceForced = Metric(
    "ce-forced", place: 30, words: "KL at forced tokens", head: "KL, forced", unit: .nats,
    ground: .exact, scope: .forced
  ) { mean($0.scores.crossEntropyForced, $0.scores.forced) }
}
