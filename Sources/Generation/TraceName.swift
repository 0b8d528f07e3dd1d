internal import Files
internal import Randomness
internal import Records
internal import Tasks

/// The identity of a record in a set: its trace; in a validation or test set, its problem.
struct TraceName: Hashable, Sendable {
  /// 64 bits of `content`.
  let content: UInt64
  /// 32 bits of the solution's hash, as in a record's id; `nil` if the problem alone counts.
  let solution: UInt32?

  /// - Parameters:
  ///   - content: 64 hex.
  ///   - solutionHash: at least 8 hex.
  ///   - countsProblems: whether the set holds each problem once.
  init(content: String, solutionHash: some StringProtocol, countsProblems: Bool) {
    self.content = Self.value(ofHex: content.utf8.prefix(16))
    solution =
      countsProblems
      ? nil : UInt32(truncatingIfNeeded: Self.value(ofHex: solutionHash.utf8.prefix(8)))
  }

  /// The number that lower-case hex digits write; over bytes, since it is asked for every record.
  private static func value(ofHex digits: some Sequence<UInt8>) -> UInt64 {
    digits.reduce(0) { value, digit in
      value << 4 | UInt64(digit < 0x3A ? digit &- 0x30 : digit &- 0x57) & 15
    }
  }

  init(_ record: Record, countsProblems: Bool) {
    content = Self.value(ofHex: record.content.utf8.prefix(16))
    solution =
      countsProblems
      ? nil : UInt32(truncatingIfNeeded: Self.value(ofHex: record.id.utf8.suffix(8)))
  }

  /// Whether a set for this split holds each problem once.
  static func countsProblems(_ split: Split?) -> Bool { split == .validation || split == .test }
}

/// The capacity of a cell: every record that it can give, if its family can list its problems.
enum TraceCensus {
  /// Cells with more traces than this are not listed.
  static let traceLimit = 1 << 22

  /// - Returns: `nil` if the family has no list of the problems or of their traces, or the list is
  ///   too long.
  static func names(
    of family: any ProblemFamily, at difficulty: Difficulty, split: Split?
  ) throws -> Set<TraceName>? {
    guard let family = family as? any WalkFamily else { return nil }
    var names: Set<TraceName> = []
    do {
      let isListed = try family.eachProblem(at: difficulty) { problem in
        try Interruption.check()
        let content = SHA256.hash(family.canonical(problem) ?? problem).hex
        guard split == nil || split == Split(content: content) else { return }
        guard !TraceName.countsProblems(split) else {
          names.insert(TraceName(content: content, solutionHash: "", countsProblems: true))
          return
        }
        try family.eachSolution(of: problem) { solution in
          names.insert(
            TraceName(
              content: content, solutionHash: SHA256.hash(solution.text).hex, countsProblems: false)
          )
          if names.count > traceLimit { throw TooMany() }
        }
      }
      return isListed ? names : nil
    } catch is TooMany {
      return nil
    }
  }

  private struct TooMany: Error {}
}
