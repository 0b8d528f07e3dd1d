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
    #expect(records.allSatisfy { $0.checker?.verdict == "accepted" })
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

  /// Level 1 of sum-reduce holds 1000 problems of two traces each, of which some coincide.
  @Test func `stops where a space is exhausted and says so`() throws {
    let (records, counts) = try Self.records([.init(family: "sum-reduce", level: 1)], count: 5000)
    #expect(counts.exhausted == [.init(family: "sum-reduce", level: 1)])
    #expect(records.count > 1500)
    #expect(records.count <= 2000)
    #expect(counts.duplicates >= 2000)
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
