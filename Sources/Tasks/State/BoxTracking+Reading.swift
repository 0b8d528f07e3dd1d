extension BoxTracking {
  /// Reads a problem loosely and keeps it only if it is written as this family would write it.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 4096, text.hasSuffix("?") else { return nil }
    var parts = text.dropLast().split(separator: "; ", omittingEmptySubsequences: false)
    guard (2...66).contains(parts.count) else { return nil }
    let question = parts.removeLast()
    let boxes = parts.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard (2...6).contains(boxes.count), question.hasPrefix("where is ") else { return nil }

    var placed: [(name: String, box: Int)] = []
    for (box, text) in boxes.enumerated() {
      guard text.count >= 4 else { return nil }
      for name in text.dropFirst(3).dropLast().split(separator: ",") {
        placed.append((String(name), box))
      }
    }
    placed.sort { $0.name < $1.name }
    let names = placed.map(\.name)
    guard (1...12).contains(names.count), Set(names).count == names.count,
      names.allSatisfy(Self.isName), let query = names.firstIndex(of: String(question.dropFirst(9)))
    else { return nil }

    var state = Problem(
      boxCount: boxes.count, names: names, place: placed.map(\.box), operations: [], query: query)
    let initial = state.place
    for part in parts {
      guard let operation = Self.operation(part, in: state) else { return nil }
      state.operations.append(operation)
      _ = state.advance()
    }
    state.place = initial
    state.done = 0
    return state.text == text ? state : nil
  }

  private static func operation(_ text: Substring, in state: Problem) -> Operation? {
    let words = text.split(separator: " ")
    func box(_ word: Substring) -> Int? { (0..<state.boxCount).first { letter($0) == word } }
    if words.count == 4, words[0] == "move" {
      guard let object = state.names.firstIndex(of: String(words[1])), let box = box(words[3]),
        box != state.place[object]
      else { return nil }
      return .move(object: object, to: box)
    }
    if words.count == 3, words[0] == "swap" {
      guard let first = box(words[1]), let second = box(words[2]), first < second else {
        return nil
      }
      return .swap(first: first, second: second)
    }
    return nil
  }

  private static func isName(_ name: String) -> Bool {
    (2...8).contains(name.utf8.count)
      && name.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
  }
}
