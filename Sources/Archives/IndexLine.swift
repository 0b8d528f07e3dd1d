internal import Files

/// One line of `<name>-000000.index.jsonl`: where a sample's members lie, and their digests.
///
///     {"id":"a1","frame":0,"members":{"json":{"offset":512,"length":3,"sha256":"…"}},"columns":{}}
struct IndexLine: Sendable {
  struct Member: Sendable {
    var field: String
    /// Offset of the member's first byte in the decompressed shard.
    var offset: Int
    var length: Int
    var digest: Digest
  }

  var id: String
  var frame: Int
  var members: [Member]
  var columns: JSONObject

  /// The line's bytes, with its newline: the only accepted form. Ids and field names need no
  /// escapes.
  var bytes: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(160 * (1 + members.count))
    func put(_ part: String) { text.append(contentsOf: part.utf8) }
    put("{\"id\":\"")
    put(id)
    put("\",\"frame\":")
    put(String(frame))
    put(",\"members\":{")
    for (number, member) in members.enumerated() {
      if number > 0 { put(",") }
      put("\"")
      put(member.field)
      put("\":{\"offset\":")
      put(String(member.offset))
      put(",\"length\":")
      put(String(member.length))
      put(",\"sha256\":\"")
      text.append(contentsOf: member.digest.hexDigits)
      put("\"}")
    }
    put("},\"columns\":")
    text.append(contentsOf: columns.serialized())
    put("}\n")
    return text
  }

  init(id: String, frame: Int, members: [Member], columns: JSONObject) {
    self.id = id
    self.frame = frame
    self.members = members
    self.columns = columns
  }

  /// Parses a line, which must have exactly the form that `bytes` produces; other JSON is refused.
  ///
  /// Numbers are only range-checked here; `ArchiveIndex` checks their consistency, and the fields.
  ///
  /// - Parameter expected: the fields that the members probably have.
  /// - Throws: the reason, in words.
  init(_ line: Span<UInt8>, expected: [String]) throws(Fault) {
    var at = 0
    /// Position after `text`, if it is here.
    func after(_ text: StaticString) -> Int? {
      let count = text.utf8CodeUnitCount
      guard count <= line.count - at else { return nil }
      for i in 0..<count where line[at + i] != text.utf8Start[i] { return nil }
      return at + count
    }
    func expect(_ text: StaticString) throws(Fault) {
      guard let next = after(text) else {
        let rest = (at..<min(at + 24, line.count)).map { line[$0] }
        throw Fault(
          "expected \(text), found \(JSON(String(decoding: rest, as: UTF8.self)).text)")
      }
      at = next
    }
    /// Bytes up to the next quotation mark; the caller checks that they need no escapes.
    func name() -> Range<Int> {
      let start = at
      while at < line.count, at - start < 200, line[at] != UInt8(ascii: "\"") { at += 1 }
      return start..<at
    }
    func text(_ range: Range<Int>) -> String {
      line.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
    /// The name at this position; reuses the expected string if it matches.
    func name(expected: String?) -> String {
      if let expected {
        let end = at + expected.utf8.count
        if end < line.count, line[end] == UInt8(ascii: "\""),
          zip(at..<end, expected.utf8).allSatisfy({ line[$0] == $1 })
        {
          at = end
          return expected
        }
      }
      return text(name())
    }
    /// A count: no sign, no leading zero, at most 18 digits (fits `Int`).
    func number() throws(Fault) -> Int {
      let start = at
      var value = 0
      while at < line.count, at - start < 19, (0x30...0x39).contains(line[at]) {
        if at - start < 18 { value = 10 * value + Int(line[at] - 0x30) }
        at += 1
      }
      guard (1...18).contains(at - start), line[start] != 0x30 || at - start == 1 else {
        throw Fault("expected a count, found what is none or beyond all bounds")
      }
      return value
    }

    try expect("{\"id\":\"")
    id = text(name())
    if let fault = ArchiveNames.fault(inID: id) { throw Fault(fault) }
    try expect("\",\"frame\":")
    frame = try number()
    try expect(",\"members\":{")
    members = []
    members.reserveCapacity(expected.count)
    while true {
      try expect("\"")
      let field = name(expected: members.count < expected.count ? expected[members.count] : nil)
      try expect("\":{\"offset\":")
      let offset = try number()
      try expect(",\"length\":")
      let length = try number()
      try expect(",\"sha256\":\"")
      guard let digest = Digest(hexDigits: line.extracting(name())) else {
        throw Fault("member \(field): its sha256 is not 64 hexadecimal digits")
      }
      try expect("\"}")
      guard length <= TarHeader.largestMember else {
        throw Fault("member \(field): a length of \(length) bytes is beyond all bounds")
      }
      members.append(Member(field: field, offset: offset, length: length, digest: digest))
      guard let next = after(",") else { break }
      at = next
    }
    try expect("},\"columns\":")
    guard at < line.count, line[line.count - 1] == UInt8(ascii: "}") else {
      throw Fault("does not end with }")
    }
    let rest = line.extracting(at..<(line.count - 1)).withUnsafeBufferPointer { Array($0) }
    guard let object = (try? JSON.parse(rest))?.objectValue else {
      throw Fault("the columns are no JSON object")
    }
    columns = object
  }

  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}
