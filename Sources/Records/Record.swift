public import Files

/// One problem with its worked solution: a line of a JSON Lines file, and the `json` member of an
/// archive's sample (`Archives/Format.md`).
public struct Record: Sendable, Equatable {
  /// `<family>-<16 hex of content>-<8 hex of SHA-256(solution bytes)>`: identifies a trace.
  public var id: String
  /// Name of the task, or `prompt`, `chat` or `text` where nothing can be judged (`freeFamilies`).
  public var family: String
  /// 1…10; 0 for text that no verifier can judge.
  public var level: Int
  /// The difficulty values drawn for this problem.
  public var knobs: JSONObject
  /// The text given to the model.
  public var problem: String
  /// The trace: one step per line, last line `Answer: <answer>`.
  public var solution: String
  /// In canonical form; `nil` if nothing can be judged.
  public var answer: String?
  /// Number of lines before the answer.
  public var steps: Int
  /// Who wrote the solution.
  public var origin: Origin
  /// 64 hex: SHA-256 of the canonical problem (after the family's symmetries): identifies a
  /// problem.
  public var content: String
  /// Follows from `content` alone.
  public var split: Split
  /// The verdict on the solution; `nil` if nobody gave one.
  public var checker: Checker?

  /// Where the solution comes from.
  public enum Origin: Sendable, Equatable {
    case reference
    /// A language model, identified by its fingerprint.
    case teacher(String)
    case imported

    /// The field `origin`, as `init(text:)` reads it.
    public var text: String {
      switch self {
      case .reference: "reference"
      case .teacher(let fingerprint): "teacher:" + fingerprint
      case .imported: "imported"
      }
    }

    /// Reads the field `origin`: `reference`, `imported` or `teacher:<name>`.
    public init?(text: String) {
      switch text {
      case "reference": self = .reference
      case "imported": self = .imported
      default:
        guard text.hasPrefix("teacher:"), text.utf8.count > 8 else { return nil }
        self = .teacher(String(text.dropFirst(8)))
      }
    }
  }

  /// Who judged the record, and how closely.
  public struct Checker: Sendable, Equatable {
    /// What the checker found, of all that `level` covers.
    public enum Verdict: String, Sendable, CaseIterable { case accepted, rejected }

    /// How closely a text was judged.
    public enum Level: String, Sendable, CaseIterable {
      /// Every line was judged.
      case steps
      /// Only the answer was judged.
      case answer
    }

    /// Name of the checker.
    public var name: String
    /// The checker's version, from 0; verdicts of different versions may differ.
    public var version: Int
    /// Whether the solution passed.
    public var verdict: Verdict
    /// What was checked: every line, or the answer alone.
    public var level: Level

    /// - Parameter level: what was checked: every step, or the answer alone.
    public init(name: String, version: Int, verdict: Verdict, level: Level) {
      self.name = name
      self.version = version
      self.verdict = verdict
      self.level = level
    }
  }

  /// Builds a record; `id`, `content`, `split` and `steps` follow from the texts.
  ///
  /// - Parameter canonicalProblem: the problem after the family's symmetries.
  public init(
    family: String, level: Int, knobs: JSONObject, problem: String, solution: String,
    answer: String?, canonicalProblem: String, origin: Origin, checker: Checker?
  ) {
    let content = SHA256.hash(canonicalProblem).hex
    self.init(
      family: family, level: level, knobs: knobs, problem: problem, solution: solution,
      answer: answer, content: content, origin: origin, checker: checker)
  }

  /// Builds a record of a problem whose `content` is already known.
  public init(
    family: String, level: Int, knobs: JSONObject, problem: String, solution: String,
    answer: String?, content: String, origin: Origin, checker: Checker?
  ) {
    id = Record.id(family: family, content: content, solution: solution)
    self.family = family
    self.level = level
    self.knobs = knobs
    self.problem = problem
    self.solution = solution
    self.answer = answer
    steps = Record.steps(of: solution)
    self.origin = origin
    self.content = content
    split = Split(content: content)
    self.checker = checker
  }

  /// The id of a trace.
  public static func id(family: String, content: String, solution: String) -> String {
    // Over bytes: prefixes of characters would be walked one by one.
    var bytes = Array(family.utf8)
    bytes.append(UInt8(ascii: "-"))
    bytes.append(contentsOf: content.utf8.prefix(16))
    bytes.append(UInt8(ascii: "-"))
    bytes.append(contentsOf: SHA256.hash(solution).hexDigits.prefix(8))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Number of lines before the answer line.
  public static func steps(of solution: String) -> Int {
    let bytes = solution.utf8.span
    var lines = 0
    for place in bytes.indices where bytes[place] == 0x0A { lines += 1 }
    guard let last = bytes.indices.last else { return 0 }
    return bytes[last] == 0x0A ? max(0, lines - 1) : lines
  }
}

extension Record {
  /// The record as a JSON object, with keys in the format's order.
  public var json: JSON {
    .object([
      "id": JSON(id), "family": JSON(family), "level": JSON(level), "knobs": .object(knobs),
      "problem": JSON(problem), "solution": JSON(solution),
      "answer": answer.map { JSON($0) } ?? .null, "steps": JSON(steps), "origin": JSON(origin.text),
      "content": JSON(content), "split": JSON(split.rawValue), "checker": checker?.json ?? .null,
    ])
  }

  /// The record as one line of JSON Lines, without the newline: the bytes of `json`, written
  /// without building it.
  public var line: [UInt8] {
    var writer = JSONObjectWriter(capacity: 512 + problem.utf8.count + solution.utf8.count)
    writer.add("id", id)
    writer.add("family", family)
    writer.add("level", level)
    writer.add("knobs", .object(knobs))
    writer.add("problem", problem)
    writer.add("solution", solution)
    if let answer { writer.add("answer", answer) } else { writer.add("answer", JSON.null) }
    writer.add("steps", steps)
    writer.add("origin", origin.text)
    writer.add("content", content)
    writer.add("split", split.rawValue)
    writer.add("checker", checker?.json ?? .null)
    return writer.finish()
  }
}

extension Record.Checker {
  /// The record's field `checker`, keys in the format's order.
  public var json: JSON {
    [
      "name": JSON(name), "version": JSON(version), "verdict": JSON(verdict.rawValue),
      "level": JSON(level.rawValue),
    ]
  }
}
