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

  /// The line's bytes, with its newline. Ids and field names need no escapes.
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

  /// Reads a line; numbers are only bounded here, `ArchiveIndex` checks that they fit together.
  ///
  /// - Throws: the reason, in words.
  init(_ bytes: [UInt8]) throws(Fault) {
    let json: JSON
    do throws(JSONError) { json = try JSON.parse(bytes) } catch {
      throw Fault("not JSON: \(error)")
    }
    guard let object = json.objectValue, object.keys == ["id", "frame", "members", "columns"],
      let id = object["id"]?.stringValue, let frame = object["frame"]?.intValue,
      let list = object["members"]?.objectValue, let columns = object["columns"]?.objectValue
    else { throw Fault("expected the keys id, frame, members, columns") }
    if let fault = ArchiveNames.fault(inID: id) { throw Fault(fault) }
    self.id = id
    self.frame = frame
    self.columns = columns
    members = []
    for (field, entry) in list.members.lazy.map({ ($0.key, $0.value) }) {
      guard let object = entry.objectValue, object.keys == ["offset", "length", "sha256"],
        let offset = object["offset"]?.intValue, let length = object["length"]?.intValue,
        let digest = object["sha256"]?.stringValue.flatMap({ Digest(hex: $0) })
      else { throw Fault("member \(field): expected the keys offset, length, sha256") }
      guard (0...TarHeader.largestMember).contains(length) else {
        throw Fault("member \(field): a length of \(length) bytes is beyond all bounds")
      }
      members.append(Member(field: field, offset: offset, length: length, digest: digest))
    }
  }

  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }
}
