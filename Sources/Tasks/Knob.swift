public import Files

/// One value that describes a problem's difficulty, as stored in a record's `knobs`.
public struct Knob: Sendable, Equatable {
  /// In snake_case: a key of `knobs`, and of a family's block in a pipeline file.
  public let name: String
  /// One line: what the value counts.
  public let meaning: String
  /// The values that a user may set instead of the level's; `nil` for a knob that follows from the
  /// problem and cannot be set.
  public let bounds: ClosedRange<Int>?

  /// A knob chosen by the level, or set by the user instead.
  ///
  /// A record of a problem that was posed with a value set states exactly that value.
  public static func settable(
    _ name: String, in bounds: ClosedRange<Int>, _ meaning: String
  ) -> Knob {
    Knob(name: name, meaning: meaning, bounds: bounds)
  }

  /// A knob that is measured on the problem.
  public static func measured(_ name: String, _ meaning: String) -> Knob {
    Knob(name: name, meaning: meaning, bounds: nil)
  }
}

/// The difficulty of a problem to be posed: a level, and knobs set apart from it.
///
/// Families read it as `difficulty["digits"] ?? level + 1`.
public struct Difficulty: Sendable, Hashable {
  /// One of the family's levels, 1 the easiest.
  public let level: Int
  /// Knobs set apart from the level, by name.
  public let settings: [String: Int]

  /// Unchecked; `ProblemFamily.difficulty(level:settings:)` checks outside values.
  public init(level: Int, settings: [String: Int] = [:]) {
    self.level = level
    self.settings = settings
  }

  /// The value set for a knob; `nil` if the level decides.
  public subscript(knob: String) -> Int? { settings[knob] }
}

extension ProblemFamily {
  /// The difficulty with these settings, after checking that they are possible.
  ///
  /// - Throws: `TaskError.noSuchLevel`, `.noSuchKnob`, `.knobNotSettable`, `.knobOutOfBounds`,
  ///   `.knobsRefused`; all but the first list the knobs.
  public func difficulty(
    level: Int, settings: [String: Int] = [:]
  ) throws(TaskError) -> Difficulty {
    guard levels.contains(level) else {
      throw .noSuchLevel(family: name, level: level, has: levels)
    }
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
      guard let knob = knobs.first(where: { $0.name == key }) else {
        throw .noSuchKnob(family: name, knob: key, knobs: knobs)
      }
      guard let bounds = knob.bounds else {
        throw .knobNotSettable(family: name, knob: key, knobs: knobs)
      }
      guard bounds.contains(value) else {
        throw .knobOutOfBounds(family: name, knob: key, value: value, knobs: knobs)
      }
    }
    let difficulty = Difficulty(level: level, settings: settings)
    if let reason = refusal(of: difficulty) {
      throw .knobsRefused(family: name, level: level, reason: reason, knobs: knobs)
    }
    return difficulty
  }

  /// The difficulty that a record states: its level alone if that poses the problem with exactly
  /// these knobs; else its level with the record's values of the settable knobs; else its level.
  public func difficulty(of problem: Problem, level: Int, stated: JSONObject) -> Difficulty? {
    guard levels.contains(level) else { return nil }
    let plain = Difficulty(level: level)
    let known = knobs(of: problem, at: plain)
    if let known, Self.sorted(known) == Self.sorted(stated) { return plain }
    var settings: [String: Int] = [:]
    for knob in knobs where knob.bounds != nil {
      guard let value = stated[knob.name]?.intValue else { continue }
      // Some follow from others at some levels but are stated nevertheless.
      if refusal(of: Difficulty(level: level, settings: [knob.name: value])) != nil { continue }
      settings[knob.name] = value
    }
    guard let difficulty = try? difficulty(level: level, settings: settings),
      knobs(of: problem, at: difficulty) != nil
    else { return known == nil ? nil : plain }
    return difficulty
  }

  private static func sorted(_ object: JSONObject) -> [JSONObject.Member] {
    object.members.sorted { $0.key < $1.key }
  }
}
