public import Files

extension Settings {
  /// A reader of an empty block that refuses nothing: for what is required it answers with
  /// placeholders.
  public init(describing placeholders: Placeholders) {
    self.init([:], path: [], pipelineSeed: 0, locate: { $1 }, placeholders)
  }

  /// A reader of an inner block that only declares.
  init(
    _ given: JSONObject, path: [String], describing placeholders: Placeholders,
    under condition: SettingDeclaration.Condition
  ) {
    self.init(given, path: path, pipelineSeed: 0, locate: { $1 }, placeholders)
    self.condition = condition
  }

  /// What a describing reader answers where a number is wanted.
  public enum Placeholders: Sendable {
    /// The default, or the lowest value where there is none.
    case plain
    /// Other values, within bounds: whatever then differs in the declarations depends on them.
    case shifted, requiredShifted

    func number<T: Comparable & Numeric>(_ fallback: T?, _ range: ClosedRange<T>, by shift: T) -> T
    {
      let value = fallback ?? range.lowerBound
      if self == .plain || self == .requiredShifted && fallback != nil { return value }
      return range.upperBound - value < shift ? range.upperBound : value + shift
    }
  }

  /// Thrown to whoever describes a stage, once all its settings are taken.
  struct EndOfDescription: Error {}

  /// Called by a stage between reading its settings and what costs more, or needs real ones: opening
  /// files, planning draws. A description ends here.
  public func endOfReading() throws {
    if placeholders != nil { throw EndOfDescription() }
  }

  /// Words for what depends on other settings: a default, ends of a range.
  public struct Derived: Sendable {
    var fallback: String?
    var low: String?
    var high: String?

    /// - Parameters:
    ///   - fallback: the default, in words: `steps / 10, at most 100`; `nil`: the reader's own.
    ///   - low, high: the ends of the range, in words; `nil`: the reader's own.
    public init(default fallback: String? = nil, from low: String? = nil, to high: String? = nil) {
      self.fallback = fallback
      self.low = low
      self.high = high
    }
  }
}
