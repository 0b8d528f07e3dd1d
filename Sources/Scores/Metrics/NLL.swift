extension Metric {
  /// -log q of the next token, over all target tokens.
  public static let nll = Metric(
    "nll", place: 40, words: "NLL per target token", head: "NLL, all", unit: .nats
  ) { mean($0.scores.likelihoodLoss, $0.targets) }
}
