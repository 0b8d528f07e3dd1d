public import Files

/// Bytes of a free prompt's solution that nothing is learnt from: a mistake that the text goes on
/// to mend. They stand in the knob `masked`, as pairs `[start, end]`.
extension Record {
  private static let maskedKnob = "masked"

  /// In order and apart; empty for records of other families, and where the knob is none.
  public var masked: [Range<Int>] {
    guard isPrompt, let json = knobs[Self.maskedKnob] else { return [] }
    return Self.masked(json, of: solution.utf8.count) ?? []
  }

  static func knobs(masking spans: [Range<Int>]) -> JSONObject {
    spans.isEmpty
      ? [:]
      : [maskedKnob: JSON(spans) { [JSON($0.lowerBound), JSON($0.upperBound)] }]
  }

  /// Reads `[[start, end], …]`.
  ///
  /// - Parameter count: bytes of the text.
  /// - Returns: `nil` unless every span holds a byte of the text and ends before the next begins,
  ///   and some byte is in none.
  public static func masked(_ json: JSON, of count: Int) -> [Range<Int>]? {
    guard let pairs = json.arrayValue else { return nil }
    var spans: [Range<Int>] = []
    for pair in pairs {
      guard let ends = pair.arrayValue, ends.count == 2, let start = ends[0].intValue,
        let end = ends[1].intValue, start >= spans.last?.upperBound ?? 0, start < end, end <= count
      else { return nil }
      spans.append(start..<end)
    }
    return spans.reduce(0) { $0 + $1.count } < max(count, 1) ? spans : nil
  }
}
