internal import Files
internal import Records

/// How a sampling went.
///
///     sampled = accepted + rejected + unfinished,   records = accepted - duplicates
struct SampleTally: Sendable, Equatable {
  struct Level: Sendable, Equatable {
    var sampled = 0
    var accepted = 0
  }

  var problems = 0
  var sampled = 0
  var accepted = 0
  var rejected = 0
  var unfinished = 0
  /// Accepted traces that were there already; dropped.
  var duplicates = 0
  var levels: [Int: Level] = [:]
  var promptTokens = 0
  var newTokens = 0
  var operations = 0.0

  var records: Int { accepted - duplicates }

  /// Takes in one text.
  mutating func add(_ attempt: Attempt, level: Int) {
    sampled += 1
    levels[level, default: Level()].sampled += 1
    switch attempt {
    case .accepted:
      accepted += 1
      levels[level, default: Level()].accepted += 1
    case .rejected: rejected += 1
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
    return [
      "records": JSON(records), "problems": JSON(problems), "sampled": JSON(sampled),
      "accepted": JSON(accepted), "rejected": JSON(rejected), "unfinished": JSON(unfinished),
      "duplicates": JSON(duplicates), "by_level": .object(byLevel),
    ]
  }
}

extension Attempt {
  /// A line of `rejected.jsonl`; `nil` for what was accepted. `step` is null where the text did
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
    case .accepted: return nil
    case .rejected(let text, let step, let reason): return line(text, JSON(step), reason)
    case .unfinished(let text, let reason): return line(text, .null, reason)
    }
  }
}
