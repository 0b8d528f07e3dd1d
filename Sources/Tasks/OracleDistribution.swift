internal import Foundation

/// The exact next-token distribution of a family's own traces, at every position of one of them.
///
/// The family knows the distribution of the next line (`WalkFamily.nextLines`). Its mass is split
/// by common token prefix: at each position the lines that begin with the tokens already seen
/// remain, and the probability of a token is the share of them that continues with it. The last
/// line continues with the end-of-sequence token. This is exact provided that a line with its
/// newline is encoded the same at any position; the given trace is checked for that.
public struct OracleDistribution: Sendable, Equatable {
  /// One token with its probability.
  public struct Entry: Sendable, Equatable {
    /// Id in the vocabulary of `encode`.
    public var token: Int32
    /// Above 0, at most 1.
    public var probability: Double

    /// Unchecked: a row's probabilities sum to 1 only if the caller sees to it.
    public init(token: Int32, probability: Double) {
      self.token = token
      self.probability = probability
    }
  }

  /// `encode(solution)` and the end-of-sequence token.
  public private(set) var tokens: [Int32] = []

  /// Row t is the distribution of `tokens[t]` given the problem and `tokens[..<t]`: tokens that
  /// have probability above 0, ascending; it sums to 1.
  public private(set) var rows: [[Entry]] = []

  /// - Parameters:
  ///   - solution: a valid trace, without a newline at its end.
  ///   - endOfSequence: the token after the last line.
  ///   - encode: the tokens of a text.
  /// - Throws: `TaskError` if the family does not read the problem, the solution is no trace of the
  ///   problem, or tokens reach past line ends.
  public init(
    of family: any WalkFamily, problem: String, solution: String, endOfSequence: Int32,
    encode: (_ bytes: [UInt8]) throws -> [Int32]
  ) throws {
    let lines = solution.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (index, line) in lines.enumerated() {
      let isLast = index == lines.count - 1
      guard
        let next = family.nextLines(problem: problem, linesSoFar: Array(lines[..<index]))
      else { throw TaskError.noOracle(family: family.name, problem: problem) }
      guard next.contains(where: { $0.line == line }) else {
        throw TaskError.notATrace(
          family: family.name, problem: problem, line: index + 1, found: line)
      }
      // Nothing follows a family's answer; before it, there is always another line.
      let ends = next.map { Self.endsTrace($0.line) }
      if isLast, !Self.endsTrace(line) {
        throw TaskError.unfinished(family: family.name, problem: problem, lines: lines.count)
      }
      let candidates = try zip(next, ends).map { next, ends in
        (
          tokens: ends
            ? try encode(Array(next.line.utf8)) + [endOfSequence]
            : try encode(Array((next.line + "\n").utf8)),
          probability: next.probability
        )
      }
      let taken = next.firstIndex { $0.line == line } ?? 0
      guard append(candidates, taking: taken) else {
        throw TaskError.ambiguousLines(
          family: family.name, problem: problem, line: index + 1)
      }
    }
    let whole = try encode(Array(solution.utf8)) + [endOfSequence]
    if whole != tokens {
      let first = zip(whole, tokens).enumerated().first { $0.element.0 != $0.element.1 }
      throw TaskError.linesNotSeparable(
        family: family.name, problem: problem,
        token: first?.offset ?? min(whole.count, tokens.count))
    }
  }

  /// The entropy of a row in nats: 0 where the next token is forced.
  public func entropyInNats(at position: Int) -> Double {
    rows[position].reduce(0) { sum, entry in
      entry.probability > 0 ? sum - entry.probability * log(entry.probability) : sum
    }
  }

  /// The positions at which more than one token is possible.
  public var choicePositions: [Int] { rows.indices.filter { rows[$0].count > 1 } }

  private static func endsTrace(_ line: String) -> Bool { line.hasPrefix("Answer: ") }

  /// Appends the rows of one line; false if one candidate's tokens are a prefix of another's.
  private mutating func append(
    _ candidates: [(tokens: [Int32], probability: Double)], taking taken: Int
  ) -> Bool {
    let line = candidates[taken].tokens
    var alive = candidates
    for (place, token) in line.enumerated() {
      var masses: [Int32: Double] = [:]
      for candidate in alive {
        guard place < candidate.tokens.count else { return false }
        masses[candidate.tokens[place], default: 0] += candidate.probability
      }
      let row = masses.sorted { $0.key < $1.key }
      let total = row.reduce(0) { $0 + $1.value }
      rows.append(row.map { Entry(token: $0.key, probability: $0.value / total) })
      alive.removeAll { $0.tokens[place] != token }
    }
    tokens += line
    return alive.allSatisfy { $0.tokens.count == line.count }
  }
}
