extension Metric {
  /// KL(exact‖model) over all target tokens.
  public static let ceAll = Metric(
    "ce-all", place: 20, words: "KL above the floor over all target tokens", head: "KL, all",
    unit: .nats, ground: .exact, isAboveFloor: true
  ) {
    mean(
      $0.scores.crossEntropyChoice + $0.scores.crossEntropyForced - $0.scores.entropyChoice,
      $0.targets)
  }
}
