internal import Files
internal import Judging
internal import Records
internal import Tasks
internal import Verifiers

/// Whether a record is complete: every key present and consistent with its texts. These are the
/// checks of `retort verify --strict` beyond the trace.
enum RecordAudit {
  /// The first key that contradicts the rest of the record; `nil` for a complete record.
  static func fault(in object: JSONObject) -> String? {
    do throws(RecordError) {
      // The other names follow from the content, so it is checked first.
      try checkContent(object)
      let record = try Record(json: .object(object))
      guard !record.isFree else { return nil }
      try checkLevel(record)
      try checkChecker(record, object["checker"]?.objectValue)
      guard record.answer != nil else {
        throw .wrongType(key: "answer", expected: "the trace's answer", found: "null")
      }
      return nil
    } catch {
      return error.description
    }
  }

  private static func checkContent(_ object: JSONObject) throws(RecordError) {
    guard let problem = object["problem"]?.stringValue,
      let name = object["family"]?.stringValue, let content = object["content"]?.stringValue,
      let family = Families.named(name)
    else { return }
    guard let canonical = family.canonical(problem) else {
      throw .inconsistent(
        key: "problem", expected: "one as the family \(name) writes it", found: "another spelling")
    }
    let expected = SHA256.hash(canonical).hex
    guard content == expected else {
      throw .inconsistent(key: "content", expected: expected, found: String(content.prefix(80)))
    }
  }

  private static func checkLevel(_ record: Record) throws(RecordError) {
    guard let family = Families.named(record.family) else { return }
    func knobs(_ level: Int) -> JSONObject? {
      var changed = record
      changed.level = level
      return family.knobs(of: changed)
    }
    guard let knobs = knobs(record.level) else {
      let levels = family.levels.filter { knobs($0) != nil }
      throw .inconsistent(
        key: "level",
        expected: levels.isEmpty
          ? "a problem of the family's levels"
          : "one that poses this problem (\(levels.map(String.init).joined(separator: ", ")))",
        found: String(record.level))
    }
    func sorted(_ object: JSONObject) -> [JSONObject.Member] {
      object.members.sorted { $0.key < $1.key }
    }
    guard sorted(knobs) == sorted(record.knobs) else {
      throw .inconsistent(
        key: "knobs", expected: JSON.object(knobs).text,
        found: String(JSON.object(record.knobs).text.prefix(200)))
    }
  }

  private static func checkChecker(
    _ record: Record, _ object: JSONObject?
  ) throws(RecordError) {
    guard let checker = record.checker, let verifier = Verifiers.named(record.family) else {
      throw .wrongType(key: "checker", expected: "who judged the record", found: "null")
    }
    func same(_ key: String, _ expected: String, _ found: String) throws(RecordError) {
      guard expected == found else {
        throw .inconsistent(key: "checker.\(key)", expected: expected, found: found)
      }
    }
    let known = ["name", "version", "verdict", "level"]
    if let key = object?.keys.first(where: { !known.contains($0) }) {
      throw .unknown(key: "checker." + key)
    }
    try same("name", verifier.family, checker.name)
    guard (1...verifier.version).contains(checker.version) else {
      throw .inconsistent(
        key: "checker.version", expected: "1 to \(verifier.version)", found: String(checker.version)
      )
    }
    try same("verdict", "accepted", checker.verdict.rawValue)
    let judgesAnswers = Judge.readsAnswers(
      family: record.family, problem: record.problem.utf8.span)
    guard checker.level == .steps || judgesAnswers else {
      throw .inconsistent(
        key: "checker.level", expected: judgesAnswers ? "steps or answer" : "steps",
        found: checker.level.rawValue)
    }
  }
}
