internal import Files
internal import Pipeline

/// Facts as text for readers: one name and value per line, blocks indented, names aligned.
enum FactText {
  /// Lines for members in order; objects become indented blocks, lists of plain values one line.
  static func lines(_ facts: [(key: String, value: JSON)], indent: Int) -> [String] {
    let lead = String(repeating: " ", count: indent)
    let facts = facts.map { (key: TerminalText.word($0.key), value: $0.value) }
    let width = facts.map { TerminalText.columns(of: $0.key) }.max() ?? 0
    return facts.flatMap { fact -> [String] in
      if let object = fact.value.objectValue, !object.members.isEmpty {
        return [lead + fact.key]
          + lines(object.members.map { ($0.key, $0.value) }, indent: indent + 2)
      }
      if let list = fact.value.arrayValue, list.contains(where: { $0.objectValue != nil }) {
        return [lead + fact.key] + list.map { lead + "  " + inline($0) }
      }
      return [lead + padded(fact.key, to: width) + "  " + inline(fact.value)]
    }
  }

  /// A value on one line.
  static func inline(_ value: JSON) -> String {
    if let text = value.stringValue { return TerminalText.word(text) }
    if case .double(let number) = value { return short(number) }
    if let number = value.intValue { return Wording.count(number) }
    if let list = value.arrayValue {
      return list.isEmpty ? "none" : list.map(inline).joined(separator: ", ")
    }
    if let object = value.objectValue {
      return object.members.map { "\(TerminalText.word($0.key)) \(inline($0.value))" }.joined(
        separator: ", ")
    }
    return value.text
  }

  /// Four significant digits; whole numbers in full.
  static func short(_ number: Double) -> String {
    if number == number.rounded(), abs(number) < 1e15 { return Wording.count(Int(number)) }
    guard number.isFinite, number != 0 else { return "\(number)" }
    var scale = 1.0
    var size = abs(number)
    while size < 1000, scale < 1e12 { (size, scale) = (size * 10, scale * 10) }
    return "\((number * scale).rounded() / scale)"
  }

  static func padded(_ text: String, to width: Int) -> String {
    TerminalText.padded(text, to: width)
  }
}
