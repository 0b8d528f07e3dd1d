internal import Foundation
internal import Records
internal import Tasks
internal import Tokenization

/// Label rows that are exact rather than a teacher's estimate: the true distribution of the next
/// token over the family's own traces.
///
/// It does not cover how problems are drawn. Rows at the problem's positions, which the mask leaves
/// out of every loss, put all probability on the actual next token.
enum OracleRows {
  /// - Parameters:
  ///   - tokens, mask: `(L)`, as `Wrapping.sample` gives them.
  ///   - set: name, for messages.
  /// - Returns: `(L-1, vocabulary)` logarithms; -infinity for impossible tokens.
  /// - Throws: `TaskError` if the solution is no trace of the family, `TeachingError.noFamily`.
  static func rows(
    _ record: Record, tokens: [Int32], mask: [UInt8], wrapping: Wrapping, vocabulary: Int,
    set: String
  ) throws -> [Float] {
    let oracle = try distribution(record, wrapping: wrapping, set: set)
    var rows = [Float](repeating: -.infinity, count: (tokens.count - 1) * vocabulary)
    let given = tokens.count - oracle.tokens.count
    for t in 0..<(tokens.count - 1) {
      if t + 1 < given {
        rows[t * vocabulary + Int(tokens[t + 1])] = 0
      } else {
        for entry in oracle.rows[t + 1 - given] {
          rows[t * vocabulary + Int(entry.token)] = Float(log(entry.probability))
        }
      }
    }
    return rows
  }

  /// Whether a record's family knows the right tokens at every place of its traces.
  static func areKnown(for record: Record) -> Bool {
    Families.named(record.family) is any WalkFamily
  }

  /// For each of the L-1 rows whether several tokens are right; never at a token of the problem.
  ///
  /// - Throws: as `rows`.
  static func choices(
    _ record: Record, tokens: [Int32], wrapping: Wrapping, set: String
  ) throws -> [Bool] {
    let oracle = try distribution(record, wrapping: wrapping, set: set)
    let given = tokens.count - oracle.tokens.count
    return (0..<(tokens.count - 1)).map { $0 + 1 >= given && oracle.rows[$0 + 1 - given].count > 1 }
  }

  private static func distribution(
    _ record: Record, wrapping: Wrapping, set: String
  ) throws -> OracleDistribution {
    guard let family = Families.named(record.family) else {
      throw TeachingError.noFamily(set: set, sample: record.id, family: record.family)
    }
    guard let family = family as? any WalkFamily else {
      throw TaskError.noOracle(family: record.family, problem: record.problem)
    }
    return try OracleDistribution(
      of: family, problem: record.problem, solution: record.solution,
      endOfSequence: wrapping.endId, encode: { wrapping.tokenizer.encode($0) })
  }
}
