internal import Files

/// One index line parsed in place, without allocation per line.
///
/// A fast parser for indexes with millions of lines written by `IndexLine`. It accepts only what
/// `IndexLine` accepts, and reports lines that need the slow path.
struct IndexScan {
  enum Form {
    case plain
    /// All but the columns was parsed; the columns are nested or have escapes.
    case otherColumns
    /// Not parsed: `IndexLine` says why.
    case other
  }

  /// Each field's `"json":{"offset":`.
  private let openings: [[UInt8]]
  private let longestId: Int

  private(set) var id = 0..<0
  private(set) var frame = 0
  /// Member offset of each field.
  private(set) var offsets: [Int]
  private(set) var lengths: [Int]
  private(set) var digests: [Digest]
  /// Range of the columns object, braces included.
  private(set) var columns = 0..<0
  /// Of a plain line, the ranges of the column names, and of their values as written.
  private(set) var names: [Range<Int>] = []
  private(set) var values: [Range<Int>] = []

  init(fields: [String]) {
    openings = fields.map { Array("\"\($0)\":{\"offset\":".utf8) }
    longestId = ArchiveNames.longestMember - 1 - (fields.map(\.utf8.count).max() ?? 0)
    offsets = Array(repeating: 0, count: fields.count)
    lengths = offsets
    digests = Array(repeating: SHA256.hash([]), count: fields.count)
  }

  /// Parses the line at `line`, without its newline.
  mutating func read(_ text: Span<UInt8>, _ line: Range<Int>) -> Form {
    precondition(line.lowerBound >= 0 && line.upperBound <= text.count, "beyond the text")
    var cursor = Cursor(at: line.lowerBound, end: line.upperBound)
    guard cursor.take("{\"id\":\"", text), let id = cursor.takeId(text), id.count <= longestId,
      cursor.take("\",\"frame\":", text), let frame = cursor.takeCount(text),
      cursor.take(",\"members\":{", text)
    else { return .other }
    self.id = id
    self.frame = frame
    for field in openings.indices {
      guard field == 0 || cursor.take(",", text), cursor.take(openings[field], text),
        let offset = cursor.takeCount(text), cursor.take(",\"length\":", text),
        let length = cursor.takeCount(text), length <= TarHeader.largestMember,
        cursor.take(",\"sha256\":\"", text), cursor.end - cursor.at > 64,
        let digest = Digest(hexDigits: text.extracting(cursor.at..<(cursor.at + 64)))
      else { return .other }
      cursor.at += 64
      guard cursor.take("\"}", text) else { return .other }
      offsets[field] = offset
      lengths[field] = length
      digests[field] = digest
    }
    guard cursor.take("},\"columns\":", text), cursor.at < line.upperBound,
      text[line.upperBound - 1] == UInt8(ascii: "}")
    else { return .other }
    columns = cursor.at..<(line.upperBound - 1)
    if readColumns(text) { return .plain }
    names.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    return .otherColumns
  }

  /// Whether the columns are a flat object of plain strings, integers, true, false and null.
  private mutating func readColumns(_ text: Span<UInt8>) -> Bool {
    names.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    var cursor = Cursor(at: columns.lowerBound, end: columns.upperBound)
    guard cursor.take("{", text) else { return false }
    if cursor.take("}", text) { return cursor.at == cursor.end }
    repeat {
      guard let name = cursor.takeString(text), cursor.take(":", text),
        !names.contains(where: { Self.same($0, name, text) }), let value = cursor.takeValue(text)
      else { return false }
      names.append(name)
      values.append(value)
    } while cursor.take(",", text)
    return cursor.take("}", text) && cursor.at == cursor.end
  }

  /// The value of a column of a plain line, as written.
  func value(of column: [UInt8], in text: Span<UInt8>) -> Range<Int>? {
    for (place, name) in names.enumerated() where name.count == column.count {
      var i = 0
      while i < column.count, text[name.lowerBound + i] == column[i] { i += 1 }
      if i == column.count { return values[place] }
    }
    return nil
  }

