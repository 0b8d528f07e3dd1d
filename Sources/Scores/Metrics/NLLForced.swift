extension Metric {
  /// -log q of the next token, at forced tokens.
  public static let nllForced = Metric(
    "nll-forced", place: 60, words: "NLL per forced token", head: "NLL, forced", unit: .nats,
    ground: .exact, scope: .forced, placeByLevel: 40
  ) { mean($0.scores.likelihoodLossForced, $0.scores.forced) }
}
