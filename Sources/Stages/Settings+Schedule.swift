internal import Files

extension Settings {
  /// Takes a number, or a block that says how it changes in the course of the training:
  /// `{from: 4, to: 1, over: 0.5, shape: linear}`. What is written goes into `resolved`, a block
  /// with its defaults.
  ///
  /// - Parameters:
  ///   - fallback: the default, also of `from` and `to`.
  ///   - range: both ends lie in it, and so does every value between them.
  /// - Throws: `ConfigurationError` for another type, a value out of range, an unknown key.
  public mutating func schedule(
    _ key: String, default fallback: Double, in range: ClosedRange<Double>, _ meaning: String
  ) throws(ConfigurationError) -> ValueSchedule {
    let bounds: JSONObject = [
      "type": "number", "minimum": JSON(range.lowerBound), "maximum": JSON(range.upperBound),
    ]
    let block: JSONObject = [
      "type": "object", "additionalProperties": false,
      "properties": [
        "from": .object(bounds), "to": .object(bounds),
        "over": ["type": "number", "minimum": 0, "maximum": 1],
        "shape": ["enum": JSON(ValueSchedule.Shape.allCases) { JSON($0.rawValue) }],
      ],
    ]
    declare(
      key, .other("number or block", schema: ["anyOf": [.object(bounds), .object(block)]]),
      .value(JSON(fallback)), low: JSON(range.lowerBound), high: JSON(range.upperBound),
      meaning + "; or {from, to, over, shape}, how it changes with the steps")
    let raw = take(key) ?? JSON(fallback)
    guard let object = raw.objectValue else {
      guard let value = raw.doubleValue else {
        throw wrong(key, "a number, or a block {from, to, over, shape}", raw)
      }
      guard range.contains(value) else {
        throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)", raw)
      }
      resolved[key] = JSON(value)
      return ValueSchedule(value)
    }
    let (schedule, inner) = try readInner(object, at: [key], named: [key]) {
      settings throws(ConfigurationError) in
      ValueSchedule(
        from: try settings.double("from", default: fallback, in: range, "value of the first step"),
        to: try settings.double("to", default: fallback, in: range, "value at the end"),
        over: try settings.double(
          "over", default: 1, in: 0...1, "share of the steps in which it gets there"),
        shape: try settings.choice(
          "shape", default: ValueSchedule.Shape.linear, "how it gets there"))
    }
    resolved[key] = .object(inner.resolved)
    return schedule
  }
}
