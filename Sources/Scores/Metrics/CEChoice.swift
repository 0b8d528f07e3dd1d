extension Metric {
  /// Cross-entropy against the exact distributions at choice tokens, above its floor:
  /// KL(exact‖model).
  public static let ceChoice = Metric(
    "ce-choice", place: 10, words: "KL above the floor at choice tokens", head: "KL, choice",
    unit: .nats, ground: .exact, scope: .choices, isAboveFloor: true
  ) { mean($0.scores.crossEntropyChoice - $0.scores.entropyChoice, $0.scores.choices) }
}
