import Generation
import Records
import Testing

struct `The generator` {
  static func records(
    _ cells: [GenerationPlan.Cell], count: Int, split: Split? = nil, seed: UInt64 = 1,
    threads: Int = 2
  ) throws -> (records: [Record], counts: GenerationCounts) {
    var all: [Record] = []
    let plan = try GenerationPlan(cells: cells, count: count, split: split, seed: seed)
    let counts = try Generator(plan).run(threads: threads) { records, _ in all += records }
    return (all, counts)
  }

  static let everyFamily = ["sum-reduce", "column-addition", "linear-equation", "box-tracking"]

  @Test(arguments: everyFamily)
  func `yields as many distinct verified records as asked for`(family: String) throws {
    let (records, counts) = try Self.records(
      [.init(family: family, level: 3), .init(family: family, level: 4)], count: 301)
    #expect(records.count == 301)
    #expect(counts.records == 301)
    #expect(Set(records.map(\.id)).count == 301)
    #expect(records.allSatisfy { $0.checker?.verdict == .accepted })
    #expect(counts.drawn == counts.records + counts.duplicates)
    #expect(records.filter { $0.level == 3 }.count == 151)
  }

  /// Levels of linear-equation overlap; a set with one id twice cannot be packed.
  @Test func `drops a trace that another level has given already`() throws {
    let cells = (1...10).map { GenerationPlan.Cell(family: "linear-equation", level: $0) }
    let (records, counts) = try Self.records(cells, count: 3000, split: .validation)
    #expect(Set(records.map(\.id)).count == records.count)
    #expect(records.count == counts.records)
    #expect(counts.drawn == counts.records + counts.duplicates)
  }

  /// Bytes may depend neither on the threads nor on how many records are asked for.
  @Test func `gives the same records at any number of threads, and a prefix for a smaller count`()
    throws
  {
    let cell = [GenerationPlan.Cell(family: "box-tracking", level: 2)]
    let one = try Self.records(cell, count: 400, threads: 1).records
    #expect(try Self.records(cell, count: 400, threads: 3).records == one)
    #expect(try Self.records(cell, count: 90).records == Array(one[..<90]))
  }

  /// Every trace there is, whatever the seed: 2 000 repeats in a row are no proof that none is
  /// left. Of sum-reduce's 1 000 problems of level 1, 100 have a zero in the middle and so one
  /// trace; of 100 x 100 pairs, 100 have no operand of two digits; 39 coefficients have 101
  /// solutions each. Those are distinct problems where they are held out.
  @Test(arguments: [
    ("sum-reduce", 1, 1900, 1000, 2), ("sum-reduce", 1, 1900, 1000, 7),
    ("column-addition", 1, 9900, 4995, 3), ("linear-equation", 1, 3939, 3939, 1),
    ("worded-sum", 1, 99 * 99 + 99 * 99, 14751, 1),
  ])
  func `gives all that a level holds, and says so`(
    family: String, level: Int, traces: Int, problems: Int, seed: UInt64
  ) throws {
    let cell = GenerationPlan.Cell(family: family, level: level)
    let (all, counts) = try Self.records([cell], count: 30_000, seed: seed)
    #expect(all.count == traces && Set(all.map(\.id)).count == traces)
    #expect(counts.exhausted == [cell] && counts.stopped.isEmpty)
    #expect(
      counts.shortages == [
        "\(family) level \(level): its space is exhausted; only \(traces) distinct records are there"
      ])
    let contents = Set(all.map(\.content))
    #expect(contents.count == problems)
    for split in Split.allCases {
      let (records, counts) = try Self.records([cell], count: 30_000, split: split, seed: seed)
      #expect(counts.exhausted == [cell] && counts.stopped.isEmpty)
      let own = contents.filter { Split(content: $0) == split }
      #expect(Set(records.map(\.content)) == own)
      #expect(
        records.count == (split == .train ? all.count { $0.split == .train } : own.count))
    }
  }

  /// Validation and test sets hold problems, training sets traces.
  /// Shares that a level cannot give are asked of the others until these hold no more either.
  @Test(arguments: [(5000, 5000), (6000, 5839)])
  func `asks other levels for what one lacks`(count: Int, found: Int) throws {
    func records(threads: Int) throws -> [Record] {
      var all: [Record] = []
      var plan = try GenerationPlan(
        cells: [
          .init(family: "sum-reduce", level: 1), .init(family: "linear-equation", level: 1),
        ], count: count, split: nil, seed: 4)
      plan.redistributes = true
      let counts = try Generator(plan).run(threads: threads) { records, _ in all += records }
      #expect(counts.records == all.count)
      return all
    }
    let all = try records(threads: 1)
    #expect(all.count == found)
    #expect(Set(all.map(\.id)).count == found)
    #expect(all.filter { $0.family == "sum-reduce" }.count == 1900)
    #expect(try records(threads: 3) == all)
  }

  @Test func `gives n different problems where they are held out`() throws {
    let cells = (2...4).map { GenerationPlan.Cell(family: "sum-reduce", level: $0) }
    for split in [Split.validation, .test] {
      let (records, _) = try Self.records(cells, count: 600, split: split, seed: 42)
      #expect(records.count == 600 && Set(records.map(\.content)).count == 600)
    }
    let (records, _) = try Self.records(cells, count: 3000, split: .train, seed: 42)
    #expect(Set(records.map(\.id)).count == 3000 && Set(records.map(\.content)).count < 3000)
    let (mixed, _) = try Self.records(cells, count: 5000, seed: 42)
    #expect(Set(mixed.map(\.id)).count == 5000)
  }

  /// What cannot be counted is not called exhausted.
  @Test func `says that it stopped where a level cannot be counted`() throws {
    let cell = GenerationPlan.Cell(family: "box-tracking", level: 1)
    let (records, counts) = try Self.records([cell], count: 20_000, split: .test)
    #expect(counts.stopped == [cell] && counts.exhausted.isEmpty)
    #expect(records.count == counts.records && records.count < 20_000)
    #expect(
      counts.shortages == [
        "box-tracking level 1: stopped after 2000 repeats in a row, at \(records.count)"
      ])
  }

  @Test(arguments: Split.allCases)
  func `keeps to a split`(split: Split) throws {
    let (records, _) = try Self.records(
      [.init(family: "linear-equation", level: 5)], count: 60, split: split)
    #expect(records.count == 60)
    #expect(records.allSatisfy { $0.split == split })
  }

  @Test func `shares nothing between neighbouring seeds`() throws {
    let cell = [GenerationPlan.Cell(family: "column-addition", level: 8)]
    let a = Set(try Self.records(cell, count: 500, seed: 42).records.map(\.content))
    let b = Set(try Self.records(cell, count: 500, seed: 43).records.map(\.content))
    #expect(a.isDisjoint(with: b))
  }
}
