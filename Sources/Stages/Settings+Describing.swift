internal import Files

extension Settings {
  /// A reader of an empty block that refuses nothing: it answers required settings with
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

  /// The numbers that a describing reader returns.
  public enum Placeholders: Sendable {
    /// The default, or the lowest value if there is none.
    case plain
    /// Other values, within bounds: declarations that then differ depend on them.
    case shifted, requiredShifted

    func number<T: Comparable & Numeric>(_ fallback: T?, _ range: ClosedRange<T>, by shift: T) -> T
    {
      let value = fallback ?? range.lowerBound
      if self == .plain || self == .requiredShifted && fallback != nil { return value }
      return range.upperBound - value < shift ? range.upperBound : value + shift
    }
  }

  /// Thrown to the code that describes a stage, once all its settings are taken.
  struct EndOfDescription: Error {}

  /// Called by a stage after reading its settings and before work that costs more or needs real
  /// values, such as opening files or planning draws. A description ends here.
  public func endOfReading() throws {
    if placeholders != nil { throw EndOfDescription() }
  }

  /// Words for a default or ends of a range that depend on other settings.
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
