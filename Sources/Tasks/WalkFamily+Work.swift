public import Randomness

extension WalkFamily {
  /// Works a problem by a uniform walk over its next steps.
  ///
  /// - Precondition: `read(problem)` is not nil.
  public func work(_ problem: String, using stream: inout RandomStream) -> Solution {
    work(problem, verbose: false, using: &stream)
  }

  /// Works a problem, each step in verbose rendering if asked; the same choices either way.
  ///
  /// - Precondition: `read(problem)` is not nil.
  public func work(
    _ problem: String, verbose: Bool, using stream: inout RandomStream
  ) -> Solution {
    guard let state = read(problem) else {
      preconditionFailure("\(Self.name) does not write this problem: \(problem.prefix(200))")
    }
    return work(state, verbose: verbose, using: &stream)
  }

  /// Works a drawn problem from the state in which posing left it.
  public func work(
    _ posed: PosedProblem, verbose: Bool, using stream: inout RandomStream
  ) -> Solution {
    guard let state = posed.state as? Problem else {
      return posed.solution ?? work(posed.text, verbose: verbose, using: &stream)
    }
    return work(state, verbose: verbose, using: &stream)
  }

  private func work(
    _ start: Problem, verbose: Bool, using stream: inout RandomStream
  ) -> Solution {
    var state = start
    var text = LineText(capacity: 256)
    var number = 0
    while true {
      let count = choices(state)
      if count == 0 { return Solution(stepLines: text.bytes, answer: answer(state)) }
      // A forced step draws nothing.
      let choice = count == 1 ? 0 : stream.uniform(count)
      number += 1
      if verbose, let note = note(state, choice, line: number) {
        text.add(note.prefix(number: number))
      }
      advance(&state, choice, writing: &text)
      text.add(Solution.newline)
    }
  }

  /// The exact distribution over the next line of a trace: each line that a next choice writes,
  /// with the share of the choices that write it.
  ///
  /// - Returns: distinct lines in a fixed order with probabilities that sum to 1; none after the
  ///   answer; `nil` if the problem cannot be read or the lines so far do not begin one of its
  ///   traces.
  public func nextLines(
    problem: String, linesSoFar: [String]
  ) -> [(line: String, probability: Double)]? {
    guard var state = read(problem) else { return nil }
    for (index, line) in linesSoFar.enumerated() {
      guard let next = successor(of: state, writing: line) else {
        let isAnswer = choices(state) == 0 && line == Solution.answerLine(answer(state))
        return isAnswer && index == linesSoFar.count - 1 ? [] : nil
      }
      state = next
    }
    let count = choices(state)
    if count == 0 { return [(Solution.answerLine(answer(state)), 1)] }
    var lines: [(line: String, count: Int)] = []
    for choice in 0..<count {
      let line = step(state, choice).line
      if let known = lines.firstIndex(where: { $0.line == line }) {
        lines[known].count += 1
      } else {
        lines.append((line, 1))
      }
    }
    return lines.map { ($0.line, Double($0.count) / Double(count)) }
  }

  /// Calls `body` with every trace of a problem, each once.
  ///
  /// - Precondition: `read(problem)` is not nil.
  public func eachSolution(of problem: String, _ body: (Solution) throws -> Void) rethrows {
    guard let start = read(problem) else {
      preconditionFailure("\(Self.name) does not write this problem: \(problem.prefix(200))")
    }
    var steps: [String] = []
    try walk(start, &steps, body)
  }

  private func walk(
    _ state: Problem, _ steps: inout [String], _ body: (Solution) throws -> Void
  ) rethrows {
    let count = choices(state)
    if count == 0 { return try body(Solution(steps: steps, answer: answer(state))) }
    var written: [String] = []
    for choice in 0..<count {
      let next = step(state, choice)
      if written.contains(next.line) { continue }
      written.append(next.line)
      steps.append(next.line)
      try walk(next.state, &steps, body)
      steps.removeLast()
    }
  }

  private func successor(of state: Problem, writing line: String) -> Problem? {
    for choice in 0..<choices(state) {
      let next = step(state, choice)
      if next.line == line { return next.state }
    }
    return nil
  }
}
