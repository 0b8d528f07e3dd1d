extension Metric {
  /// Share of written texts whose answer is exactly right.
  public static let answer = Metric(
    "answer", place: 100, words: "share of exact answers", head: "Exact answer", unit: .share,
    higherIsBetter: true, scope: .texts, placeByLevel: 10
  ) { mean(Double($0.rightAnswers), $0.written) }
}
