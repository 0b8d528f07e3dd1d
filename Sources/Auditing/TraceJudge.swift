internal import Tasks

/// Judges texts by the traces that the family itself can write: the reference that a verifier is
/// audited against.
///
/// Lines are compared by their lexemes (a maximal run of ASCII letters and digits, or any other
/// single byte; spaces only separate), as the text rules of every family define them.
final class TraceJudge {
  enum Judgement: Equatable {
    case valid(answer: String)
    /// The first line that no trace of the family has after the same preceding lines.
    case invalid(step: Int)
    /// Wrong by its meaning at this line, perhaps against the rules before.
    case unsound(by: Int)
    /// No trace that the family writes, yet not wrong by its meaning: either verdict may be right.
    case open
  }

  private let family: any WalkFamily
  private let problem: String
  /// The next lines by their normal form, after the lines so far.
  private var next: [[String]: [[UInt8]: String]] = [:]

  /// `nil` if the family would not write this problem.
  init?(_ family: any WalkFamily, problem: String) {
    guard family.nextLines(problem: problem, linesSoFar: []) != nil else { return nil }
    self.family = family
    self.problem = problem
  }

  func judge(_ solution: [UInt8]) -> Judgement {
    let judgement = judgeByWalk(solution)
    guard case .invalid = judgement, let family = family as? any OpenFamily else {
      return judgement
    }
    let text = String(decoding: solution, as: UTF8.self)
    // Bytes that are no text are no trace of any family.
    guard Array(text.utf8) == solution else { return .unsound(by: .max) }
    switch family.meaning(problem: problem, solution: text) {
    case .wrong(let step): return .unsound(by: step)
    case .unknown: return .open
    }
  }

  private func judgeByWalk(_ solution: [UInt8]) -> Judgement {
    let whole = solution.last == 0x0A ? solution.dropLast() : solution[...]
    let lines = whole.split(separator: 0x0A, omittingEmptySubsequences: false)
    var path: [String] = []
    for (index, line) in lines.enumerated() {
      guard let written = linesAfter(path)[Self.normal(line)] else {
        return .invalid(step: index + 1)
      }
      path.append(written)
    }
    guard linesAfter(path).isEmpty, let answer = path.last else {
      return .invalid(step: lines.count + 1)
    }
    return .valid(answer: String(answer.dropFirst(Solution.answerLine("").count)))
  }

  private func linesAfter(_ path: [String]) -> [[UInt8]: String] {
    if let known = next[path] { return known }
    var lines: [[UInt8]: String] = [:]
    for (line, _) in family.nextLines(problem: problem, linesSoFar: path) ?? [] {
      lines[Self.normal(Array(line.utf8)[...])] = line
    }
    next[path] = lines
    return lines
  }

  /// One space between any two lexemes.
  private static func normal(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var normal: [UInt8] = []
    var isSeparated = true
    var lastIsWord = false
    for byte in line {
      if byte == 0x20 {
        isSeparated = true
        continue
      }
      let isWord = Mutations.isWordByte(byte)
      if !normal.isEmpty, isSeparated || !isWord || !lastIsWord { normal.append(0x20) }
      normal.append(byte)
      isSeparated = false
      lastIsWord = isWord
    }
    return normal
  }
}
