extension Metric {
  /// Share of target tokens at which the model's five likeliest tokens contain the teacher's
  /// likeliest.
  public static let agreementTop5 = Metric(
    "agreement-top5", place: 95, words: "share of tokens whose five likeliest hold the teacher's",
    head: "Agreement, top 5", unit: .share, higherIsBetter: true, ground: .teacher
  ) { mean(Double($0.scores.topFiveAgreements), $0.targets) }
}
