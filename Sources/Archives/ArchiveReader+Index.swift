public import Files
internal import Synchronization

/// Queries answered from the index alone; no shard is opened. Each call over all samples rereads
/// the index files, one shard at a time, and keeps only what was asked for.
extension ArchiveReader {
  /// The ids, in order. Takes about 60 bytes each.
  public var ids: [String] {
    get throws(ArchiveError) {
      var ids: [String] = []
      ids.reserveCapacity(count)
      try forEachLine { (scan, text, _) throws(ArchiveError) in
        ids.append(
          text.extracting(scan.id).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
      }
      return ids
    }
  }

  /// Position of the sample with this id; `nil` if there is none.
  public func position(of id: String) throws(ArchiveError) -> Int? {
    let wanted = Array(id.utf8)
    var found: Int?
    try forEachLine { (scan, text, position) throws(ArchiveError) in
      guard found == nil, scan.id.count == wanted.count else { return }
      let isSame = wanted.indices.allSatisfy { text[scan.id.lowerBound + $0] == wanted[$0] }
      if isSame { found = position }
    }
    return found
  }

  /// The columns of a sample's index line. Reads the lines of its frame, unless it was the last
  /// read.
  public func columns(at position: Int) throws(ArchiveError) -> JSONObject {
    let (lines, place) = try lines(at: position)
    return lines.columns(at: place)
  }

  /// The id of a sample. Costs the same as `columns`: no shard is opened.
  ///
  /// - Throws: `ArchiveError` for a damaged index.
  public func id(at position: Int) throws(ArchiveError) -> String {
    let (lines, place) = try lines(at: position)
    return lines.ids[place]
  }

  /// Length and SHA-256 of one field of a sample, without reading the field; `nil` if the set lacks
  /// the field. Costs the same as `columns`.
  public func member(
    _ field: String, at position: Int
  ) throws(ArchiveError) -> (length: Int, digest: Digest)? {
    guard let number = fields.firstIndex(of: field) else { return nil }
    let (lines, place) = try lines(at: position)
    let member = lines.members[place * fields.count + number]
    return (member.length, member.digest)
  }

  /// One column of all samples as numbers; NaN where a sample has no number. 8 bytes each.
  ///
  /// - Complexity: reads the index again, unless the archive was opened for this column.
  public func numbers(inColumn column: String) throws(ArchiveError) -> [Double] {
    if let kept, kept.column == column { return kept.numbers }
    let name = Array(column.utf8)
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    try forEachLine { (scan, text, _) throws(ArchiveError) in
      numbers.append(scan.number(of: name, in: text))
    }
    return numbers
  }

  /// The distinct problems of the set, shared by all traces of a problem. A key is the canonical
  /// problem's digest where the index has it, else derived from the record's id. 8 bytes each, and
  /// as many again while sorting.
  public func problems() throws(ArchiveError) -> ProblemKeys {
    let name = Array("content".utf8)
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    try forEachLine { (scan, text, _) throws(ArchiveError) in
      if let place = scan.value(of: name, in: text), place.count >= 17,
        let key = Self.key(ofDigits: place.lowerBound + 1, in: text)
      {
        keys.append(key)
      } else if let content = scan.object(in: text)["content"]?.stringValue {
        let bytes = Array(content.utf8)
        let key = bytes.count >= 16 ? Self.key(ofDigits: 0, in: bytes.span) : nil
        keys.append(key ?? IdHash.hash(bytes.span))
      } else {
        keys.append(Self.problem(ofId: text.extracting(scan.id)))
      }
    }
    return ProblemKeys(keys)
  }

  /// The problems as named in record ids: `<family>-<16 hex>`.
  public func problemNames() throws(ArchiveError) -> ProblemNames {
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    try forEachLine { (scan, text, _) throws(ArchiveError) in
      let id = text.extracting(scan.id)
      keys.append(IdHash.hash(id.extracting(..<(Self.dashes(id).last ?? id.count))))
    }
    return ProblemNames(keys: ProblemKeys(keys))
  }

  /// The first sample of each family (from the id) at each level (from the column; 0 if it has
  /// none), in the order of the set.
  public func firstOfEachLevel() throws(ArchiveError) -> [(
    family: String, level: Int, position: Int
  )] {
    let column = Array("level".utf8)
    var known: Set<UInt64> = []
    var firsts: [(family: String, level: Int, position: Int)] = []
    try forEachLine { (scan, text, position) throws(ArchiveError) in
      let id = text.extracting(scan.id)
      let dashes = Self.dashes(id)
      let family = id.extracting(..<(dashes.count > 1 ? dashes[dashes.count - 2] : id.count))
      let plain = scan.value(of: column, in: text)
        .flatMap { IndexScan.number(at: $0, in: text) }
      let level = plain ?? scan.object(in: text)["level"]?.intValue ?? 0
      let key = IdHash.hash(family, start: UInt64(bitPattern: Int64(level)))
      guard known.insert(key).inserted else { return }
      let name = family.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      firsts.append((name, level, position))
    }
    return firsts
  }

  /// Reports the first repeated sample among those whose id hashes repeat.
  func refuseRepeats(among hashes: Set<UInt64>) throws(ArchiveError) {
    var seen: Set<String> = []
    var shard = 0
    var first = 0
    try forEachLine { (scan, text, position) throws(ArchiveError) in
      while position - first >= archive.shards[shard].samples {
        first += archive.shards[shard].samples
        shard += 1
      }
      let id = text.extracting(scan.id)
      guard hashes.contains(IdHash.hash(id)) else { return }
      let name = id.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      guard seen.insert(name).inserted else {
        throw .index(
          file: directory + "/" + archive.shards[shard].index, line: position - first + 1,
          reason: "the id \(name) stands twice in the archive")
      }
    }
  }

  /// Passes every line to `body` in order, with its sample's position.
  private func forEachLine(
    _ body: (_ scan: IndexScan, _ text: Span<UInt8>, _ position: Int) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var position = 0
    var scan = IndexScan(fields: fields)
    for shard in archive.shards {
      let lines = try Self.wholeFile(shard.index, in: directory, manifest: manifest)
      try ArchiveIndex.forEachLine(
        of: lines.span, &scan, fields: fields, file: directory + "/" + shard.index
      ) { (scan, text, _) throws(ArchiveError) in
        try body(scan, text, position)
        position += 1
      }
    }
  }

  private func lines(at position: Int) throws(ArchiveError) -> (FrameLines, place: Int) {
    try require(position)
    let number = index.frame(of: position)
    let place = position - index.frames[number].samples.lowerBound
    if let last = lastLines.withLock({ $0 }), last.frame == number { return (last.lines, place) }
    var reading = try FrameReading(.ignored)
    let lines = try lines(ofFrame: number, with: &reading)
    lastLines.withLock { $0 = (number, lines) }
    return (lines, place)
  }

  /// Positions of the last two dashes, or fewer.
  private static func dashes(_ id: Span<UInt8>) -> [Int] {
    var found: [Int] = []
    for place in stride(from: id.count - 1, through: 0, by: -1)
    where id[place] == UInt8(ascii: "-") {
      found.insert(place, at: 0)
      if found.count == 2 { break }
    }
    return found
  }

  /// Value of 16 lower-case hexadecimal digits.
  private static func key(ofDigits start: Int, in text: Span<UInt8>) -> UInt64? {
    var key: UInt64 = 0
    for place in start..<(start + 16) {
      switch text[place] {
      case 0x30...0x39: key = key << 4 | UInt64(text[place] - 0x30)
      case 0x61...0x66: key = key << 4 | UInt64(text[place] - 0x61 + 10)
      default: return nil
      }
    }
    return key
  }

  /// Key of the problem named by a record id `<family>-<16 hex>-<8 hex>`; an id of another form
  /// counts as its own problem.
  private static func problem(ofId id: Span<UInt8>) -> UInt64 {
    let dashes = dashes(id)
    guard dashes.count == 2, id.count - dashes[1] == 9, dashes[1] - dashes[0] == 17,
      (dashes[1] + 1..<id.count).allSatisfy({ isHexDigit(id[$0]) }),
      let key = key(ofDigits: dashes[0] + 1, in: id)
    else { return IdHash.hash(id) }
    return key
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
  }
}
