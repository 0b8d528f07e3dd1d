internal import Files

/// One line of `<name>-000000.index.jsonl`: where a sample's members lie, and their digests.
///
///     {"id":"a1","frame":0,"members":{"json":{"offset":512,"length":3,"sha256":"…"}},"columns":{}}
struct IndexLine: Sendable {
  struct Member: Sendable {
    var field: String
    /// Of the member's first byte in the decompressed shard.
    var offset: Int
    var length: Int
    var digest: Digest
  }

  var id: String
  var frame: Int
  var members: [Member]
  var columns: JSONObject

  /// The line's bytes, with its newline; the one form in which a line is read. Ids and field names need no escapes.
  var bytes: [UInt8] {
    var text = "{\"id\":\"\(id)\",\"frame\":\(frame),\"members\":{"
    for (number, member) in members.enumerated() {
      if number > 0 { text += "," }
      text += "\"\(member.field)\":{\"offset\":\(member.offset),\"length\":\(member.length),"
      text += "\"sha256\":\"\(member.digest.hex)\"}"
    }
    text += "},\"columns\":"
    return Array(text.utf8) + columns.serialized() + Array("}\n".utf8)
  }

  init(id: String, frame: Int, members: [Member], columns: JSONObject) {
    self.id = id
    self.frame = frame
    self.members = members
    self.columns = columns
  }

  /// Reads a line, which has the very form that `bytes` gives it: nothing else is JSON enough.
  ///
  /// Numbers are only bounded here; `ArchiveIndex` checks that they fit together.
  ///
  /// - Throws: the reason, in words.
  init(_ line: ArraySlice<UInt8>) throws(Fault) {
    var cursor = Cursor(rest: line)
    try cursor.expect("{\"id\":\"")
    id = try cursor.name()
    if let fault = ArchiveNames.fault(inID: id) { throw Fault(fault) }
    try cursor.expect("\",\"frame\":")
    frame = try cursor.number()
    try cursor.expect(",\"members\":{")
    members = []
    repeat {
      try cursor.expect("\"")
      let field = try cursor.name()
      try cursor.expect("\":{\"offset\":")
      let offset = try cursor.number()
      try cursor.expect(",\"length\":")
      let length = try cursor.number()
      try cursor.expect(",\"sha256\":\"")
      guard let digest = Digest(hex: try cursor.name()) else {
        throw Fault("member \(field): its sha256 is not 64 hexadecimal digits")
      }
      try cursor.expect("\"}")
      guard length <= TarHeader.largestMember else {
        throw Fault("member \(field): a length of \(length) bytes is beyond all bounds")
      }
      members.append(Member(field: field, offset: offset, length: length, digest: digest))
    } while cursor.skip(",")
    try cursor.expect("},\"columns\":")
    guard cursor.rest.last == UInt8(ascii: "}") else { throw Fault("does not end with }") }
    guard let object = (try? JSON.parse(Array(cursor.rest.dropLast())))?.objectValue else {
      throw Fault("the columns are no JSON object")
    }
    columns = object
  }

  /// Reads the fixed text, the plain names and the plain numbers of a line.
  private struct Cursor {
    var rest: ArraySlice<UInt8>

    mutating func skip(_ text: StaticString) -> Bool {
      let count = text.utf8CodeUnitCount
      let expected = UnsafeBufferPointer(start: text.utf8Start, count: count)
      guard rest.prefix(count).elementsEqual(expected) else { return false }
      rest = rest.dropFirst(count)
      return true
    }

    mutating func expect(_ text: StaticString) throws(Fault) {
      guard skip(text) else {
        let found = JSON(String(decoding: rest.prefix(24), as: UTF8.self)).text
        throw Fault("expected \(text), found \(found)")
      }
    }

    /// Bytes up to the next quotation mark; whoever asks checks that they need no escapes.
    mutating func name() throws(Fault) -> String {
      let bytes = rest.prefix(200).prefix { $0 != UInt8(ascii: "\"") }
      rest = rest.dropFirst(bytes.count)
      return String(decoding: bytes, as: UTF8.self)
    }

    /// A count: no sign, no leading zero, at most 18 digits, so that it fits.
    mutating func number() throws(Fault) -> Int {
      let digits = rest.prefix(19).prefix { (0x30...0x39).contains($0) }
      guard (1...18).contains(digits.count), digits.first != 0x30 || digits.count == 1 else {
        throw Fault("expected a count, found what is none or beyond all bounds")
      }
      rest = rest.dropFirst(digits.count)
      return digits.reduce(0) { 10 * $0 + Int($1 - 0x30) }
    }
  }

  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}
