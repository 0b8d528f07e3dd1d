internal import Judging
internal import Records
internal import Sets
internal import Stages

/// The problems that a sampling asks: of each set the first record of each of its first problems.
struct AskedProblems {
  private let sets: [StageInput]
  /// Of each set; `nil`: all.
  private let count: Int?
  /// Problems of each set that are passed over first.
  private let skipped: Int
  private let allowsFewer: Bool
  private let acceptsUnverified: Bool

  /// - Parameters:
  ///   - count: problems requested of each set; `nil`: all.
  ///   - skipped: problems of each set that are passed over first.
  ///   - allowsFewer: whether a set may hold fewer.
  init(
    _ sets: [StageInput], count: Int?, skipping skipped: Int = 0, allowsFewer: Bool,
    acceptsUnverified: Bool
  ) {
    self.sets = sets
    self.count = count
    self.skipped = skipped
    self.allowsFewer = allowsFewer
    self.acceptsUnverified = acceptsUnverified
  }

  /// - Throws: `SetError.empty`, `TeachingError.fewer`, `.noFamily`, and what the readers of sets
  ///   throw.
  func read(_ context: StageContext) throws -> [Record] {
    try sets.map { try RecordSet($0, acceptsUnverified: acceptsUnverified) }.flatMap { set in
      let problems = try distinct(set, context)
      guard !problems.isEmpty else { throw SetError.empty(set: set.name) }
      if let count, problems.count < count, !allowsFewer {
        throw TeachingError.fewer(
          set: set.name, what: "problems", asked: count, found: problems.count)
      }
      return problems
    }
  }

  private func distinct(_ set: RecordSet, _ context: StageContext) throws -> [Record] {
    var seen: Set<String> = []
    var problems: [Record] = []
    let step = 1024
    for first in stride(from: 0, to: set.count, by: step) {
      try context.checkInterruption()
      let range = first..<min(first + step, set.count)
      for record in try set.records(in: range, threads: context.threads) {
        if problems.count == count ?? .max { return problems }
        guard record.isPrompt || Judge.knows(record.family) else {
          throw TeachingError.noFamily(set: set.name, sample: record.id, family: record.family)
        }
        if seen.insert(record.content).inserted, seen.count > skipped { problems.append(record) }
      }
    }
    return problems
  }
}
