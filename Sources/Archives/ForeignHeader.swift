/// An untrusted tar header.
///
/// Read: ustar and GNU headers of regular files, and pax headers (`x`). Refused: every other type
/// (links, devices, folders, GNU long names, sparse files), which sample sets do not need.
struct ForeignHeader {
  let name: [UInt8]
  let size: Int
  let isPax: Bool

  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  init(_ block: [UInt8]) throws(Fault) {
    guard let stored = Self.octal(block[148..<156]) else {
      throw Fault("the header's checksum is no number")
    }
    let sum = TarHeader.checksum(of: block[...])
    guard stored == sum else {
      throw Fault("the header's checksum is \(stored), its bytes sum to \(sum)")
    }
    let magic = Array(block[257..<265])
    guard magic == Array("ustar\u{0}00".utf8) || magic == Array("ustar  \u{0}".utf8) else {
      throw Fault("no ustar header")
    }
    switch block[156] {
    case UInt8(ascii: "0"), 0: isPax = false
    case UInt8(ascii: "x"): isPax = true
    case let type:
      let kind = Self.kinds[type] ?? "a member of unknown type"
      throw Fault("\(kind) (type \(type)); only regular files are read")
    }
    guard let mode = Self.octal(block[100..<108]), mode <= 0o777 else {
      throw Fault("the mode is no plain permission: set-id or sticky bits, or no number")
    }
    guard let size = Self.octal(block[124..<136]) else {
      throw Fault("the size is no octal number (negative, base-256 or damaged)")
    }
    self.size = size
    let prefix = magic[5] == 0 ? Self.text(block[345..<500]) : []
    let last = Self.text(block[0..<100])
    name = prefix.isEmpty ? last : prefix + [UInt8(ascii: "/")] + last
  }

  private static let kinds: [UInt8: String] = [
    UInt8(ascii: "1"): "a hard link", UInt8(ascii: "2"): "a symbolic link",
    UInt8(ascii: "3"): "a character device", UInt8(ascii: "4"): "a block device",
    UInt8(ascii: "5"): "a folder", UInt8(ascii: "6"): "a FIFO",
    UInt8(ascii: "L"): "a GNU long name", UInt8(ascii: "K"): "a GNU long link",
    UInt8(ascii: "S"): "a GNU sparse file", UInt8(ascii: "g"): "a global pax header",
  ]

  /// Octal digits after optional spaces, ended by a space, a NUL or the end of the field.
  static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    var digits = field.drop { $0 == 0x20 }
    let rest = digits.drop { (0x30...0x37).contains($0) }
    guard rest.allSatisfy({ $0 == 0x20 || $0 == 0 }) else { return nil }
    digits = digits[..<rest.startIndex]
    guard !digits.isEmpty else { return nil }
    // At most 12 digits, 36 bits.
    return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
  }

  /// The bytes of a field before the first NUL.
  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] {
    Array(field.prefix { $0 != 0 })
  }

  /// What is wrong with a member's name; `nil` if it is printable and valid as a file name.
  static func fault(inName name: [UInt8], limit: Int) -> String? {
    guard !name.isEmpty else { return "a member without a name" }
    guard name.count <= limit else { return "a name of \(name.count) bytes, at most \(limit)" }
    guard let text = String(validating: name, as: UTF8.self) else {
      return "a name that is not UTF-8"
    }
    // Control characters, and characters that reorder terminal output.
    let isPlain = text.unicodeScalars.allSatisfy {
      switch $0.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: false
      default: true
      }
    }
    guard isPlain else { return "a name with control characters" }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
      return "the name \(text) leaves the archive, or is a folder's"
    }
    return nil
  }

  /// Sample and field of a name: the field begins after the first dot after the last slash.
  static func parts(of name: String) -> (id: String, field: String) {
    let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    guard let dot = name[start...].firstIndex(of: ".") else { return (name, "") }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }
}

/// The pax header records that are used here (POSIX.1-2001).
struct PaxRecords {
  private(set) var path: [UInt8]?
  private(set) var size: Int?
  private var keys: Set<[UInt8]> = []

  var isEmpty: Bool { keys.isEmpty }

  /// Reads repeated `<length> <key>=<value>` lines; returns what is wrong.
  mutating func read(_ bytes: [UInt8]) -> String? {
    var at = 0
    while at < bytes.count {
      let digits = bytes[at...].prefix(8).prefix { (0x30...0x39).contains($0) }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), digits.first != 0x30 else {
        return "a record without a length"
      }
      guard length <= bytes.count - at, length > digits.count + 2 else {
        return "a record of \(length) bytes where \(bytes.count - at) are left"
      }
      let record = bytes[(at + digits.count)..<(at + length)]
      guard record.first == 0x20, record.last == 0x0A,
        let equals = record.firstIndex(of: UInt8(ascii: "="))
      else { return "a record that is not key=value" }
      let key = Array(record[(record.startIndex + 1)..<equals])
      let value = Array(record[(equals + 1)..<(record.endIndex - 1)])
      if let fault = take(key, value) { return fault }
      at += length
    }
    return keys.isEmpty ? "no record" : nil
  }

  private mutating func take(_ key: [UInt8], _ value: [UInt8]) -> String? {
    guard let name = String(validating: key, as: UTF8.self), keys.insert(key).inserted else {
      return "a key that stands twice or is not UTF-8"
    }
    switch name {
    case "path":
      guard !value.contains(0) else { return "a path with a NUL" }
      path = value
    case "size":
      guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else {
        return "a size that is no count of bytes"
      }
      size = number
    case "linkpath", "hdrcharset": return "the key \(name), which is not read here"
    default:
      if name.hasPrefix("GNU.sparse.") { return "a sparse file; only regular files are read" }
    }
    return nil
  }
}
