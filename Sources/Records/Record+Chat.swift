internal import Files

/// One turn of a conversation.
public struct Turn: Sendable, Equatable {
  /// Who speaks; the raw values are the words of the JSON.
  public enum Role: String, Sendable, CaseIterable { case system, user, assistant }

  /// Who speaks.
  public var role: Role
  /// What is said; not empty in a valid conversation.
  public var text: String

  /// One turn of a conversation.
  public init(_ role: Role, _ text: String) {
    self.role = role
    self.text = text
  }
}

/// A conversation of several turns, ending with an assistant turn: `problem` is the JSON of all
/// earlier turns, `solution` the last turn's text. The training targets are the texts of all
/// assistant turns.
extension Record {
  /// The family name of such records.
  public static let chatFamily = "chat"

  /// Whether the record is a conversation.
  public var isChat: Bool { family == Record.chatFamily }

  /// - Parameter turns: must pass `chatFault`.
  public init(chat turns: [Turn], origin: Origin = .imported) {
    precondition(Self.chatFault(turns) == nil, "no conversation")
    let problem = String(
      decoding: JSON(turns.dropLast()) {
        ["role": JSON($0.role.rawValue), "content": JSON($0.text)]
      }.serialized(), as: UTF8.self)
    self.init(
      family: Record.chatFamily, level: 0, knobs: [:], problem: problem,
      solution: turns[turns.count - 1].text, answer: nil, canonicalProblem: problem,
      origin: origin, checker: nil)
  }

  /// What is wrong with turns as a conversation; `nil` if nothing: an optional system turn, then
  /// user and assistant alternating, ending with an assistant turn, none with empty text.
  public static func chatFault(_ turns: [Turn]) -> String? {
    var expected = Turn.Role.user
    for (number, turn) in turns.enumerated() {
      if turn.role == .system, number == 0 { continue }
      guard turn.role == expected else {
        return
          "turn \(number + 1) is the \(turn.role.rawValue)'s, expected the \(expected.rawValue)'s"
      }
      guard !turn.text.isEmpty else {
        return "turn \(number + 1), the \(turn.role.rawValue)'s, is empty"
      }
      expected = turn.role == .user ? .assistant : .user
    }
    guard turns.last?.role == .assistant else { return "the last turn is not the assistant's" }
    return nil
  }

  /// The turns of a conversation, including the last.
  ///
  /// - Throws: `RecordError.wrongType` if `problem` holds no turns.
  public func turns() throws(RecordError) -> [Turn] {
    func wrong() -> RecordError {
      .wrongType(
        key: "problem", expected: "a JSON list of turns {role, content}",
        found: String(problem.prefix(80)))
    }
    guard let list = (try? JSON.parse(Array(problem.utf8)))?.arrayValue else { throw wrong() }
    var turns: [Turn] = []
    for entry in list {
      guard let object = entry.objectValue, object.keys == ["role", "content"],
        let role = object["role"]?.stringValue.flatMap(Turn.Role.init(rawValue:)),
        let text = object["content"]?.stringValue
      else { throw wrong() }
      turns.append(Turn(role, text))
    }
    turns.append(Turn(.assistant, solution))
    if let fault = Self.chatFault(turns) {
      throw .wrongType(key: "problem", expected: "a conversation", found: fault)
    }
    return turns
  }
}

/// Plain text, all of which is a target: `problem` is empty, `solution` the text. A long text may
/// be cut into several records; `content` is then that of the whole, so they count as one problem.
extension Record {
  /// The family name of such records.
  public static let textFamily = "text"

  /// Whether the record is plain text.
  public var isText: Bool { family == Record.textFamily }

  /// - Parameter whole: the document that contains the text.
  /// - Precondition: `text` is not empty.
  public init(text: String, partOf whole: String? = nil, origin: Origin = .imported) {
    precondition(!text.isEmpty, "a text needs text")
    self.init(
      family: Record.textFamily, level: 0, knobs: [:], problem: "", solution: text, answer: nil,
      canonicalProblem: whole ?? text, origin: origin, checker: nil)
  }

  /// The families that no verifier can judge: free prompts, conversations, texts.
  public static let freeFamilies = [promptFamily, chatFamily, textFamily]

  /// Whether no verifier can judge this record.
  public var isFree: Bool { Record.freeFamilies.contains(family) }
}
