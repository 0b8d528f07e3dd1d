internal import Files
internal import Judging
internal import Parallel
internal import Randomness
public import Records
internal import Tasks
internal import Verifiers

/// Counts of a generation.
public struct GenerationCounts: Sendable, Equatable {
  /// Records yielded.
  public var records = 0
  /// Draws made, repeats included.
  public var drawn = 0
  /// Draws that repeated an earlier record, of any level; dropped.
  public var duplicates = 0
  /// Draws of problems that the set must not contain; dropped.
  public var excluded = 0
  /// Draws whose steps apply other rules than asked for; dropped.
  public var otherRules = 0
  /// Records yielded of each cell.
  public var perCell: [GenerationPlan.Cell: Int] = [:]
  /// Cells that gave less than their share because all their records are in the set.
  public var exhausted: [GenerationPlan.Cell] = []
  /// Cells that were given up after `Generator.repeatLimit` repeats in a row.
  public var stopped: [GenerationPlan.Cell] = []

  /// All counts at 0.
  public init() {}
}

/// Draws records, drops repeats, and has every trace verified from its text before it is yielded.
///
/// A repeat is a trace already yielded; in a set for validation or test, a problem: n such records
/// are n problems. In a set of all splits, traces count.
///
/// Record `index` of a cell is a function of (seed, family, level, index) alone; a repeat is
/// dropped and the next index drawn instead, so the records are the first distinct ones of an
/// endless stream and do not depend on the number of threads.
public struct Generator: Sendable {
  /// After this many repeats in a row, check whether a cell holds any more.
  public static let repeatLimit = 2_000
  private static let blockSize = 4_096

  private let plan: GenerationPlan

  /// - Parameter plan: its families and levels exist; `GenerationPlan.init` has checked them.
  public init(_ plan: GenerationPlan) { self.plan = plan }

  /// Yields the records in a fixed order: cells in turn.
  ///
  /// - Parameters:
  ///   - threads: how many threads draw and verify.
  ///   - yield: called on the caller's thread for a block of records at a time; may throw to stop.
  /// - Throws: what `yield` throws; `GenerationError.ownTraceRefused`; `TaskError`.
  public func run(
    threads: Int, yield: (_ records: [Record], _ counts: GenerationCounts) throws -> Void
  ) throws -> GenerationCounts {
    let pool = WorkerPool(threads: max(1, threads))
    var cells = plan.cells.indices.map { CellState(wanted: plan.share(of: $0)) }
    var seen: [String: Set<TraceName>] = [:]
    var counts = GenerationCounts()
    while cells.contains(where: { $0.isOpen })
      || plan.redistributes && redistribute(plan.count - counts.records, among: &cells)
    {
      var columns: [[Record]] = []
      for index in cells.indices {
        columns.append(
          try fill(
            &cells[index], cell: plan.cells[index],
            seen: &seen[plan.cells[index].family, default: []],
            pool: pool, counts: &counts))
      }
      let block = columns.count == 1 ? columns[0] : Self.interleaved(columns)
      counts.records += block.count
      try yield(block, counts)
    }
    return counts
  }

  /// One record of each cell in turn.
  private static func interleaved(_ columns: [[Record]]) -> [Record] {
    var block: [Record] = []
    block.reserveCapacity(columns.reduce(0) { $0 + $1.count })
    for row in 0..<(columns.map(\.count).max() ?? 0) {
      for column in columns where row < column.count { block.append(column[row]) }
    }
    return block
  }

  /// Asks the cells that may hold more for what is missing, by their weights.
  ///
  /// - Returns: whether there is a cell to ask.
  private func redistribute(_ missing: Int, among cells: inout [CellState]) -> Bool {
    let open = cells.indices.filter { !cells[$0].isExhausted && !cells[$0].isStopped }
    guard missing > 0, !open.isEmpty else { return false }
    var part = plan
    part.cells = open.map { plan.cells[$0] }
    part.count = missing
    for (place, index) in open.enumerated() { cells[index].wanted += part.share(of: place) }
    return true
  }

  /// The next records of one cell: a block, or what is left of its share.
  ///
  /// - Parameter seen: the traces of the whole family, since its levels may pose the same problem.
  private func fill(
    _ state: inout CellState, cell: GenerationPlan.Cell, seen: inout Set<TraceName>,
    pool: WorkerPool, counts: inout GenerationCounts
  ) throws -> [Record] {
    let target = min(Self.blockSize / plan.cells.count + 1, state.wanted - state.found)
    let countsProblems =
      TraceName.countsProblems(plan.split)
      || Families.named(cell.family)?.countsProblems ?? false
    var fresh: [Record] = []
    while fresh.count < target, state.isOpen {
      if state.isDoubtful { try count(&state, cell: cell, seen: seen) }
      guard state.isOpen else { break }
      if state.drawn.isEmpty {
        let count = max(Self.partSize(cell) * pool.threads, target - fresh.count)
        state.drawn = try draw(cell, indices: state.next..<(state.next + count), pool: pool)
      }
      while fresh.count < target, state.isOpen, !state.isDoubtful, let record = state.take() {
        counts.drawn += 1
        if plan.apart.holds(content: record.content, problem: record.problem) {
          counts.excluded += 1
          state.refuse()
          continue
        }
        if cell.asksForRules, !Self.fits(record, cell) {
          counts.otherRules += 1
          state.refuse()
          continue
        }
        state.refusals = 0
        let name = TraceName(record, countsProblems: countsProblems)
        if seen.insert(name).inserted {
          state.repeats = 0
          state.found += 1
          state.missing?.remove(name)
          fresh.append(record)
        } else {
          state.repeats += 1
          counts.duplicates += 1
        }
      }
    }
    counts.perCell[cell, default: 0] += fresh.count
    if state.isExhausted, !counts.exhausted.contains(cell) { counts.exhausted.append(cell) }
    if state.isStopped, !counts.stopped.contains(cell) { counts.stopped.append(cell) }
    return fresh
  }

