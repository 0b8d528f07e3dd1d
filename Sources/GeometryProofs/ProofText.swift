internal import Exact

/// Proofs as text and back; `ProofLanguage.md` has the grammar.
public enum ProofText {
  /// The most bytes of a proof, of one of its lines, and the most steps.
  public static let mostBytes = 4 << 20
  static let mostLineBytes = 4096
  /// The most steps of a proof.
  public static let mostSteps = 20_000
  /// The first line of every proof.
  public static let title = "retort geometry proof 1"

  /// The text of a proof, each line ended by a newline.
  public static func print(_ proof: Proof) -> String {
    let problem = proof.problem
    var lines = [title, "problem \(problem.name)"]
    for clause in problem.clauses {
      lines.append((clause.isAuxiliary ? "auxiliary " : "given ") + problem.text(clause))
    }
    lines += problem.goals.map { "goal " + $0.text(problem.points) }
    lines.append("proof")
    for (index, step) in proof.steps.enumerated() {
      lines.append(print(step, number: index + 1, names: problem.points))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The text of one step: `7. cong a b c d : ratios 1[2] -1[3]`.
  public static func print(_ step: Proof.Step, number: Int, names: [String]) -> String {
    func list(_ word: String, _ steps: [Int]) -> String {
      steps.isEmpty ? "" : " \(word) " + steps.map(String.init).joined(separator: " ")
    }
    let reason =
      switch step.reason {
      case .given: "given"
      case .check: "check"
      case .rule(let name, let points, let from, let conditions):
        "by \(name) " + points.map { names[$0] }.joined(separator: " ") + " from "
          + from.map { $0.map(String.init) ?? "=" }.joined(separator: " ")
          + list("where", conditions)
      case .algebra(let system, let terms, let steps, let branch):
        system.rawValue + terms.map { " \($0.coefficient)[\($0.step)]" }.joined()
          + list("lines", steps) + (branch == 1 ? "" : " branch \(branch)")
      case .line(let steps): list("line", steps).dropFirst().description
      case .circle(let steps): list("circle", steps).dropFirst().description
      case .same(let steps): list("same", steps).dropFirst().description
      }
    return "\(number). \(step.statement.text(names)) : \(reason)"
  }

  /// Reads a proof. Nothing is left to taste: one space between words, steps numbered from 1.
  public static func parse(_ text: String) throws(ProblemError) -> Proof {
    guard text.utf8.count <= mostBytes else {
      throw ProblemError(
        line: 1, token: "", reason: "\(text.utf8.count) bytes; a proof holds at most \(mostBytes)")
    }
    var reader = ProofReader()
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    for line in lines { try reader.read(line) }
    return try reader.finish()
  }

  /// The 1-based line of the text on which a clause stands; clauses are counted from 0.
  public static func line(ofClause index: Int) -> Int { 3 + index }

  /// The 1-based line of the text on which a step stands.
  public static func line(ofStep number: Int, in proof: Proof) -> Int {
    2 + proof.problem.clauses.count + proof.problem.goals.count + 1 + number
  }
}

/// The state of reading a proof line by line.
private struct ProofReader {
  private enum Part { case title, problem, clauses, goal, steps }
  private var part = Part.title
  private var number = 0
  private var problem = GeometryProblem(name: "", points: [], clauses: [], goals: [])
  private var indices: [Substring: Int] = [:]
  private var steps: [Proof.Step] = []

  private func error(_ token: some StringProtocol, _ reason: String) -> ProblemError {
    ProblemError(line: number, token: String(token), reason: reason)
  }

  mutating func read(_ line: Substring) throws(ProblemError) {
    number += 1
    guard line.utf8.count <= ProofText.mostLineBytes else {
      throw error(line.prefix(20), "a line of more than \(ProofText.mostLineBytes) bytes")
    }
    guard line.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw error(line.prefix(20), "a byte that is not printable ASCII")
    }
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    guard words.allSatisfy({ !$0.isEmpty }) else {
      throw error(line.prefix(20), "an empty line, or a space too many")
    }
    switch (part, words[0]) {
    case (.title, _):
      guard line == ProofText.title else {
        throw error(line.prefix(30), "expected '\(ProofText.title)'")
      }
      part = .problem
    case (.problem, "problem"):
      guard words.count >= 2 else { throw error(line, "expected 'problem NAME'") }
      problem.name = String(line.dropFirst(8))
      part = .clauses
    case (.clauses, "given"), (.clauses, "auxiliary"):
      let isAuxiliary = words[0] == "auxiliary"
      if !isAuxiliary, problem.clauses.last?.isAuxiliary == true {
        throw error("given", "a given clause after an auxiliary one")
      }
      try ProblemParser.parse(
        clause: line.dropFirst(words[0].count + 1), isAuxiliary: isAuxiliary, onto: &problem,
        number: number)
      // One clause a line, spelled in full: what is read is what is printed.
      guard let clause = problem.clauses.last,
        words[0] + " " + problem.text(clause) == line
      else { throw error(line.prefix(40), "expected one clause with every argument written out") }
    case (.clauses, "goal"):
      guard !problem.clauses.isEmpty else { throw error("goal", "no clause before the goal") }
      for (index, name) in problem.points.enumerated() { indices[name[...]] = index }
      problem.goals = [try statement(Array(words.dropFirst()))]
      part = .goal
    case (.goal, "proof"):
      guard words.count == 1 else { throw error(words[1], "expected 'proof' alone") }
      part = .steps
    case (.steps, _):
      guard steps.count < ProofText.mostSteps else {
        throw error(words[0], "more than \(ProofText.mostSteps) steps")
      }
      steps.append(try step(words))
    default:
      let expected =
        switch part {
        case .title, .problem: "'problem NAME'"
        case .clauses: "'given …', 'auxiliary …' or 'goal …'"
        case .goal, .steps: "'proof'"
        }
      throw error(words[0], "expected \(expected)")
    }
  }

  func finish() throws(ProblemError) -> Proof {
    guard part == .steps, !steps.isEmpty else {
      throw ProblemError(
        line: number + 1, token: "", reason: "the proof ends before its first step")
    }
    return Proof(problem: problem, steps: steps)
  }

  private func statement(_ words: [Substring]) throws(ProblemError) -> Statement {
    let known = indices
    let read: Statement
    do {
      read = try Statement.parse(words) { known[$0] }
    } catch {
      let word = words.isEmpty ? "" : words[min(error.word, words.count) - 1]
      throw self.error(word, error.reason)
    }
    guard read.text(problem.points) == words.joined(separator: " ") else {
      throw error(words[0], "expected it spelled '\(read.text(problem.points))'")
    }
    return read
  }

  private func step(_ words: [Substring]) throws(ProblemError) -> Proof.Step {
    guard words[0] == "\(steps.count + 1)." else {
      throw error(words[0], "expected step number '\(steps.count + 1).'")
    }
    guard let colon = words.firstIndex(of: ":"), colon + 1 < words.count else {
      throw error(words[words.count - 1], "expected ' : ' and a reason")
    }
    let statement = try statement(Array(words[1..<colon]))
    let rest = words[(colon + 2)...]
    let reason: Proof.Reason
    switch words[colon + 1] {
    case "given", "check":
      guard rest.isEmpty else { throw error(rest[rest.startIndex], "nothing stands after it") }
      reason = words[colon + 1] == "given" ? .given : .check
    case "by": reason = try rule(rest)
    case "line": reason = .line(try citations(rest))
    case "circle": reason = .circle(try citations(rest))
    case "same": reason = .same(try citations(rest))
    case let word:
      guard let system = Proof.System(rawValue: String(word)) else {
        throw error(word, "unknown reason")
      }
      reason = try algebra(system, rest)
    }
    return Proof.Step(statement, reason)
  }

  private func rule(_ words: ArraySlice<Substring>) throws(ProblemError) -> Proof.Reason {
    // The first word is the rule's name, whatever it is: `from` stands after it.
    guard let name = words.first, let from = words.dropFirst().firstIndex(of: "from") else {
      throw error(words.first ?? "by", "expected 'by RULE points from steps'")
    }
    var points: [Int] = []
    for word in words[(words.startIndex + 1)..<from] {
      guard let point = indices[word] else { throw error(word, "undefined point '\(word)'") }
      points.append(point)
    }
    let end = words.firstIndex(of: "where") ?? words.endIndex
    guard from < end else { throw error("where", "'where' before 'from'") }
    var premises: [Int?] = []
    for word in words[(from + 1)..<end] {
      premises.append(word == "=" ? nil : try citation(word))
    }
    guard !premises.isEmpty else { throw error("from", "expected steps after 'from', found none") }
    let conditions = end < words.endIndex ? try citations(words[(end + 1)...]) : []
    return .rule(name: String(name), points: points, from: premises, conditions: conditions)
  }

  private func algebra(
    _ system: Proof.System, _ words: ArraySlice<Substring>
  ) throws(ProblemError) -> Proof.Reason {
    var (terms, lines, branch): ([Proof.Term], [Int], Int) = ([], [], 1)
    var rest = words
    while let word = rest.first, word.last == "]" {
      let parts = word.dropLast().split(separator: "[", omittingEmptySubsequences: false)
      guard parts.count == 2, let coefficient = NumberText.parse(parts[0], .ratio),
        "\(coefficient)" == parts[0]
      else { throw error(word, "expected a term such as -1/2[7], in lowest terms") }
      terms.append(Proof.Term(coefficient, try citation(parts[1])))
      rest = rest.dropFirst()
    }
    if rest.first == "lines", system == .directions {
      let end = rest.firstIndex(of: "branch") ?? rest.endIndex
      lines = try citations(rest[(rest.startIndex + 1)..<end])
      rest = rest[end...]
    }
    if rest.first == "branch", system == .directions, rest.count == 2 {
      branch = try citation(rest[rest.endIndex - 1])
      guard branch > 1 else { throw error("branch", "expected a number above 1") }
      rest = []
    }
    guard rest.isEmpty else { throw error(rest[rest.startIndex], "no term, and nothing that fits") }
    return .algebra(system, terms: terms, lines: lines, branch: branch)
  }

  private func citations(_ words: ArraySlice<Substring>) throws(ProblemError) -> [Int] {
    guard !words.isEmpty else { throw error("", "expected numbers of steps, found none") }
    var steps: [Int] = []
    for word in words { steps.append(try citation(word)) }
    return steps
  }

  /// A step's number: digits without a leading zero. Whether it exists is the checker's question.
  private func citation(_ word: Substring) throws(ProblemError) -> Int {
    guard let value = Int(word), value > 0, value < 1_000_000, "\(value)" == word else {
      throw error(word, "expected a step's number")
    }
    return value
  }
}
