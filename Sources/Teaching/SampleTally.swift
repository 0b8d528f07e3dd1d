internal import Files
internal import Judging
internal import Records

/// Counts of a sampling.
///
///     sampled = accepted + unchecked + cut + rejected + unfinished
///     records = accepted + unchecked + cut + wrong - duplicates
struct SampleTally: Sendable, Equatable {
  struct Level: Sendable, Equatable {
    var sampled = 0
    var accepted = 0
  }

  var problems = 0
  var sampled = 0
  var accepted = 0
  /// Texts for free prompts, which cannot be judged; `unchecked` counts those kept whole.
  var free = 0
  var unchecked = 0
  /// Kept free texts that were cut before their end.
  var cut = 0
  /// Ids of the records made from these.
  var cutIds: [String] = []
  var rejected = 0
  /// Of these, free texts with a wrong answer, those without the right answer anywhere, and those
  /// with an unclear answer.
  var wrongAnswers = 0
  var missingAnswers = 0
  var unclearAnswers = 0
  /// Of these, texts with ids that stand for no token.
  var unknownIds = 0
  var unfinished = 0
  /// Of these, texts for free prompts.
  var unfinishedFree = 0
  /// Of the rejected and the unfinished, those that were kept.
  var wrong = 0
  /// Kept texts that repeat an earlier one; dropped.
  var duplicates = 0
  var levels: [Int: Level] = [:]
  var promptTokens = 0
  var newTokens = 0
  var operations = 0.0

  var records: Int { accepted + unchecked + cut + wrong - duplicates }

  /// Whether a verifier accepted every record.
  var isVerified: Bool { unchecked + cut + wrong == 0 }

  /// Adds one text.
  ///
  /// - Parameter level: of the problem; `nil` for a free prompt, which has none.
  mutating func add(_ attempt: Attempt, level: Int?) {
    sampled += 1
    if let level { levels[level, default: Level()].sampled += 1 } else { free += 1 }
    switch attempt {
    case .accepted:
      accepted += 1
      if let level { levels[level, default: Level()].accepted += 1 }
    case .unchecked: unchecked += 1
    case .cut: cut += 1
    case .wrong(_, let fault):
      wrong += 1
      add(fault)
    case .rejected(_, _, _, let why): add(why)
    case .unfinished:
      add(nil)
      if level == nil { unfinishedFree += 1 }
    }
  }

  /// - Parameter why: a text was rejected; `nil` for one that came to no end.
  private mutating func add(_ why: Attempt.Fault?) {
    guard let why else {
      unfinished += 1
      return
    }
    rejected += 1
    switch why {
    case .wrongAnswer: wrongAnswers += 1
    case .missingAnswer: missingAnswers += 1
    case .unclearAnswer: unclearAnswers += 1
    case .unknownId: unknownIds += 1
    case .trace: break
    }
  }

  /// The manifest's key `counts`.
  var json: JSONObject {
    var byLevel: JSONObject = [:]
    for (level, counts) in levels.sorted(by: { $0.key < $1.key }) {
      byLevel[String(level)] = [
        "sampled": JSON(counts.sampled), "accepted": JSON(counts.accepted),
      ]
    }
    var object: JSONObject = [
      "records": JSON(records), "problems": JSON(problems), "sampled": JSON(sampled),
      "accepted": JSON(accepted), "rejected": JSON(rejected), "unfinished": JSON(unfinished),
      "duplicates": JSON(duplicates), "by_level": .object(byLevel),
    ]
    if free > 0 {
      object["free"] = JSON(free)
      object["unchecked"] = JSON(unchecked)
    }
    if cut > 0 { object["cut"] = JSON(cut) }
    if wrong > 0 { object["kept_wrong"] = JSON(wrong) }
    if unknownIds > 0 { object["unknown_ids"] = JSON(unknownIds) }
    if wrongAnswers + missingAnswers + unclearAnswers > 0 {
      object["wrong_answers"] = JSON(wrongAnswers)
      object["missing_answers"] = JSON(missingAnswers)
      object["unclear_answers"] = JSON(unclearAnswers)
    }
    return object
  }
}

extension SampleTally {
  /// Why nothing was kept, and what may help.
  ///
  /// - Parameters:
  ///   - limit: most tokens of a text.
  ///   - keepsRejected: whether rejected texts are written down.
  func shortage(limit: Int, keepsRejected: Bool) -> TeachingError {
    var why: [String] = []
    var advice: [String] = []
    if unfinished > 0 {
      why.append("\(unfinished) came to no end within max_new_tokens: \(limit)")
      advice.append("raise max_new_tokens")
      if unfinishedFree > 0 { advice.append("set keep_unfinished: true") }
    }
    if rejected > 0 {
      why.append(
        "\(rejected) \(rejected == 1 ? "was" : "were") rejected"
          + (unknownIds > 0 ? " (\(unknownIds) for ids that are no token)" : ""))
      advice += ["teach the teacher longer", "raise draws or count", "lower temperature"]
    }
    if !keepsRejected { advice.append("look at the texts: keep_rejected: true") }
    return .nothingKept(
      texts: sampled, why: why.joined(separator: ", "), advice: advice.joined(separator: ", or "))
  }
}

extension Attempt {
  /// A line of `rejected.jsonl`; `nil` for a kept text. `step` is null if the text did not come to
  /// its end.
  func rejectedLine(for problem: Record) -> [UInt8]? {
    func line(_ text: String, _ step: JSON, _ reason: String) -> [UInt8] {
      let json: JSON = [
        "family": JSON(problem.family), "problem": JSON(problem.problem), "solution": JSON(text),
        "step": step, "reason": JSON(reason), "level": JSON(problem.level),
      ]
      return json.serialized() + [0x0A]
    }
    switch self {
    case .accepted, .unchecked, .cut, .wrong: return nil
    case .rejected(let text, let step, let reason, _): return line(text, JSON(step), reason)
    case .unfinished(let text, let reason): return line(text, .null, reason)
    }
  }
}
