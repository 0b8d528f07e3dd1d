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
    guard var state = read(problem) else {
      preconditionFailure("\(Self.name) does not write this problem: \(problem.prefix(200))")
    }
    var steps: [String] = []
    while true {
      let count = choices(state)
      if count == 0 { return Solution(steps: steps, answer: answer(state)) }
      // A forced step draws nothing.
      let choice = count == 1 ? 0 : stream.uniform(count)
      let next = step(state, choice)
      let number = steps.count + 1
      let note = verbose ? note(state, choice, line: number) : nil
      steps.append(note?.verbose(next.line, number: number) ?? next.line)
      state = next.state
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
