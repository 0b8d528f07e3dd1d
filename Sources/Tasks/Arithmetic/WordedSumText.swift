internal import Randomness

/// The wording of a sum: plain, or as a story about a person and some things.
enum WordedSumText: Equatable {
  case plain
  case story(name: String, thing: String)

  private static let names = ["Ann", "Ben", "Eve", "Tom"]
  private static let things = ["apples", "books", "coins", "stamps"]

  /// Half of the questions are plain; in the others, names and things are equally likely.
  static func drawn(using stream: inout RandomStream) -> WordedSumText {
    guard stream.uniform(2) == 1 else { return .plain }
    let name = names[stream.uniform(names.count)]
    return .story(name: name, thing: things[stream.uniform(things.count)])
  }

  func text(of problem: WordedSum.Problem) -> String {
    switch self {
    case .plain:
      let changes = problem.changes.map { " \($0.adds ? "+" : "-") \($0.amount)" }
      return "What is \(problem.value)" + changes.joined() + "?"
    case .story(let name, let thing):
      let events = problem.changes.map {
        "\(name) \($0.adds ? "gets" : "loses") \($0.amount) \(thing). "
      }
      return "\(name) has \(problem.value) \(thing). " + events.joined()
        + "How many \(thing) does \(name) have now?"
    }
  }

  /// Reads a question as `text(of:)` writes it; `nil` for any other text.
  static func read(_ text: String) -> WordedSum.Problem? {
    guard text.utf8.count <= 300 else { return nil }
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard words.count >= 5 else { return nil }
    // Takes numbers and signs by position; writing the problem again shows whether the rest is
    // right.
    let wording: WordedSumText
    var fields: [(sign: String, number: String)] = []
    if words[0] == "What" {
      wording = .plain
      guard words.count % 2 == 1 else { return nil }
      fields.append(("+", words[2]))
      for place in stride(from: 3, to: words.count - 1, by: 2) {
        fields.append((words[place], words[place + 1].replacing("?", with: "")))
      }
    } else {
      wording = .story(name: words[0], thing: words[3].replacing(".", with: ""))
      guard names.contains(words[0]), (words.count - 7) % 4 == 0 else { return nil }
      for place in stride(from: 0, to: words.count - 7, by: 4) {
        fields.append((words[place + 1], words[place + 2]))
      }
    }
    var problem: WordedSum.Problem?
    var changes: [WordedSum.Change] = []
    var value = 0
    for (index, field) in fields.enumerated() {
      guard let number = natural(field.number) else { return nil }
      if index == 0 {
        problem = WordedSum.Problem(value: number, changes: [])
        value = number
        continue
      }
      let adds = field.sign == "+" || field.sign == "gets"
      value += adds ? number : -number
      guard value >= 0 else { return nil }
      changes.append(WordedSum.Change(adds: adds, amount: number))
    }
    problem?.changes = changes[...]
    guard let problem, (1...2).contains(changes.count), wording.isKnown,
      wording.text(of: problem) == text
    else { return nil }
    return problem
  }

  private var isKnown: Bool {
    guard case .story(let name, let thing) = self else { return true }
    return Self.names.contains(name) && Self.things.contains(thing)
  }

  /// 1 to 11 digits without leading zeros.
  private static func natural(_ text: String) -> Int? {
    guard (1...11).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      text == "0" || !text.hasPrefix("0")
    else { return nil }
    return Int(text)
  }
}
