internal import Files
internal import Records

/// One line of a user's own JSON Lines, whichever keys hold its texts.
enum OwnLine: Sendable, Equatable {
  /// A prompt and its answer; the level if the line names one; the bytes of the answer to learn
  /// nothing from.
  case pair(problem: String, solution: String, level: Int?, masked: [Range<Int>] = [])
  case chat([Turn])
  case text(String)

  /// The keys of a pair, in order of precedence.
  private static let pairs = [
    ("prompt", "completion"), ("question", "answer"), ("problem", "solution"),
  ]
  private static let shapes =
    "prompt and completion, question and answer, problem and solution, messages, or text"

  /// Why a line cannot be accepted, in words.
  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// Unknown keys are ignored: data sets carry notes of their own.
  init(_ bytes: [UInt8]) throws(Fault) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(bytes)
    } catch {
      throw Fault("is not JSON: \(error)")
    }
    guard let object = json.objectValue else {
      throw Fault("expected an object with \(Self.shapes); found \(json.kindName)")
    }
    let found = Self.pairs.filter { object[$0.0] != nil && object[$0.1] != nil }
    let others = ["messages", "text"].filter { object[$0] != nil }
    guard found.count + others.count == 1 else {
      guard found.isEmpty, others.isEmpty else {
        throw Fault(
          "could be read in several ways ("
            + (found.map { "\($0.0) and \($0.1)" } + others).joined(separator: "; ")
            + ") -- leave the keys of one")
      }
      if let half = Self.pairs.first(where: { object[$0.0] != nil || object[$0.1] != nil }) {
        let (has, lacks) = object[half.0] == nil ? (half.1, half.0) : half
        throw Fault("has the key \"\(has)\" and no \"\(lacks)\"")
      }
      throw Fault(
        "expected \(Self.shapes); found "
          + (object.isEmpty
            ? "no key"
            : "the keys "
              + object.keys.prefix(8).map { JSON(String($0.prefix(40))).text }
              .joined(separator: ", ")))
    }
    if let (question, answer) = found.first {
      let solution = try Self.text(object, answer)
      self = .pair(
        problem: try Self.text(object, question), solution: solution,
        level: try Self.level(object), masked: try Self.spans(object, of: solution))
    } else if object["text"] != nil {
      self = .text(try Self.text(object, "text"))
    } else {
      self = .chat(try Self.turns(object))
    }
  }

  private static func text(_ object: JSONObject, _ key: String) throws(Fault) -> String {
    guard let text = object[key]?.stringValue else {
      throw Fault(
        "the key \"\(key)\": expected a string, found \(object[key]?.kindName ?? "nothing")")
    }
    try check(text, "the key \"\(key)\"")
    return text
  }

  /// Refuses texts without content, and control characters, which are damage.
  static func check(_ text: String, _ place: String) throws(Fault) {
    guard text.utf8.contains(where: { $0 > 0x20 }) else { throw Fault("\(place) holds no text") }
    let damage = text.utf8.first { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 == 0x7F }
    if let damage { throw Fault("\(place) holds the control character \(damage)") }
  }

  private static func level(_ object: JSONObject) throws(Fault) -> Int? {
    guard let value = object["level"] else { return nil }
    return value.intValue.flatMap { (1...10).contains($0) ? $0 : nil }
  }

  /// The key `spans`: `[[start, end], …]` in bytes of the answer.
  private static func spans(
    _ object: JSONObject, of solution: String
  ) throws(Fault) -> [Range<Int>] {
    guard let json = object["spans"], json != .null else { return [] }
    guard let spans = Record.masked(json, of: solution.utf8.count) else {
      throw Fault(
        "the key \"spans\": expected pairs of bytes [start, end] in order and apart, from 0 to "
          + "\(solution.utf8.count), and not all of the answer; found "
          + String(json.text.prefix(60)))
    }
    return spans
  }

  private static func turns(_ object: JSONObject) throws(Fault) -> [Turn] {
    guard let list = object["messages"]?.arrayValue else {
      throw Fault(
        "the key \"messages\": expected a list, found \(object["messages"]?.kindName ?? "nothing")")
    }
    var turns: [Turn] = []
    for (number, entry) in list.enumerated() {
      let place = "messages, turn \(number + 1)"
      guard let turn = entry.objectValue else {
        throw Fault("\(place): expected an object {role, content}, found \(entry.kindName)")
      }
      guard let word = turn["role"]?.stringValue else {
        throw Fault("\(place): the key \"role\" is no string")
      }
      guard let role = Turn.Role(rawValue: word) else {
        throw Fault(
          "\(place): the role \(JSON(String(word.prefix(40))).text) is none of "
            + Turn.Role.allCases.map(\.rawValue).joined(separator: ", "))
      }
      guard let text = turn["content"]?.stringValue else {
        throw Fault(
          "\(place): the key \"content\": expected a string, found "
            + (turn["content"]?.kindName ?? "nothing"))
      }
      guard !text.isEmpty else { throw Fault("\(place), the \(word)'s, is empty") }
      try check(text, place)
      turns.append(Turn(role, text))
    }
    if let fault = Record.chatFault(turns) { throw Fault("messages: \(fault)") }
    return turns
  }
}
