internal import Files
internal import Models
internal import Stages

extension LowRankAdapter.Shape {
  /// Reads `adapter`, which is not in the key where it is left out.
  static func read(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> LowRankAdapter.Shape? {
    try settings.optionalBlock("adapter") { block throws(ConfigurationError) in
      let rank = try block.int(
        "rank", default: 16, in: 1...4096, "rank of the products that an adapter adds to matrices")
      let alpha = try block.double(
        "alpha", default: Double(2 * rank), in: 1e-6...1e6,
        "the products are multiplied by alpha / rank", .init(default: "2 * rank"))
      let raw = block.takeRaw(
        "targets",
        .other(
          "list of words",
          schema: ["type": "array", "items": ["type": "string", "minLength": 1], "minItems": 1]),
        "matrices that are adapted, by the last word of their names: q_proj; none: all of layers")
      var targets: [String] = []
      if let raw {
        targets = (raw.arrayValue ?? []).compactMap(\.stringValue)
        guard let list = raw.arrayValue, !list.isEmpty, targets.count == list.count else {
          throw block.error(
            "targets", "expected a list like [q_proj, v_proj], found \(raw.text.prefix(60))")
        }
        block.resolve("targets", raw)
      }
      return LowRankAdapter.Shape(rank: rank, alpha: alpha, targets: targets)
    }
  }
}
