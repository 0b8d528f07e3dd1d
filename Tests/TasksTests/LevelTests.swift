import Files
import Foundation
import Randomness
import Records
import Tasks
import TestSupport
import Testing

/// What a level claims: harder than the one before, with knobs that say what the problem is.
struct `The levels of a family` {
  static let names = Families.all.filter { $0 is any WalkFamily }.map { $0.name }

  @Test(arguments: names)
  func `grow in steps and length`(name: String) throws {
    let family = try #require(Families.named(name))
    // An open family has no enumerator, and no exception to claim.
    let equal = Enumerators.named(name)?.levelsOfEqualSteps
    let count = 1_000
    var before: (steps: Double, length: Double)?
    for level in family.levels {
      var (steps, length) = (0.0, 0.0)
      for index in 0..<count {
        let record = try draw(family, level: level, seed: Seed(5), index: index)
        steps += Double(record.steps) / Double(count)
        length += Double(record.solution.utf8.count) / Double(count)
      }
      if let before {
        #expect(length > before.length, "level \(level): \(length) after \(before.length)")
        if equal?.contains(level) ?? false {
          #expect(steps == before.steps, "level \(level)")
        } else {
          #expect(steps > before.steps, "level \(level): \(steps) after \(before.steps)")
        }
      }
      before = (steps, length)
    }
  }

  @Test(arguments: names)
  func `write knobs that are true of the problem`(name: String) throws {
    let family = try #require(Families.named(name))
    let enumerator = Enumerators.named(name)
    #expect(enumerator != nil || family is any OpenFamily)
    for level in family.levels {
      for index in 0..<300 {
        let record = try draw(family, level: level, seed: Seed(6), index: index)
        if let enumerator {
          var expected = try #require(enumerator.knobs(of: record), "\(record.problem)")
          // How the solution is rendered is no matter of the problem.
          if family.knobs.last == .verbose { expected["verbose"] = 0 }
          let found = Dictionary(
            uniqueKeysWithValues: record.knobs.members.map { ($0.key, $0.value) })
          #expect(found == expected, "\(record.problem): \(JSON.object(record.knobs).text)")
        }
        #expect(record.knobs.keys == family.knobNames)
        #expect(family.knobs(ofText: record.problem, level: level) == record.knobs)
      }
    }
  }

  /// Levels of some families hold each other in part; those of the others are apart.
  @Test(arguments: names.filter { Enumerators.named($0)?.levelsShareProblems == false })
  func `pose no problem of another`(name: String) throws {
    let family = try #require(Families.named(name))
    for level in family.levels {
      let record = try draw(family, level: level, seed: Seed(7), index: 0)
      for other in family.levels where other != level {
        #expect(family.knobs(ofText: record.problem, level: other) == nil)
      }
    }
    #expect(family.knobs(ofText: "nonsense", level: 1) == nil)
    #expect(family.knobs(ofText: "nonsense", level: 11) == nil)
  }

  @Test(arguments: [
    ("worded-sum", "What is 100 + 1?", 1), ("worded-sum", "What is 5 - 5?", 1),
    ("worded-sum", "What is 200 - 100?", 1), ("worded-sum", "What is 5 + 3 - 4?", 2),
    ("worded-sum", "What is 0 + 3?", 1), ("linear-equation", "x=5", 3),
    ("linear-equation", "21x=42", 1), ("linear-equation", "2x=102", 1),
    ("linear-equation", "2x+1=4", 2), ("linear-equation", "2x=x+1", 2),
    ("linear-equation", "6x+1=2x+5", 3),
  ])
  func `leave out what they do not draw`(name: String, problem: String, level: Int) throws {
    let family = try #require(Families.named(name))
    #expect(family.canonical(problem) != nil)
    #expect(family.knobs(ofText: problem, level: level) == nil)
  }

  /// A list that lacks a problem, or holds one that is never drawn, makes "all are there" false.
  @Test(arguments: [
    ("sum-reduce", 1), ("column-addition", 1), ("linear-equation", 1), ("linear-equation", 3),
    ("worded-sum", 1),
  ])
  func `list what they draw`(name: String, level: Int) throws {
    let family = try #require(Families.named(name))
    var contents: Set<String> = []
    let isListed = family.eachProblem(level: level) { problem in
      contents.insert(family.canonical(problem) ?? "")
      #expect(family.knobs(ofText: problem, level: level) != nil, "\(problem)")
    }
    #expect(isListed)
    #expect(String(contents.count) == family.space(level: level).problems)
    for index in 0..<500 {
      let record = try draw(family, level: level, seed: Seed(8), index: index)
      #expect(contents.contains(family.canonical(record.problem) ?? "!"))
    }
    #expect(!family.eachProblem(level: 10) { _ in Issue.record("listed") })
  }

  @Test func `list every trace of a problem once`() throws {
    var traces: [String] = []
    SumReduce().eachSolution(of: "1+0+2") { traces.append($0.text) }
    #expect(traces == ["1+2\n3\nAnswer: 3"])
    traces = []
    SumReduce().eachSolution(of: "1+2+3+5") { traces.append($0.text) }
    #expect(traces.count == 6 && Set(traces).count == 6)
    traces = []
    // 9+0+5 gives 9+5 either way, which is one trace.
    SumReduce().eachSolution(of: "9+8+2+5") { traces.append($0.text) }
    #expect(traces.count == 5 && Set(traces).count == 5)
  }
}
