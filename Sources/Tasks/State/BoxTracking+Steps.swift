extension BoxTracking.Problem {
  typealias Operation = BoxTracking.Operation

  /// An operation in place of the next, and the line that restates its boxes.
  func performing(_ operation: Operation) -> (line: String, state: Self) {
    var next = self
    let (first, second) = next.perform(operation)
    return next.restating(first, second)
  }

  /// Goes on as if the two boxes had been restated now.
  private func restating(_ first: Int, _ second: Int) -> (line: String, state: Self) {
    var next = self
    if next.boxLines.isEmpty { next.boxLines = Array(repeating: 0, count: boxCount) }
    next.boxLines[first] = done
    next.boxLines[second] = done
    return (boxText(first) + " " + boxText(second), next)
  }

  /// Nothing has moved, though the line says what it would.
  fileprivate func idle(_ first: Int, _ second: Int) -> (line: String, state: Self) {
    var next = self
    next.done += 1
    return next.restating(first, second)
  }

  /// Whether the operations to come are legal: a mistake may have put an object where it goes.
  fileprivate var isPlayable: Bool {
    var state = self
    while state.done < operations.count {
      if case .move(let object, let box) = operations[state.done], state.place[object] == box {
        return false
      }
      _ = state.advance()
    }
    return true
  }

  fileprivate func otherBox(than boxes: [Int]) -> Int? {
    (0..<boxCount).first { !boxes.contains($0) }
  }
}

extension BoxTracking {
  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    var after = state
    let (first, second) = after.advance()
    let rule =
      switch state.operations[state.done] {
      case .move: "move"
      case .swap: "swap"
      }
    return StepNote(rule, from: Set([0, state.line(of: first), state.line(of: second)]).sorted())
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ step: (line: String, state: Problem)) {
      if step.state.isPlayable {
        slips.append(Slip(kind, line: step.line, state: step.state))
      }
    }
    switch state.operations[state.done] {
    case .move(let object, let to):
      let from = state.place[object]
      add("not-done", state.idle(min(from, to), max(from, to)))
      if let other = state.place.indices.first(where: {
        $0 != object && state.place[$0] == from
      }) {
        add("wrong-object", state.performing(.move(object: other, to: to)))
      }
      if let other = state.otherBox(than: [from, to]) {
        add("wrong-box", state.performing(.move(object: object, to: other)))
      }
    case .swap(let first, let second):
      add("not-done", state.idle(first, second))
      // The one's contents go over, the other's stay.
      var half = state
      for object in half.place.indices where half.place[object] == first {
        half.place[object] = second
      }
      add("half-swap", half.idle(first, second))
      if let other = state.otherBox(than: [first, second]) {
        add(
          "wrong-box",
          state.performing(.swap(first: min(first, other), second: max(first, other))))
      }
    }
    return slips
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    [
      ("start box", Self.letter(problem.place[problem.query])),
      ("last box", Self.letter(problem.lastNamed)),
    ]
  }

  /// One in as many as the level has boxes, and what is seen by chance.
  public func shortcutBound(level: Int) -> Double {
    1 / Double(Self.sizes(at: Difficulty(level: level)).boxes.lowerBound) + 0.1
  }
}
