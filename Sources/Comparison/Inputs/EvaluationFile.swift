internal import Files

/// Reads `final.jsonl` and `best.jsonl` of an evaluation: one line per test item.
struct EvaluationFile {
  var evaluation: Evaluation
  /// The problems asked, as `<family>-<16 hex of content>`.
  var problems: Set<String>

  /// - Parameters:
  ///   - hasOracle: what `summary.json` says of the test set; `nil`: as the lines tell.
  ///   - hasTeacher: whether the test set's distributions are the teacher's.
  init(_ path: String, hasOracle: Bool?, hasTeacher: Bool = false) throws {
    var tallies: [Tally] = []
    var places: [String: Int] = [:]
    var seen: Set<String> = []
    var asked: [UInt8] = []
    var problems: Set<String> = []
    try Lines(path).forEach { line in
      let id = try line.string("id")
      guard seen.insert(id).inserted else { throw line.error("the item \(id) stands twice") }
      asked.append(contentsOf: (id + "\n").utf8)
      problems.insert(problemKey(ofRecord: id))
      var item = try Self.item(line)
      if hasTeacher { item.teacher = try Self.teacherRows(line, item) }
      let key = "\(item.family) \(item.level)"
      if let place = places[key] {
        tallies[place] += item
      } else {
        places[key] = tallies.count
        tallies.append(item)
      }
    }
    guard !tallies.isEmpty else {
      throw ComparisonError.line(file: path, line: 1, reason: "holds no item")
    }
    tallies.sort { ($0.family, $0.level) < ($1.family, $1.level) }
    evaluation = Evaluation(
      testItems: SHA256.hash(asked).hex, tallies: tallies,
      hasOracle: hasOracle ?? tallies.contains { $0.choiceTokens > 0 })
    self.problems = problems
  }

  private static func item(_ line: Lines.Line) throws(ComparisonError) -> Tally {
    let level = try line.count("level")
    var tally = Tally(family: try line.string("family"), level: level)
    tally.items = 1
    tally.written = line.object["generated"] ?? .null == .null ? 0 : 1
    tally.answers = try line.bool("answer_ok") ? 1 : 0
    tally.verified = try line.bool("verified") ? 1 : 0
    tally.choiceTokens = try line.count("n_choice")
    tally.forcedTokens = try line.count("n_forced")
    tally.nllChoice = try line.sum("nll_choice")
    tally.nllForced = try line.sum("nll_forced")
    // A test set without oracle labels may leave these null.
    tally.ceChoice = try optional(line, "ce_choice")
    tally.ceForced = try optional(line, "ce_forced")
    tally.entropyChoice = try optional(line, "entropy_choice")
    tally.invalidMass = try optional(line, "invalid_mass")
    if let written = line.object["generated_tokens"], written != .null {
      tally.generatedTokens = try line.count("generated_tokens")
    }
    // KL >= 0: the model's cross-entropy against the oracle cannot pass below its entropy. float32
    // logits and float16 labels leave about 1e-3 a token.
    let floor = tally.entropyChoice - 2e-3 * Double(tally.choiceTokens) - 1e-6
    guard tally.ceChoice >= floor else {
      throw line.error(
        "ce_choice \(tally.ceChoice) lies below its floor, the oracle's entropy "
          + "\(tally.entropyChoice): these are not the labels of this item")
    }
    return tally
  }

  /// KL >= 0 here as well.
  private static func teacherRows(
    _ line: Lines.Line, _ item: Tally
  ) throws(ComparisonError) -> Tally.TeacherRows {
    let rows = Tally.TeacherRows(
      targets: item.targets, crossEntropy: item.ceChoice + item.ceForced,
      entropy: item.entropyChoice + (try line.sum("entropy_forced")),
      agreements: try line.count("n_agree"))
    guard rows.agreements <= rows.targets else {
      throw line.error("n_agree \(rows.agreements) of \(rows.targets) targets")
    }
    guard rows.crossEntropy >= rows.entropy - 2e-3 * Double(rows.targets) - 1e-6 else {
      throw line.error(
        "the cross-entropy \(rows.crossEntropy) lies below its floor, the teacher's entropy "
          + "\(rows.entropy): these are not the labels of this item")
    }
    return rows
  }

  private static func optional(_ line: Lines.Line, _ key: String) throws(ComparisonError) -> Double
  {
    guard let value = line.object[key], value != .null else { return 0 }
    return try line.sum(key)
  }
}

/// What names a problem inside a record's id: the family and 64 bits of the canonical problem's
/// digest, without the eight digits that name the trace.
func problemKey(ofRecord id: String) -> String {
  guard let dash = id.lastIndex(of: "-") else { return id }
  return String(id[..<dash])
}
