extension Metric {
  /// -log q of the next token, at choice tokens.
  public static let nllChoice = Metric(
    "nll-choice", place: 50, words: "NLL per choice token", head: "NLL, choice", unit: .nats,
    ground: .exact, scope: .choices, placeByLevel: 30
  ) { mean($0.scores.likelihoodLossChoice, $0.scores.choices) }
}
