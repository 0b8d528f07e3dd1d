public import Files
internal import Judging
internal import Records
internal import Verifiers

/// The verdict of `retort verify` on one line of JSON Lines.
public struct RecordVerdict: Sendable, Equatable {
  /// What became of a line; the raw values are the words of `retort verify`.
  public enum Outcome: String, Sendable {
    case accepted, rejected
    /// Text that no verifier can judge.
    case unchecked
    /// The line is not a record.
    case error
  }

  /// 1-based line of the file.
  public var line: Int
  /// The record's id; `nil` if the line states none.
  public var id: String?
  /// The record's family; `nil` if the line states none.
  public var family: String?
  /// The verdict, or why there is none.
  public var outcome: Outcome
  /// 1-based line of the solution; 0 for an unreadable problem; `nil` if accepted or no record.
  public var step: Int?
  /// Why the text was rejected or not checked, or why the line is no record; else `nil`.
  public var reason: String?
  /// The answer that the trace states.
  public var answer: String?
  /// How closely a record of no family was judged, by the family that reads its problem: `steps` or
  /// `answer`; `nil` for a record that names its family.
  public var level: String?

  /// One object per record; an error adds the number of its line.
  public var json: JSON {
    var object: JSONObject = [
      "id": id.map { JSON($0) } ?? .null, "family": family.map { JSON($0) } ?? .null,
      "verdict": JSON(outcome.rawValue), "step": step.map { JSON($0) } ?? .null,
      "reason": reason.map { JSON($0) } ?? .null, "answer": answer.map { JSON($0) } ?? .null,
    ]
    if outcome == .error { object["line"] = JSON(line) }
    if let level { object["level"] = JSON(level) }
    return .object(object)
  }

  /// The verdict as a line for people.
  public var text: String {
    let name = (id ?? family).map(TerminalText.word) ?? "no record"
    let why = reason.map { ": " + TerminalText.line($0, limit: 3000) } ?? ""
    return "line \(line): \(name): \(outcome.rawValue)\(why)"
  }
}

/// Judges records from their texts alone: only `family`, `problem` and `solution` are needed.
public enum RecordVerification {
  /// Judges one line of JSON Lines; total: any bytes get a verdict.
  ///
  /// - Parameter isStrict: whether every key of the record must be there and true too.
  public static func verdict(
    ofLine number: Int, _ bytes: [UInt8], isStrict: Bool = false
  ) -> RecordVerdict {
    var (verdict, object) = verdictOfTrace(ofLine: number, bytes)
    if isStrict, verdict.outcome == .accepted || verdict.outcome == .unchecked, let object,
      let fault = RecordAudit.fault(in: object)
    {
      verdict.outcome = .rejected
      verdict.reason = fault
    }
    return verdict
  }

  /// The verdict on a line longer than the limit for reading.
  public static func verdict(ofLine number: Int, tooLong bytes: Int, limit: Int) -> RecordVerdict {
    var verdict = RecordVerdict(line: number, outcome: .error)
    verdict.reason = "\(bytes) bytes, lines of at most \(limit) are read"
    return verdict
  }

  private static func verdictOfTrace(
    ofLine number: Int, _ bytes: [UInt8]
  ) -> (RecordVerdict, JSONObject?) {
    var verdict = RecordVerdict(line: number, outcome: .error)
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      switch FileSignature(startOf: bytes) {
      case nil: verdict.reason = "not JSON: \(error)"
      case .utf8Mark?:
        verdict.reason =
          "not JSON: begins with a byte order mark (EF BB BF) -- "
          + FileSignature.utf8Mark.advice
      case let found?: verdict.reason = "not JSON: is \(found.rawValue) -- \(found.advice)"
      }
      return (verdict, nil)
    }
    guard let object = json.objectValue else {
      verdict.reason = "expected a record (a JSON object), found \(json.kindName)"
      return (verdict, nil)
    }
    verdict.id = object["id"]?.stringValue
    if object["family"] == nil, let own = try? OwnLine(bytes) {
      judge(own, object, into: &verdict)
      return (verdict, object)
    }
    for key in ["family", "problem", "solution"] where object[key]?.stringValue == nil {
      verdict.reason =
        "the key \"\(key)\": expected a string, found \(object[key]?.kindName ?? "nothing")"
      return (verdict, object)
    }
    let family = object["family"]?.stringValue ?? ""
    verdict.family = family
    judge(object, family: family, into: &verdict)
    return (verdict, object)
  }

  private static func judge(
    _ object: JSONObject, family: String, into verdict: inout RecordVerdict
  ) {
    let problem = object["problem"]?.stringValue ?? ""
    let solution = object["solution"]?.stringValue ?? ""
    // Judged by the answer alone if the record claims no more and the family has a rule for it.
    let claimed = object["checker"]?["level"]?.stringValue
    let judgement = Judge(.asRecorded).judge(
      family: family, problem: problem.utf8.span, solution: solution.utf8.span,
      claimed: claimed.flatMap(Record.Checker.Level.init(rawValue:)))
    switch judgement.outcome {
    case .unchecked:
      verdict.outcome = .unchecked
      verdict.reason = "no verifier can judge a free prompt"
    case .unknownFamily:
      verdict.reason =
        "no verifier for the family \(JSON(String(family.prefix(80))).text); there are "
        + Verifiers.all.map(\.family).sorted().joined(separator: ", ")
    case .accepted(let answer):
      verdict.answer = answer
      switch object["answer"] {
      case nil, .null, .string(answer): verdict.outcome = .accepted
      case let other?:
        verdict.outcome = .rejected
        verdict.step = Self.lineCount(solution)
        let found = other.stringValue == nil ? "\(other.kindName), " : ""
        verdict.reason =
          "step \(Self.lineCount(solution)): the trace's answer is the string \(JSON(answer).text), "
          + "the record's is \(found)\(other.text.prefix(80))"
      }
    case .rejected(let step, let reason, _), .unfinished(let step, let reason):
      verdict.outcome = .rejected
      verdict.step = step
      verdict.reason = reason
    }
  }

  /// Judges a record of other people's, which names no family: by those that read its problem.
  private static func judge(
    _ own: OwnLine, _ object: JSONObject, into verdict: inout RecordVerdict
  ) {
    verdict.outcome = .unchecked
    let pair: (problem: String, solution: String)?
    switch own {
    case .pair(let problem, let solution, _, _): pair = (problem, solution)
    // One question and its answer, whatever the system's turn says.
    case .chat(let turns):
      let spoken = turns.filter { $0.role != .system }
      pair = spoken.count == 2 ? (spoken[0].text, spoken[1].text) : nil
    case .text: pair = nil
    }
    guard let pair else {
      verdict.reason = "no problem with its solution, so no verifier can judge it"
      return
    }
    let answer = object["question"] == nil ? object["answer"]?.stringValue : nil
    guard
      let found = OwnProblem.judge(
        problem: pair.problem, solution: pair.solution, answer: answer)
    else {
      verdict.reason = "no family reads the problem, so no verifier can judge it"
      return
    }
    verdict.family = found.family
    verdict.level = found.judgement.checker?.level.rawValue
    switch found.judgement.outcome {
    case .accepted(let answer):
      verdict.outcome = .accepted
      verdict.answer = answer
    case .rejected(let step, let reason, _), .unfinished(let step, let reason):
      verdict.outcome = .rejected
      verdict.step = step
      verdict.reason = reason
    case .unchecked, .unknownFamily: verdict.reason = "no verifier can judge it"
    }
  }

  private static func lineCount(_ solution: String) -> Int {
    solution.utf8.split(separator: 0x0A).count
  }
}