  /// Whether a record's steps, as its verifier reads them, apply the rules that a cell asks for.
  private static func fits(_ record: Record, _ cell: GenerationPlan.Cell) -> Bool {
    let steps = Verifiers.named(record.family)?.steps(
      problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
    let rules = Set((steps ?? []).map(\.rule))
    return rules.isDisjoint(with: cell.without)
      && (cell.using.isEmpty || !rules.isDisjoint(with: cell.using))
  }

  /// Counts what a cell still holds, after many repeats in a row.
  ///
  /// - Parameter seen: the traces so far, of other levels too.
  private func count(
    _ state: inout CellState, cell: GenerationPlan.Cell, seen: Set<TraceName>
  ) throws {
    state.repeats = 0
    if let missing = state.missing {
      state.missing = missing.subtracting(seen)
    } else if let family = Families.named(cell.family),
      let all = try TraceCensus.names(of: family, at: cell.difficulty, split: plan.split)
    {
      state.missing = all.subtracting(seen)
    } else {
      state.isStopped = true
    }
  }

  /// Draws that a thread takes at once: one where a draw is a search.
  private static func partSize(_ cell: GenerationPlan.Cell) -> Int {
    Families.named(cell.family) is any WalkFamily ? 64 : 1
  }

  /// Draws and verifies the records of some indices, in parts that threads share.
  ///
  /// - Returns: the parts, the last first, and the records of each likewise.
  private func draw(
    _ cell: GenerationPlan.Cell, indices: Range<Int>, pool: WorkerPool
  ) throws -> [[Record]] {
    guard let family = Families.named(cell.family) else {
      throw GenerationError.unknownFamily(cell.family, known: Families.all.map { $0.name })
    }
    let seed = Seed(plan.seed)
    let partSize = Self.partSize(cell)
    let parts = (indices.count + partSize - 1) / partSize
    let split = plan.split
    let series = try DrawSeries(family, level: cell.level, settings: cell.knobs, seed: seed)
    let drawn = try pool.map(parts) { part in
      try Interruption.check()
      let start = indices.lowerBound + part * partSize
      var records = try (start..<min(start + partSize, indices.upperBound)).map { index in
        try Interruption.check()
        var record = try series.record(at: index, split: split)
        try record.verify()
        return record
      }
      records.reverse()
      return records
    }
    return drawn.reversed()
  }
}

/// Progress of one cell.
private struct CellState {
  var wanted: Int
  var found = 0
  /// Index of the next draw to look at.
  var next = 0
  /// Those made already, from `next` on, in parts of which none is empty. The next is the last of
  /// the last part: from there a record is taken without a copy.
  var drawn: [[Record]] = []
  var repeats = 0
  /// What the cell still holds, once counted.
  var missing: Set<TraceName>?
  /// Given up, since what it holds cannot be counted.
  var isStopped = false
  /// Draws in a row that the set may not hold.
  var refusals = 0

  init(wanted: Int) { self.wanted = wanted }

  /// The next draw; `nil` if more must be made.
  mutating func take() -> Record? {
    guard !drawn.isEmpty else { return nil }
    let record = drawn[drawn.count - 1].popLast()
    if drawn[drawn.count - 1].isEmpty { drawn.removeLast() }
    next += 1
    return record
  }

  /// Notes a draw that the set may not hold; gives up after very many in a row.
  mutating func refuse() {
    refusals += 1
    if refusals >= 10 * Generator.repeatLimit { isStopped = true }
  }

  /// Whether it repeats itself so often that it may hold no more.
  var isDoubtful: Bool { repeats >= Generator.repeatLimit }
  var isExhausted: Bool { found < wanted && missing?.isEmpty ?? false }
  var isOpen: Bool { found < wanted && !isExhausted && !isStopped }
}

extension Record {
  /// This record with its checker, once its texts and their answers have been accepted.
  fileprivate mutating func verify() throws(GenerationError) {
    let judgement = Judge(.steps).judge(self)
    switch judgement.outcome {
    case .accepted(let answer):
      guard answer == self.answer else {
        throw refused(
          steps + 1, "the trace's answer is \(answer), the record's \(self.answer ?? "none")")
      }
      checker = judgement.checker
    case .rejected(let step, let reason, _), .unfinished(let step, let reason):
      throw refused(step, reason)
    case .unchecked, .unknownFamily: throw refused(0, "no verifier knows the family")
    }
  }

  private func refused(_ step: Int, _ reason: String) -> GenerationError {
    .ownTraceRefused(id: id, problem: problem, step: step, reason: reason)
  }
}
