internal import Exact

/// What is wrong with a problem file, and where.
public struct ProblemError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public let line: Int
  /// The offending word, or the nearest one.
  public let token: String
  /// What is wrong with it, and what was expected.
  public let reason: String

  /// Line, token and reason.
  public var description: String { "line \(line), \(words)" }

  /// What is wrong, without the line.
  public var words: String {
    if token.isEmpty { return reason }
    let shown = token.count > 40 ? token.prefix(40) + "…" : token[...]
    return "at '\(shown)': \(reason)"
  }
}

/// Reads problem files: AlphaGeometry's dialect and Newclid's, told apart construction by
/// construction (`Problems/Problems.md` has the grammar).
public enum ProblemParser {
  /// The most bytes of one file, and of one line in it.
  public static let mostBytes = 16 << 20
  static let mostLineBytes = 64 << 10

  /// A file: two lines a problem, name and text; empty lines and lines after `#` are skipped.
  public static func parse(file text: String) throws(ProblemError) -> [GeometryProblem] {
    guard text.utf8.count <= mostBytes else {
      throw ProblemError(
        line: 1, token: "", reason: "\(text.utf8.count) bytes; a file holds at most \(mostBytes)")
    }
    var problems: [GeometryProblem] = []
    var name: (text: String, line: Int)?
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = raw.split(whereSeparator: {
        $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n"
      })
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      if let title = name {
        problems.append(try parse(line: raw, name: title.text, number: index + 1))
        name = nil
      } else {
        // A problem without a name line: say so, instead of taking it for a name.
        guard !raw.contains("=") || words.count == 1 else {
          throw ProblemError(
            line: index + 1, token: String(first),
            reason: "expected a problem's name, found its text; each problem is two lines")
        }
        name = (words.joined(separator: " "), index + 1)
      }
    }
    if let title = name {
      throw ProblemError(
        line: title.line, token: title.text, reason: "a name without a problem on the next line")
    }
    return problems
  }

  /// The text of one problem: `clauses [| clauses] [? goals]`.
  public static func parse(
    line text: some StringProtocol, name: String, number: Int = 1
  ) throws(ProblemError) -> GeometryProblem {
    guard text.utf8.count <= mostLineBytes else {
      throw ProblemError(
        line: number, token: String(text.prefix(20)),
        reason: "\(text.utf8.count) bytes; a problem holds at most \(mostLineBytes)")
    }
    var reader = ProblemReader(name: name, line: number)
    let halves = String(text).split(separator: "?", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { throw reader.error("?", "a second '?'") }
    let parts = halves[0].split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw reader.error("|", "a second '|'") }
    for (index, part) in parts.enumerated() {
      for clause in part.split(separator: ";", omittingEmptySubsequences: false) {
        try reader.read(clause: clause, isAuxiliary: index == 1)
      }
    }
    guard !reader.problem.clauses.isEmpty else { throw reader.error("", "no clause") }
    if halves.count == 2 {
      for goal in halves[1].split(separator: ";", omittingEmptySubsequences: false) {
        try reader.read(goal: goal)
      }
      guard !reader.problem.goals.isEmpty else { throw reader.error("?", "no goal after '?'") }
    }
    return reader.problem
  }

  /// One clause, for a problem that has the given points already.
  public static func parse(
    clause text: some StringProtocol, isAuxiliary: Bool, onto problem: inout GeometryProblem,
    number: Int
  ) throws(ProblemError) {
    var reader = ProblemReader(problem, line: number)
    try reader.read(clause: Substring(String(text)), isAuxiliary: isAuxiliary)
    problem = reader.problem
  }
}
