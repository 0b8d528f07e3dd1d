internal import Files
internal import Scores

/// Reads `final.jsonl` and `best.jsonl` of an evaluation: one line per test item.
struct EvaluationFile {
  var evaluation: Evaluation
  /// The problems asked, as `<family>-<16 hex of content>`.
  var problems: Set<String>

  /// - Parameters:
  ///   - hasOracle: value in `summary.json` for the test set; `nil`: inferred from the lines.
  ///   - hasTeacher: whether the test set's distributions are the teacher's.
  init(_ path: String, hasOracle: Bool?, hasTeacher: Bool = false) throws {
    var tallies: [Totals] = []
    var places: [String: Int] = [:]
    var seen: Set<String> = []
    var asked: [UInt8] = []
    var problems: Set<String> = []
    try Lines(path).forEach { line in
      let id = try line.string("id")
      guard seen.insert(id).inserted else { throw line.error("the item \(id) stands twice") }
      asked.append(contentsOf: (id + "\n").utf8)
      problems.insert(problemKey(ofRecord: id))
      let item = try Self.item(line, id: id, hasTeacher: hasTeacher)
      let key = "\(item.family) \(item.level)"
      let place = places[key] ?? tallies.count
      if place == tallies.count {
        places[key] = place
        tallies.append(Totals(family: item.family, level: item.level))
      }
      tallies[place].add(item)
    }
    guard !tallies.isEmpty else {
      throw ComparisonError.line(file: path, line: 1, reason: "holds no item")
    }
    tallies.sort { ($0.family, $0.level) < ($1.family, $1.level) }
    evaluation = Evaluation(
      testItems: SHA256.hash(asked).hex, tallies: tallies,
      hasOracle: hasOracle ?? tallies.contains { $0.scores.choices > 0 })
    self.problems = problems
  }

  private static func item(
    _ line: Lines.Line, id: String, hasTeacher: Bool
  ) throws(ComparisonError) -> ItemScores {
    typealias Field = ItemScores.Field
    func count(_ field: Field) throws(ComparisonError) -> Int { try line.count(field.rawValue) }
    func sum(_ field: Field) throws(ComparisonError) -> Double { try line.sum(field.rawValue) }
    // A test set without exact labels may leave some fields null.
    func optional(_ field: Field) throws(ComparisonError) -> Double {
      guard let value = line.object[field.rawValue], value != .null else { return 0 }
      return try sum(field)
    }
    let level = try count(.level)
    var item = ItemScores(
      id: id, family: try line.string(Field.family.rawValue), level: level,
      scores: TargetScores(), reference: hasTeacher ? .model : .exact)
    item.isWritten = line.object[Field.text.rawValue] ?? .null != .null
    item.isAnswerRight = try line.bool(Field.answerRight.rawValue)
    item.isVerified = try line.bool(Field.verified.rawValue)
    item.scores.choices = try count(.choices)
    item.scores.forced = try count(.forced)
    item.scores.likelihoodLossChoice = try sum(.likelihoodLossChoice)
    item.scores.likelihoodLossForced = try sum(.likelihoodLossForced)
    item.scores.crossEntropyChoice = try optional(.crossEntropyChoice)
    item.scores.crossEntropyForced = try optional(.crossEntropyForced)
    item.scores.entropyChoice = try optional(.entropyChoice)
    item.scores.invalidMass = try optional(.invalidMass)
    if let written = line.object[Field.writtenTokens.rawValue], written != .null {
      item.writtenTokens = try count(.writtenTokens)
    }
    try requireAboveFloor(
      item.scores.crossEntropyChoice, item.scores.entropyChoice, tokens: item.scores.choices, line,
      what: "ce_choice", whose: "the oracle's")
    guard hasTeacher else { return item }
    item.scores.entropyForced = try sum(.entropyForced)
    item.scores.agreements = try count(.agreements)
    item.scores.topFiveAgreements = try count(.topFiveAgreements)
    for (field, found) in [
      (Field.agreements, item.scores.agreements),
      (.topFiveAgreements, item.scores.topFiveAgreements),
    ] where found > item.scores.targets {
      throw line.error("\(field.rawValue) \(found) of \(item.scores.targets) targets")
    }
    try requireAboveFloor(
      item.scores.crossEntropy, item.scores.entropy, tokens: item.scores.targets, line,
      what: "the cross-entropy", whose: "the teacher's")
    return item
  }

  /// KL >= 0: a model's cross-entropy against a distribution cannot pass below its entropy. float32
  /// logits and float16 labels leave about 1e-3 a token.
  private static func requireAboveFloor(
    _ crossEntropy: Double, _ entropy: Double, tokens: Int, _ line: Lines.Line, what: String,
    whose: String
  ) throws(ComparisonError) {
    guard crossEntropy < entropy - 2e-3 * Double(tokens) - 1e-6 else { return }
    throw line.error(
      "\(what) \(crossEntropy) lies below its floor, \(whose) entropy "
        + "\(entropy): these are not the labels of this item")
  }
}

/// The part of a record's id that names its problem: the family and 64 bits of the canonical
/// problem's digest, without the eight digits that name the trace.
func problemKey(ofRecord id: String) -> String {
  guard let dash = id.lastIndex(of: "-") else { return id }
  return String(id[..<dash])
}
