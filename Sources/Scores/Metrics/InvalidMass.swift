extension Metric {
  /// Probability on tokens that continue no valid text.
  public static let invalidMass = Metric(
    "invalid-mass", place: 70, words: "mass on invalid tokens", head: "Invalid mass", unit: .share,
    ground: .exact, placeByLevel: 50
  ) { mean($0.scores.invalidMass, $0.targets) }
}
