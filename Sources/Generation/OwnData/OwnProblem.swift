internal import Files
internal import Judging
internal import Records
internal import Tasks

/// Judges other people's problems and solutions by the families that read the problem.
enum OwnProblem {
  /// Families that read a text as a problem of theirs, with the text as they read it.
  static func readings(of text: String) -> [(family: any ProblemFamily, problem: String)] {
    let problem = trimmed(text)
    // No family writes problems of this size.
    guard problem.utf8.count <= 65_536, !problem.isEmpty else { return [] }
    return Families.all.filter { $0.canonical(problem) != nil }.map { ($0, problem) }
  }

  /// How a pair of texts was judged.
  struct Verdict {
    var family: String
    var problem: String
    /// The text that was judged: as given, or without the thinking.
    var solution: String
    /// With the level at which it was accepted; the steps' reason if it was not.
    var judgement: Judgement

    /// Whether the text states an answer, and a wrong one.
    var statesAnswer: Bool {
      if case .rejected(_, _, .wrongAnswer) = judgement.outcome { true } else { false }
    }
  }

  /// Judges a solution step by step, else by the answer that it states; the first family that
  /// accepts it, else the first that reads the problem.
  ///
  /// - Parameter answer: the record's own answer, if it has one apart from the solution.
  /// - Returns: `nil` if no family reads the problem.
  static func judge(problem: String, solution: String, answer: String? = nil) -> Verdict? {
    var first: Verdict?
    for (family, problem) in readings(of: problem) {
      for verdict in verdicts(family.name, problem, solution, answer) {
        if verdict.judgement.isAccepted { return verdict }
        // A wrong answer says more than the first line that is no step.
        if first == nil || verdict.statesAnswer && first?.statesAnswer == false { first = verdict }
      }
    }
    return first
  }

  private static func verdicts(
    _ family: String, _ problem: String, _ solution: String, _ answer: String?
  ) -> [Verdict] {
    let said = withoutThinking(solution)
    // A bare answer, as in question and answer, is one that nothing introduces.
    let stated =
      [said, "Answer: " + trimmed(said)] + (answer.map { ["Answer: " + trimmed($0)] } ?? [])
    var verdicts: [Verdict] = []
    for text in [trimmed(solution), trimmed(said)] {
      verdicts.append(
        Verdict(
          family: family, problem: problem, solution: text,
          judgement: Judge(.steps).judge(
            family: family, problem: problem.utf8.span, solution: text.utf8.span)))
    }
    guard Judge.readsAnswers(family: family, problem: problem.utf8.span) else { return verdicts }
    for text in stated {
      let verdict = Verdict(
        family: family, problem: problem, solution: text,
        judgement: Judge(.answer).judge(
          family: family, problem: problem.utf8.span, solution: text.utf8.span))
      verdicts.append(verdict)
      // What a text states counts; only where it states nothing may it be an answer itself, or the
      // record's own answer stand for it.
      if verdict.statesAnswer, text == said { break }
    }
    return verdicts
  }

  /// What follows the thinking of a model that shows it between `<think>` and `</think>`.
  private static func withoutThinking(_ text: String) -> String {
    let mark = Array("</think>".utf8)
    let bytes = Array(text.utf8)
    guard bytes.count >= mark.count else { return text }
    for start in stride(from: bytes.count - mark.count, through: 0, by: -1)
    where bytes[start] == mark[0] && bytes[start..<(start + mark.count)].elementsEqual(mark) {
      return String(decoding: bytes[(start + mark.count)...], as: UTF8.self)
    }
    return text
  }

  /// Without white space at both ends.
  private static func trimmed(_ text: String) -> String {
    var bytes = Array(text.utf8)[...]
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}
