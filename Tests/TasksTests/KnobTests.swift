import Files
import Randomness
import Records
import Tasks
import TestSupport
import Testing

struct `A knob of a family` {
  struct Setting: CustomStringConvertible, Sendable {
    let family: String
    let knob: String
    let value: Int
    var description: String { "\(family) \(knob)=\(value)" }
  }

  /// Both ends of every knob that can be set.
  static let ends = Families.all.flatMap { family in
    family.knobs.flatMap { knob in
      (knob.bounds.map { [$0.lowerBound, $0.upperBound] } ?? []).map {
        Setting(family: family.name, knob: knob.name, value: $0)
      }
    }
  }

  /// A set that says `digits: 6` and holds other numbers, or whose records name a level that does
  /// not pose them, would be refused by `retort verify --strict`, or worse, believed.
  @Test(arguments: ends)
  func `that is set is stated, and the record is posed at what it states`(
    setting: Setting
  ) throws {
    let family = try #require(Families.named(setting.family))
    let settings = [setting.knob: setting.value]
    var posed = 0
    for level in family.levels {
      guard (try? family.difficulty(level: level, settings: settings)) != nil else { continue }
      for index in 0..<20 {
        let record = try draw(family, level: level, settings: settings, seed: Seed(3), index: index)
        posed += 1
        #expect(record.level == level)
        #expect(record.knobs.keys == family.knobNames)
        #expect(record.knobs[setting.knob]?.intValue == setting.value)
        #expect(
          family.knobs(of: record) == record.knobs)
        if let witness = Enumerators.named(family.name) {
          let expected = try #require(witness.knobs(of: record), "\(record.problem)")
          for (key, value) in expected { #expect(record.knobs[key] == value, "\(record.problem)") }
        }
      }
    }
    #expect(posed >= 20)
  }

  /// The space of a set knob is what planning compares a request with.
  @Test func `that is set changes the space`() throws {
    for (name, settings, problems) in [
      ("column-addition", ["digits": 2], "4950"), ("sum-reduce", ["terms": 40], "1" + zeros(40)),
      ("linear-equation", ["coefficient_bound": 2], "303"),
    ] {
      let family = try #require(Families.named(name))
      let difficulty = try family.difficulty(level: 1, settings: settings)
      if name == "column-addition" {
        #expect(family.space(at: difficulty) == family.space(level: 1))
      } else {
        #expect(family.space(at: difficulty).problems == problems)
      }
    }
    #expect(try space("box-tracking", ["operations": 14, "boxes": 6, "objects": 12]).count > 20)
    #expect(
      try space("linear-equation", ["coefficient_bound": 9999, "constant_bound": 9999]).count > 15)
  }

  private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

  private func space(_ name: String, _ settings: [String: Int]) throws -> String {
    let family = try #require(Families.named(name))
    return family.space(at: try family.difficulty(level: 10, settings: settings)).problems
  }

  @Test(arguments: [
    ("digit", 6, "there is no knob digit"), ("digits", 1, "cannot be 1"),
    ("digits", 19, "cannot be 19"), ("carries", 2, "follows from the problem"),
  ])
  func `that is none, or out of bounds, is refused with the list`(
    knob: String, value: Int, words: String
  ) {
    let error = #expect(throws: TaskError.self) {
      try ColumnAddition().difficulty(level: 3, settings: [knob: value])
    }
    #expect(error?.description.contains(words) == true)
    #expect(error?.description.contains("digits (2 to 18), carries (follows") == true)
  }

  @Test func `that a level does not have is refused there`() throws {
    let error = #expect(throws: TaskError.self) {
      try LinearEquation().difficulty(level: 2, settings: ["constant_bound": 5])
    }
    #expect(error?.description.contains("level 3 on") == true)
    #expect(
      try LinearEquation().difficulty(level: 3, settings: ["constant_bound": 5])["constant_bound"]
        == 5)
  }
}
