public import Files

/// Why a line is not a valid record.
public enum RecordError: Error, Equatable, Sendable, CustomStringConvertible {
  case notJSON(JSONError)
  case notAnObject(found: String)
  case missing(key: String)
  case wrongType(key: String, expected: String, found: String)
  case unknown(key: String)
  /// A derived value disagrees with the values it follows from.
  case inconsistent(key: String, expected: String, found: String)

  public var description: String {
    switch self {
    case .notJSON(let error): "not JSON: \(error)"
    case .notAnObject(let found): "expected a record (a JSON object), found \(found)"
    case .missing(let key): "the key \"\(key)\" is missing"
    case .wrongType(let key, let expected, let found):
      "the key \"\(key)\": expected \(expected), found \(found)"
    case .unknown(let key): "the key \"\(key)\" is none of a record's"
    case .inconsistent(let key, let expected, let found):
      "the key \"\(key)\": expected \(expected), found \(found)"
    }
  }
}

extension Record {
  static let keys = [
    "id", "family", "level", "knobs", "problem", "solution", "answer", "steps", "origin",
    "content", "split", "checker",
  ]

  /// Parses a line of JSON Lines.
  ///
  /// - Throws: `RecordError` for an invalid record, one whose `id`, `steps` or `split` does not
  ///   follow from its texts, or one that claims a judgement where none is possible.
  public init(line: [UInt8]) throws(RecordError) {
    try self.init(line: line, isProven: false)
  }

  /// Parses a line whose bytes a digest has proven unchanged: the names derived from its texts are
  /// not hashed again.
  ///
  /// - Throws: `RecordError` as `init(line:)`, except for wrong derived names.
  public init(provenLine line: [UInt8]) throws(RecordError) {
    try self.init(line: line, isProven: true)
  }

  private init(line: [UInt8], isProven: Bool) throws(RecordError) {
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(line)
    } catch {
      throw .notJSON(error)
    }
    try self.init(json: json, isProven: isProven)
  }

  /// Builds a record from its JSON object.
  public init(json: JSON) throws(RecordError) { try self.init(json: json, isProven: false) }

  private init(json: JSON, isProven: Bool) throws(RecordError) {
    guard let object = json.objectValue else { throw .notAnObject(found: json.kindName) }
    let fields = Fields(object: object)
    for key in object.keys where !Record.keys.contains(key) { throw .unknown(key: key) }
    id = try fields.string("id")
    family = try fields.string("family")
    level = try fields.int("level", in: 0...10)
    guard let knobs = try fields.value("knobs").objectValue else {
      throw fields.wrong("knobs", "an object")
    }
    self.knobs = knobs
    problem = try fields.string("problem")
    solution = try fields.string("solution")
    answer = try fields.value("answer") == .null ? nil : fields.string("answer")
    steps = try fields.int("steps", in: 0...Int.max)
    guard let origin = Origin(text: try fields.string("origin")) else {
      throw fields.wrong("origin", "reference, imported or teacher:<fingerprint>")
    }
    self.origin = origin
    content = try fields.string("content")
    guard Digest(hex: content) != nil else { throw fields.wrong("content", "64 hex characters") }
    guard let split = Split(rawValue: try fields.string("split")) else {
      throw fields.wrong("split", "train, validation or test")
    }
    self.split = split
    checker =
      try fields.value("checker") == .null ? nil : Checker(json: fields.value("checker"))
    if !isProven { try checkConsistency() }
    try checkJudgement(hashes: !isProven)
  }

  private func checkConsistency() throws(RecordError) {
    func same(_ key: String, _ expected: String, _ found: String) throws(RecordError) {
      guard expected == found else {
        throw .inconsistent(key: key, expected: expected, found: found)
      }
    }
    try same("id", Record.id(family: family, content: content, solution: solution), id)
    try same("steps", String(Record.steps(of: solution)), String(steps))
    try same("split", Split(content: content).rawValue, split.rawValue)
  }
}

extension Record.Checker {
  init(json: JSON) throws(RecordError) {
    guard let object = json.objectValue else {
      throw .wrongType(key: "checker", expected: "an object or null", found: json.kindName)
    }
    let fields = Fields(object: object, path: "checker.")
    name = try fields.string("name")
    version = try fields.int("version", in: 0...Int.max)
    verdict = try fields.word("verdict")
    level = try fields.word("level")
  }
}

/// Typed access to the members of a JSON object.
private struct Fields {
  let object: JSONObject
  /// Path to the object, for messages.
  var path = ""

  func value(_ key: String) throws(RecordError) -> JSON {
    guard let value = object[key] else { throw .missing(key: path + key) }
    return value
  }

  func string(_ key: String) throws(RecordError) -> String {
    guard let string = try value(key).stringValue else { throw wrong(key, "a string") }
    return string
  }

  /// A string that is one of a type's raw values.
  func word<Word: RawRepresentable & CaseIterable>(_ key: String) throws(RecordError) -> Word
  where Word.RawValue == String {
    guard let word = Word(rawValue: try string(key)) else {
      throw wrong(key, Word.allCases.map(\.rawValue).joined(separator: " or "))
    }
    return word
  }

  func int(_ key: String, in range: ClosedRange<Int>) throws(RecordError) -> Int {
    guard let int = try value(key).intValue, range.contains(int) else {
      let upper = range.upperBound == .max ? "" : " up to \(range.upperBound)"
      throw wrong(key, "an integer from \(range.lowerBound)\(upper)")
    }
    return int
  }

  func wrong(_ key: String, _ expected: String) -> RecordError {
    let found = object[key].map { value in
      switch value {
      case .array, .object: value.kindName
      default: String(value.text.prefix(80))
      }
    }
    return .wrongType(key: path + key, expected: expected, found: found ?? "nothing")
  }
}
