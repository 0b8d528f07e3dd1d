internal import Files
internal import Randomness
internal import Records
internal import Tasks

/// What makes two records one: the trace in a training set, the problem in a validation or test set.
struct TraceName: Hashable, Sendable {
  /// 64 bits of `content`.
  let content: UInt64
  /// 32 bits of the solution's hash, as in a record's id; `nil` where the problem alone counts.
  let solution: UInt32?

  /// - Parameters:
  ///   - content: 64 hex.
  ///   - solutionHash: at least 8 hex.
  init(content: String, solutionHash: some StringProtocol) {
    self.content = UInt64(content.prefix(16), radix: 16) ?? 0
    solution =
      Split(content: content) == .train ? UInt32(solutionHash.prefix(8), radix: 16) ?? 0 : nil
  }

  init(_ record: Record) { self.init(content: record.content, solutionHash: record.id.suffix(8)) }
}

/// How much a cell holds: every record that it can give, where its family can list its problems.
enum TraceCensus {
  /// More traces than these are not gone through.
  static let traceLimit = 1 << 22

  /// - Returns: `nil` where the family has no list of the level, or the list is too long.
  static func names(
    of family: any TaskFamily, level: Int, split: Split?
  ) throws -> Set<TraceName>? {
    var names: Set<TraceName> = []
    do {
      let isListed = try family.eachProblem(level: level) { problem in
        try Interruption.check()
        let content = SHA256.hash(family.canonical(problem) ?? problem).hex
        let ownSplit = Split(content: content)
        guard split == nil || split == ownSplit else { return }
        guard ownSplit == .train else {
          names.insert(TraceName(content: content, solutionHash: ""))
          return
        }
        try family.eachSolution(of: problem) { solution in
          names.insert(
            TraceName(content: content, solutionHash: SHA256.hash(solution.text).hex))
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
