public import Files
public import Records

extension ArchiveSample {
  /// The name of the field that holds the record.
  public static let recordField = "json"

  /// A record as a sample: its JSON as the first field, the keys a curriculum sorts by as columns.
  ///
  /// - Parameters:
  ///   - fields: further members, in order.
  ///   - columns: further columns of the index line.
  public init(
    record: Record, fields: [(name: String, bytes: [UInt8])] = [], columns extra: JSONObject = [:]
  ) {
    var columns: JSONObject = [
      "family": JSON(record.family), "level": JSON(record.level), "steps": JSON(record.steps),
      "length": JSON(record.solution.utf8.count), "content": JSON(record.content),
    ]
    for member in extra.members { columns[member.key] = member.value }
    self.init(
      id: record.id, fields: [(name: Self.recordField, bytes: record.line)] + fields,
      columns: columns)
  }

  /// The record of this sample.
  ///
  /// The reader has checked the member's digest, so nothing is hashed again; the record's name must
  /// match the sample's.
  ///
  /// - Throws: `RecordError` if the sample has no record or an invalid one.
  public func record() throws(RecordError) -> Record {
    guard let line = self[Self.recordField] else { throw .missing(key: Self.recordField) }
    let record = try Record(provenLine: line)
    guard record.id == id else {
      throw .inconsistent(key: "id", expected: id, found: String(record.id.prefix(200)))
    }
    return record
  }
}
