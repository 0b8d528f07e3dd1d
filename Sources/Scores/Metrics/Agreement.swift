extension Metric {
  /// Share of target tokens at which the model's likeliest token is the teacher's.
  public static let agreement = Metric(
    "agreement", place: 90, words: "share of tokens whose likeliest is the teacher's",
    head: "Agreement", unit: .share, higherIsBetter: true, ground: .teacher
  ) { mean(Double($0.scores.agreements), $0.targets) }
}
