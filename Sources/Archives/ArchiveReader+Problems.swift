internal import Files

extension ArchiveReader {
  /// The problems of the set's samples, each under a name that all traces of it share.
  ///
  /// The name is the canonical problem's digest where the index has it, else what the record's id
  /// says of it: its family and 16 of the digest's digits. No shard is opened.
  public var problems: Set<String> {
    var found: Set<String> = []
    found.reserveCapacity(count)
    for (position, id) in ids.enumerated() {
      let content = columns(at: position)["content"]?.stringValue
      found.insert(content.map { String($0.prefix(16)) } ?? Self.problem(ofId: id))
    }
    return found
  }

  /// The problem that a record's id `<family>-<16 hex>-<8 hex>` names; an id of another form stands
  /// for a problem of its own.
  static func problem(ofId id: String) -> String {
    let parts = id.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[parts.count - 1].utf8.count == 8,
      parts[parts.count - 2].utf8.count == 16,
      parts.suffix(2).allSatisfy({ $0.utf8.allSatisfy(Self.isHexDigit) })
    else { return id }
    return String(parts[parts.count - 2])
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
