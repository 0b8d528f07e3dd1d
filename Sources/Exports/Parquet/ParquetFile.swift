internal import Archives
internal import Files

/// Writes one Parquet file of records: row groups, each with one page a column, compressed by zstd.
///
/// Columns are UTF-8 strings and 32-bit integers, required or optional, plainly encoded. Source:
/// the Parquet format's specification (`parquet.thrift`).
struct ParquetFile {
  typealias Column = (name: String, isText: Bool, isOptional: Bool)

  private static let magic = Array("PAR1".utf8)
  /// Rows of a group: readers hold one group of a column in memory.
  static let rowsPerGroup = 10_000

  private let file: OutputFile
  private let columns: [Column]
  private var rows: [[FlatRecord.Value]] = []
  private var groups: [ThriftCompact] = []
  private(set) var rowCount = 0

  var byteCount: Int { file.byteCount }

  init(creating path: String, columns: [Column]) throws(FileError) {
    self.columns = columns
    file = try OutputFile(creating: path)
    try file.write(Self.magic)
  }

  mutating func add(_ row: [FlatRecord.Value]) throws {
    precondition(row.count == columns.count, "a value for each column")
    rows.append(row)
    rowCount += 1
    if rows.count == Self.rowsPerGroup { try closeGroup() }
  }

  /// Writes the footer and closes the file.
  mutating func finish() throws {
    if !rows.isEmpty { try closeGroup() }
    let (groups, rowCount, columns) = (groups, rowCount, columns)
    let footer = ThriftCompact { footer in
      footer.i32(1, 1)
      footer.structures(2, [Self.root(columns.count)] + columns.map(Self.element))
      footer.i64(3, rowCount)
      footer.structures(4, groups)
      footer.text(6, "retort")
    }.bytes
    var end = footer
    end.append(littleEndian: UInt32(footer.count))
    try file.write(end + Self.magic)
    try file.finish()
  }

  private static func root(_ count: Int) -> ThriftCompact {
    ThriftCompact {
      $0.text(4, "record")
      $0.i32(5, count)
    }
  }

  private static func element(_ column: Column) -> ThriftCompact {
    ThriftCompact { element in
      element.i32(1, type(of: column))
      element.i32(3, column.isOptional ? 1 : 0)
      element.text(4, column.name)
      // UTF8, in the old and in the new annotation.
      if column.isText {
        element.i32(6, 0)
        element.structure(10) { $0.structure(1) { _ in } }
      }
    }
  }

  /// BYTE_ARRAY or INT32.
  private static func type(of column: Column) -> Int { column.isText ? 6 : 1 }

  private mutating func closeGroup() throws {
    var chunks: [ThriftCompact] = []
    let first = file.byteCount
    var rawTotal = 0
    for (place, column) in columns.enumerated() {
      let page = Self.page(rows.map { $0[place] }, optional: column.isOptional)
      let compressed = try ZstdBytes.compressed(page)
      let count = rows.count
      let header = ThriftCompact { header in
        header.i32(1, 0)
        header.i32(2, page.count)
        header.i32(3, compressed.count)
        header.structure(5) { data in
          data.i32(1, count)
          // PLAIN values, RLE levels.
          data.i32(2, 0)
          data.i32(3, 3)
          data.i32(4, 3)
        }
      }.bytes
      let offset = file.byteCount
      try file.write(header)
      try file.write(compressed)
      let raw = header.count + page.count
      let stored = header.count + compressed.count
      rawTotal += raw
      chunks.append(
        ThriftCompact { chunk in
          chunk.i64(2, offset)
          chunk.structure(3) { meta in
            meta.i32(1, Self.type(of: column))
            meta.i32s(2, [0, 3])
            meta.texts(3, [column.name])
            // ZSTD.
            meta.i32(4, 6)
            meta.i64(5, count)
            meta.i64(6, raw)
            meta.i64(7, stored)
            meta.i64(9, offset)
          }
        })
    }
    let (count, written) = (rows.count, file.byteCount - first)
    let total = rawTotal
    groups.append(
      ThriftCompact { group in
        group.structures(1, chunks)
        group.i64(2, total)
        group.i64(3, count)
        group.i64(5, first)
        group.i64(6, written)
      })
    rows = []
  }

  /// Definition levels, if any may be absent, and the values that are there.
  private static func page(_ values: [FlatRecord.Value], optional: Bool) -> [UInt8] {
    var page: [UInt8] = []
    if optional {
      let levels = runs(values.map { $0 == .none ? 0 : 1 })
      page.append(littleEndian: UInt32(levels.count))
      page += levels
    }
    for value in values {
      switch value {
      case .text(let text):
        page.append(littleEndian: UInt32(text.utf8.count))
        page += text.utf8
      case .number(let number):
        page.append(littleEndian: UInt32(bitPattern: Int32(clamping: number)))
      case .none: break
      }
    }
    return page
  }

  /// Runs of levels of one bit: a varint of twice the length, then the level.
  private static func runs(_ levels: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    while start < levels.count {
      var end = start
      while end < levels.count, levels[end] == levels[start] { end += 1 }
      var length = UInt64(end - start) << 1
      while length >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: length) | 0x80)
        length >>= 7
      }
      bytes += [UInt8(length), levels[start]]
      start = end
    }
    return bytes
  }
}
