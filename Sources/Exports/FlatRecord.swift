internal import Files
internal import Records

/// A record as a row of a table: every key of it, in order.
///
/// `knobs` differ from family to family, and tables give all rows one type; so they, and the
/// `checker`, are columns of JSON text.
enum FlatRecord {
  enum Value: Equatable {
    case text(String)
    case number(Int)
    case none
  }

  static let columns: [(name: String, isText: Bool, isOptional: Bool)] = [
    ("id", true, false), ("family", true, false), ("level", false, false),
    ("knobs", true, false), ("problem", true, false), ("solution", true, false),
    ("answer", true, true), ("steps", false, false), ("origin", true, false),
    ("content", true, false), ("split", true, false), ("checker", true, true),
  ]

  static func values(of record: Record) -> [Value] {
    [
      .text(record.id), .text(record.family), .number(record.level),
      .text(JSON.object(record.knobs).text), .text(record.problem), .text(record.solution),
      record.answer.map { .text($0) } ?? .none, .number(record.steps), .text(record.origin.text),
      .text(record.content), .text(record.split.rawValue),
      record.checker.map { .text($0.json.text) } ?? .none,
    ]
  }

  /// The row as a JSON object.
  static func json(of record: Record) -> JSON {
    var object: JSONObject = [:]
    for (column, value) in zip(columns, values(of: record)) {
      object[column.name] =
        switch value {
        case .text(let text): JSON(text)
        case .number(let number): JSON(number)
        case .none: .null
        }
    }
    return .object(object)
  }
}
