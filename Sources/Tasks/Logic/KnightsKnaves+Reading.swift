extension KnightsKnaves {
  /// Reads statements as `write` writes them, from the front of a text.
  struct StatementReader {
    private let bytes: [UInt8]
    private var position = 0
    /// How many islanders there are to speak of.
    private let count: Int

    init(_ bytes: [UInt8], among count: Int) {
      self.bytes = bytes
      self.count = count
    }

    var isAtEnd: Bool { position == bytes.count }

    /// Goes past this text if it comes next.
    mutating func take(_ text: String) -> Bool {
      guard bytes[position...].starts(with: text.utf8) else { return false }
      position += text.utf8.count
      return true
    }

    mutating func statement() -> Statement? {
      guard let first = part() else { return nil }
      guard let connective = connective() else { return Statement(first: first) }
      return part().map { Statement(first: first, rest: (connective, $0)) }
    }

    private mutating func connective() -> Connective? {
      if take(" and ") { return .and }
      if take(" or ") { return .or }
      return take(" iff ") ? .iff : nil
    }

    private mutating func part() -> Part? {
      let isNegated = take("not ")
      guard take("(") else { return atom().map { Part(isNegated: isNegated, first: $0) } }
      guard let first = atom(), let connective = connective(), let second = atom(), take(")") else {
        return nil
      }
      return Part(isNegated: isNegated, first: first, rest: (connective, second))
    }

    private mutating func atom() -> Atom? {
      guard let islander = islander() else { return nil }
      if take(" knight") { return .kind(islander, isKnight: true) }
      if take(" knave") { return .kind(islander, isKnight: false) }
      guard take(" same "), let other = self.islander(), islander < other else { return nil }
      return .same(islander, other)
    }

    mutating func islander() -> Int? {
      guard position < bytes.count, bytes[position] >= UInt8(ascii: "A") else { return nil }
      let islander = Int(bytes[position] - UInt8(ascii: "A"))
      guard islander < count else { return nil }
      position += 1
      return islander
    }
  }

  /// The statements of a text as this family would write it.
  static func statements(_ text: String) -> [Statement]? {
    guard text.utf8.count <= 4096 else { return nil }
    let bytes = Array(text.utf8)
    let count = 1 + bytes.count { $0 == UInt8(ascii: ";") }
    guard (2...most).contains(count) else { return nil }
    var reader = StatementReader(bytes, among: count)
    var statements: [Statement] = []
    statements.reserveCapacity(count)
    for speaker in 0..<count {
      guard speaker == 0 || reader.take("; "), reader.islander() == speaker, reader.take(": "),
        let statement = reader.statement()
      else { return nil }
      statements.append(statement)
    }
    return reader.isAtEnd ? statements : nil
  }
}
