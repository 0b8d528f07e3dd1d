/// The description in a `.npy` file: a Python dictionary with exactly the keys `descr`,
/// `fortran_order` and `shape`, in any order, then spaces and a newline.
struct NPYHeader {
  var description = ""
  var isFortranOrder = false
  var shape: [Int] = []

  /// - Parameter bytes: a slice of the file, so that its indices are file offsets.
  init(_ bytes: ArraySlice<UInt8>, named file: String) throws(CheckpointError) {
    var reader = Reader(bytes: bytes, file: file, at: bytes.startIndex)
    guard bytes.last == 0x0A else { throw reader.wrong("expected a newline as the last byte") }
    var seen: Set<String> = []
    try reader.expect("{")
    while !reader.accept("}") {
      let keyStart = reader.at
      let key = try reader.string()
      guard seen.insert(key).inserted else { throw reader.wrong("\(key) stands twice", keyStart) }
      try reader.expect(":")
      switch key {
      case "descr": description = try reader.string()
      case "fortran_order": isFortranOrder = try reader.bool()
      case "shape": shape = try reader.tuple()
      default:
        throw reader.wrong("unknown key \(CheckpointError.quoted(key))", keyStart)
      }
      if !reader.accept(",") {
        try reader.expect("}")
        break
      }
    }
    reader.skipSpace()
    guard reader.at == bytes.endIndex - 1 else { throw reader.wrong("expected the end") }
    guard seen.count == 3 else {
      throw reader.wrong("expected the keys descr, fortran_order and shape", bytes.startIndex)
    }
  }
}

/// Reads the few Python literals allowed in a header.
private struct Reader {
  let bytes: ArraySlice<UInt8>
  let file: String
  var at: Int

  func wrong(_ reason: String, _ place: Int? = nil) -> CheckpointError {
    .header(file: file, at: place ?? at, reason: reason)
  }

  mutating func skipSpace() {
    while at < bytes.endIndex, bytes[at] == 0x20 { at += 1 }
  }

  mutating func accept(_ word: StaticString) -> Bool {
    skipSpace()
    let text = Array(word.description.utf8)
    guard bytes[at...].starts(with: text) else { return false }
    at += text.count
    return true
  }

  mutating func expect(_ word: StaticString) throws(CheckpointError) {
    guard accept(word) else { throw wrong("expected \(word)") }
  }

  mutating func string() throws(CheckpointError) -> String {
    let quote: UInt8
    if accept("'") {
      quote = UInt8(ascii: "'")
    } else if accept("\"") {
      quote = UInt8(ascii: "\"")
    } else {
      throw wrong("expected a string")
    }
    let start = at
    while at < bytes.endIndex, bytes[at] != quote {
      guard bytes[at] >= 0x20, bytes[at] < 0x7F, bytes[at] != UInt8(ascii: "\\") else {
        throw wrong("expected plain ASCII in a string")
      }
      at += 1
    }
    guard at < bytes.endIndex else { throw wrong("the string does not end", start) }
    at += 1
    return String(decoding: bytes[start..<(at - 1)], as: UTF8.self)
  }

  mutating func bool() throws(CheckpointError) -> Bool {
    if accept("False") { return false }
    if accept("True") { return true }
    throw wrong("expected True or False")
  }

  /// `()`, `(3,)`, `(3, 4)`, with or without a trailing comma; `(3)` is a number in Python, not a
  /// tuple.
  mutating func tuple() throws(CheckpointError) -> [Int] {
    try expect("(")
    var numbers: [Int] = []
    while !accept(")") {
      numbers.append(try number())
      guard numbers.count <= ElementType.rankLimit else { throw wrong("too many dimensions") }
      if !accept(",") {
        guard numbers.count > 1 else { throw wrong("expected ','") }
        try expect(")")
        break
      }
    }
    return numbers
  }

  mutating func number() throws(CheckpointError) -> Int {
    skipSpace()
    let start = at
    while at < bytes.endIndex, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
    let digits = bytes[start..<at]
    guard !digits.isEmpty, digits.count == 1 || digits.first != 0x30, digits.count <= 19,
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { throw wrong("expected a dimension", start) }
    return number
  }
}
