internal import Files
internal import Records

/// How a sampling went.
///
///     sampled = accepted + unchecked + rejected + unfinished
///     records = accepted + unchecked - duplicates
struct SampleTally: Sendable, Equatable {
  struct Level: Sendable, Equatable {
    var sampled = 0
    var accepted = 0
  }

  var problems = 0
  var sampled = 0
  var accepted = 0
  /// Texts for free prompts, which nobody can judge; those that were kept.
  var free = 0
  var unchecked = 0
  var rejected = 0
  /// Of these, free texts whose answer is wrong, in which the right one stands nowhere, and whose
  /// answer is not clear.
  var wrongAnswers = 0
  var missingAnswers = 0
  var unclearAnswers = 0
  var unfinished = 0
  /// Kept texts that were there already; dropped.
  var duplicates = 0
  var levels: [Int: Level] = [:]
  var promptTokens = 0
  var newTokens = 0
  var operations = 0.0

  var records: Int { accepted + unchecked - duplicates }

  /// Takes in one text.
  ///
  /// - Parameter level: of the problem; `nil`: a free prompt, which has none.
  mutating func add(_ attempt: Attempt, level: Int?) {
    sampled += 1
    if let level { levels[level, default: Level()].sampled += 1 } else { free += 1 }
    switch attempt {
    case .accepted:
      accepted += 1
      if let level { levels[level, default: Level()].accepted += 1 }
    case .unchecked: unchecked += 1
    case .rejected(_, _, _, let why):
      rejected += 1
      if why == .wrongAnswer { wrongAnswers += 1 }
      if why == .missingAnswer { missingAnswers += 1 }
      if why == .unclearAnswer { unclearAnswers += 1 }
    case .unfinished: unfinished += 1
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
    if wrongAnswers + missingAnswers + unclearAnswers > 0 {
      object["wrong_answers"] = JSON(wrongAnswers)
      object["missing_answers"] = JSON(missingAnswers)
      object["unclear_answers"] = JSON(unclearAnswers)
    }
    return object
  }
}

extension Attempt {
  /// A line of `rejected.jsonl`; `nil` for what was kept. `step` is null where the text did
  /// not come to its end.
  func rejectedLine(for problem: Record) -> [UInt8]? {
    func line(_ text: String, _ step: JSON, _ reason: String) -> [UInt8] {
      let json: JSON = [
        "family": JSON(problem.family), "problem": JSON(problem.problem), "solution": JSON(text),
        "step": step, "reason": JSON(reason), "level": JSON(problem.level),
      ]
      return json.serialized() + [0x0A]
    }
    switch self {
    case .accepted, .unchecked: return nil
    case .rejected(let text, let step, let reason, _): return line(text, JSON(step), reason)
    case .unfinished(let text, let reason): return line(text, .null, reason)
    }
  }
}
