internal import Files
public import Randomness
public import Records

/// Where in the tree of streams an item's draws come from: (run seed, family, level, index,
/// attempt, purpose).
public struct DrawAddress: Sendable {
  /// What a stream is for: posing the problem, or choosing among valid next steps.
  public enum Purpose: String, Sendable, CaseIterable { case pose, work }

  private let seed: Seed

  /// - Parameters:
  ///   - seed: of the run; the family's name, the level and the index lead from it to the item.
  ///   - index: of the item within the level, from 0.
  public init(_ family: any ProblemFamily, level: Int, seed: Seed, index: Int) {
    self.init(in: Self.series(family, level: level, seed: seed), index: index)
  }

  /// The item of a series, whose part of the way is found once for all items.
  fileprivate init(in series: Seed, index: Int) { seed = series.child(index) }

  fileprivate static func series(
    _ family: any ProblemFamily, level: Int, seed: Seed
  ) -> Seed { seed.child(family.name).child(level) }

  /// The stream of an attempt.
  public func stream(attempt: Int, _ purpose: Purpose) -> RandomStream {
    self.attempt(attempt)(purpose)
  }

  /// The streams of an attempt, by their purpose.
  fileprivate func attempt(_ number: Int) -> (Purpose) -> RandomStream {
    let address = seed.child(number)
    return { address.child($0.rawValue).stream() }
  }
}

/// The records of a family at one level, drawn by their numbers.
///
/// The streams are addressed by (seed, family, level, index, attempt, purpose), so that any record
/// can be made alone and adding a draw to one disturbs no other.
public struct DrawSeries: Sendable {
  private let family: any ProblemFamily
  private let difficulty: Difficulty
  private let seed: Seed

  /// - Parameters:
  ///   - settings: knobs that do not follow the level.
  ///   - seed: of the run.
  /// - Throws: `TaskError` for an invalid level or knob.
  public init(
    _ family: any ProblemFamily, level: Int, settings: [String: Int] = [:], seed: Seed
  ) throws(TaskError) {
    self.family = family
    difficulty = try family.difficulty(level: level, settings: settings)
    self.seed = DrawAddress.series(family, level: level, seed: seed)
  }

  /// Draws record `index`: a problem and its reference solution. With a `split`, problems are drawn
  /// again, attempt by attempt, until one falls into it.
  ///
  /// - Parameter attemptLimit: how many problems to try for a split.
  /// - Returns: a record without `checker`: nothing has judged it yet.
  /// - Throws: `TaskError.splitNotFound` if the attempts do not suffice.
  public func record(
    at index: Int, split: Split? = nil, attemptLimit: Int = 10_000
  ) throws(TaskError) -> Record {
    let address = DrawAddress(in: seed, index: index)
    for attempt in 0..<attemptLimit {
      let stream = address.attempt(attempt)
      var poseStream = stream(.pose)
      let posed = family.pose(at: difficulty, using: &poseStream)
      let content = SHA256.hash(posed.canonical).hex
      if let split, Split(content: content) != split { continue }
      var workStream = stream(.work)
      let solution = family.work(posed, verbose: difficulty.isVerbose, using: &workStream)
      return Record(
        family: family.name, level: difficulty.level, knobs: posed.knobs, problem: posed.text,
        solution: solution.text, answer: solution.answer, content: content, origin: .reference,
        checker: nil)
    }
    throw .splitNotFound(
      family: family.name, level: difficulty.level, index: index, split: split?.rawValue ?? "any",
      attempts: attemptLimit)
  }
}

/// Draws record `index` of a level, alone: `DrawSeries` for one record.
///
/// - Parameters:
///   - settings: knobs that do not follow the level.
///   - attemptLimit: how many problems to try for a split.
/// - Throws: `TaskError` for an invalid level or knob, and `.splitNotFound` if the attempts do not
///   suffice.
public func draw(
  _ family: any ProblemFamily, level: Int, settings: [String: Int] = [:], seed: Seed, index: Int,
  split: Split? = nil, attemptLimit: Int = 10_000
) throws(TaskError) -> Record {
  try DrawSeries(family, level: level, settings: settings, seed: seed)
    .record(at: index, split: split, attemptLimit: attemptLimit)
}
