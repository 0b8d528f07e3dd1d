public import Files
public import Records

/// The trace of `box-tracking`, by moving names between sets.
public struct BoxTrackingTraces: TraceEnumerator {
  public let family = "box-tracking"

  public struct State {
    var boxes: [String: Set<String>]
    /// Lexemes of each operation.
    var operations: [[String]]
    var query: String
  }

  public let alphabet = "abcdefghijklmnopqrstuvwxyzABCDEF={,}; ?:\nAnswer"

  public init() {}

  public var kindsWithoutUse: Set<String> { ["digit", "number", "sign"] }

  public func knobs(of record: Record) -> [String: JSON]? {
    let parts = record.problem.split(separator: ";")
    let boxes = parts[0].split(separator: " ")
    let objects = parts[0].split { "={}, ".contains($0) }.filter {
      $0.first?.isLowercase ?? false
    }
    return [
      "boxes": JSON(boxes.count), "objects": JSON(objects.count),
      "operations": JSON(parts.count - 2),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    var parts = lexemes.split(separator: ";", omittingEmptySubsequences: false).map { Array($0) }
    guard parts.count >= 2, parts.count <= 66 else { return nil }
    let question = parts.removeLast()
    guard question.count == 4, question[0] == "where", question[1] == "is", question[3] == "?",
      let boxes = Self.boxes(parts.removeFirst())
    else { return nil }
    let objects = boxes.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    guard objects.contains(question[2]) else { return nil }
    let start = State(boxes: boxes, operations: parts, query: question[2])
    var state = start
    while !state.operations.isEmpty {
      guard let (_, next) = Self.perform(state) else { return nil }
      state = next
    }
    return start
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    guard let (concerned, next) = Self.perform(state) else {
      let box = state.boxes.first { $0.value.contains(state.query) }?.key ?? "?"
      return [("Answer: \(box)", nil)]
    }
    let line = concerned.sorted().map { box in
      "\(box)={\((next.boxes[box] ?? []).sorted().joined(separator: ","))}"
    }
    return [(line.joined(separator: " "), next)]
  }

  /// The next operation: the boxes concerned and the state after it; `nil` where it is not legal.
  private static func perform(_ state: State) -> ([String], State)? {
    guard let words = state.operations.first else { return nil }
    var next = state
    next.operations.removeFirst()
    if words.count == 4, words[0] == "move", words[2] == "to" {
      let (object, to) = (words[1], words[3])
      guard let from = state.boxes.first(where: { $0.value.contains(object) })?.key,
        let there = state.boxes[to], from != to
      else { return nil }
      next.boxes[from]?.remove(object)
      next.boxes[to] = there.union([object])
      return ([from, to], next)
    }
    if words.count == 3, words[0] == "swap", words[1] < words[2],
      let first = state.boxes[words[1]], let second = state.boxes[words[2]]
    {
      next.boxes[words[1]] = second
      next.boxes[words[2]] = first
      return ([words[1], words[2]], next)
    }
    return nil
  }

  /// `A = { cup , key } B = { }`.
  private static func boxes(_ lexemes: [String]) -> [String: Set<String>]? {
    var boxes: [String: Set<String>] = [:]
    var seen: Set<String> = []
    var rest = lexemes[...]
    for letter in ["A", "B", "C", "D", "E", "F"] where !rest.isEmpty {
      guard rest.count >= 4, Array(rest.prefix(3)) == [letter, "=", "{"],
        let end = rest.firstIndex(of: "}")
      else { return nil }
      let inside = Array(rest[(rest.startIndex + 3)..<end])
      var names: [String] = []
      for (index, lexeme) in inside.enumerated() {
        if index % 2 == 1 {
          guard lexeme == "," else { return nil }
        } else {
          guard (2...8).contains(lexeme.count), lexeme.allSatisfy({ ("a"..."z").contains($0) }),
            seen.insert(lexeme).inserted
          else { return nil }
          names.append(lexeme)
        }
      }
      guard names == names.sorted(), inside.isEmpty || inside.count % 2 == 1 else { return nil }
      boxes[letter] = Set(names)
      rest = rest[(end + 1)...]
    }
    return rest.isEmpty && boxes.count >= 2 && (1...12).contains(seen.count) ? boxes : nil
  }
}