  /// The number in a column; NaN where there is none.
  func number(of column: [UInt8], in text: Span<UInt8>) -> Double {
    if let place = value(of: column, in: text), let number = Self.number(at: place, in: text) {
      return Double(number)
    }
    let name = String(decoding: column, as: UTF8.self)
    let number = object(in: text)[name]?.doubleValue
    return number.flatMap { $0.isFinite ? $0 : nil } ?? .nan
  }

  /// All columns.
  func object(in text: Span<UInt8>) -> JSONObject {
    let bytes = text.extracting(columns).withUnsafeBufferPointer { Array($0) }
    return (try? JSON.parse(bytes))?.objectValue ?? [:]
  }

  /// The integer at a range; `nil` for another value.
  static func number(at place: Range<Int>, in text: Span<UInt8>) -> Int? {
    let isNegative = text[place.lowerBound] == UInt8(ascii: "-")
    var value = 0
    for i in (place.lowerBound + (isNegative ? 1 : 0))..<place.upperBound {
      guard (0x30...0x39).contains(text[i]) else { return nil }
      value = 10 * value + Int(text[i] - 0x30)
    }
    return isNegative ? -value : value
  }

  private static func same(_ a: Range<Int>, _ b: Range<Int>, _ text: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for i in 0..<a.count where text[a.lowerBound + i] != text[b.lowerBound + i] { return false }
    return true
  }
}

/// A position in a line, advanced by parsing.
private struct Cursor {
  var at: Int
  let end: Int

  mutating func take(_ word: StaticString, _ text: Span<UInt8>) -> Bool {
    let count = word.utf8CodeUnitCount
    guard count <= end - at else { return false }
    for i in 0..<count where text[unchecked: at + i] != word.utf8Start[i] { return false }
    at += count
    return true
  }

  mutating func take(_ word: [UInt8], _ text: Span<UInt8>) -> Bool {
    guard word.count <= end - at else { return false }
    for i in word.indices where text[unchecked: at + i] != word[i] { return false }
    at += word.count
    return true
  }

  /// An id, as `ArchiveNames` defines it.
  mutating func takeId(_ text: Span<UInt8>) -> Range<Int>? {
    let start = at
    while at < end {
      switch text[unchecked: at] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        at += 1
        continue
      default: break
      }
      break
    }
    let underscore = UInt8(ascii: "_")
    guard at > start, at - start < 2 || text[start] != underscore || text[start + 1] != underscore
    else { return nil }
    return start..<at
  }

  /// A count: no sign, no leading zero, at most 18 digits.
  mutating func takeCount(_ text: Span<UInt8>) -> Int? {
    let start = at
    var value = 0
    while at < end, at - start < 19, (0x30...0x39).contains(text[unchecked: at]) {
      if at - start < 18 { value = 10 * value + Int(text[unchecked: at] - 0x30) }
      at += 1
    }
    guard (1...18).contains(at - start), text[start] != 0x30 || at - start == 1 else { return nil }
    return value
  }

  /// The text between two quotation marks, if it is ASCII without escapes.
  mutating func takeString(_ text: Span<UInt8>) -> Range<Int>? {
    guard at < end, text[unchecked: at] == UInt8(ascii: "\"") else { return nil }
    let start = at + 1
    var i = start
    while i < end {
      let byte = text[unchecked: i]
      if byte == UInt8(ascii: "\"") {
        at = i + 1
        return start..<i
      }
      guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
      i += 1
    }
    return nil
  }

  /// A string with its quotation marks, an integer of at most 15 digits, or true, false, null.
  mutating func takeValue(_ text: Span<UInt8>) -> Range<Int>? {
    let start = at
    guard at < end else { return nil }
    switch text[unchecked: at] {
    case UInt8(ascii: "\""): return takeString(text) == nil ? nil : start..<at
    case UInt8(ascii: "t"): return take("true", text) ? start..<at : nil
    case UInt8(ascii: "f"): return take("false", text) ? start..<at : nil
    case UInt8(ascii: "n"): return take("null", text) ? start..<at : nil
    default:
      if text[unchecked: at] == UInt8(ascii: "-") { at += 1 }
      let first = at
      guard takeCount(text) != nil, at - first <= 15, at < end else { return nil }
      // The next character must end the number; otherwise the number has another form.
      let next = text[unchecked: at]
      return next == UInt8(ascii: ",") || next == UInt8(ascii: "}") ? start..<at : nil
    }
  }
}
