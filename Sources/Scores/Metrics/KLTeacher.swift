extension Metric {
  /// KL(teacher‖model) over all target tokens.
  public static let klTeacher = Metric(
    "kl-teacher", place: 80, words: "KL to the teacher per target token", head: "KL, teacher",
    unit: .nats, ground: .teacher
  ) { mean($0.scores.crossEntropy - $0.scores.entropy, $0.targets) }
}
