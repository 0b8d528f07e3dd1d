internal import Files

/// A free prompt, which no verifier can judge, with or without a model's response.
extension Record {
  /// The family name of such records.
  public static let promptFamily = "prompt"

  /// Whether this is a prompt record.
  public var isPrompt: Bool { family == Record.promptFamily }

  /// A free prompt; `level`, `knobs`, `answer` and `checker` state that nothing was judged.
  ///
  /// - Parameters:
  ///   - prompt: not empty; `content` is the SHA-256 of its bytes.
  ///   - solution: a model's response; empty if there is none yet.
  ///   - origin: who wrote the solution; a prompt has no reference.
  ///   - masked: bytes of the solution to learn nothing from, in order and apart.
  /// - Precondition: `prompt` is not empty and `origin` is not `.reference`.
  public init(
    prompt: String, solution: String = "", origin: Origin = .imported, masked: [Range<Int>] = []
  ) {
    precondition(!prompt.isEmpty, "a prompt needs text")
    precondition(origin != .reference, "nothing can be the reference for a free prompt")
    self.init(
      family: Record.promptFamily, level: 0, knobs: Record.knobs(masking: masked), problem: prompt,
      solution: solution,
      answer: nil, canonicalProblem: prompt, origin: origin, checker: nil)
  }

  /// Refuses a prompt record that claims more than can be known, and any other record that claims
  /// as little as a prompt record.
  ///
  /// - Parameter hashes: whether `content` is compared with the problem.
  func checkJudgement(hashes: Bool) throws(RecordError) {
    func refused(_ key: String, _ expected: String, _ found: String) -> RecordError {
      .inconsistent(key: key, expected: "\(expected) for the family \(family)", found: found)
    }
    guard isFree else {
      guard level > 0 else { throw refused("level", "1 to 10", "0") }
      return
    }
    guard level == 0 else { throw refused("level", "0", String(level)) }
    guard knobs == Record.knobs(masking: masked) else {
      throw refused(
        "knobs", isPrompt ? "{} or {\"masked\": [[start, end], …]}" : "{}",
        JSON.object(knobs).text)
    }
    guard problem.isEmpty == isText else {
      throw refused("problem", isText ? "nothing" : "text", isText ? "text" : "none")
    }
    guard !isText || !solution.isEmpty else { throw refused("solution", "text", "none") }
    guard answer == nil else { throw refused("answer", "null", JSON(answer ?? "").text) }
    guard origin != .reference else {
      throw refused("origin", "imported or teacher:<fingerprint>", origin.text)
    }
    guard checker == nil else { throw refused("checker", "null", checker?.json.text ?? "") }
    guard hashes else { return }
    if isChat { _ = try turns() }
    let digest = SHA256.hash(problem).hex
    // The record of a part of a text has the digest of the whole text.
    guard content == digest || isText else {
      throw refused("content", "the SHA-256 of the problem, \(digest),", content)
    }
  }
}
