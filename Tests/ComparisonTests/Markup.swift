/// A strict reader of the markup that our pages use: elements opened and closed in order,
/// attributes in double quotes, no stray `<`, `>` or bare `&`. Anything else is an error with its
/// place.
struct Markup {
  struct Fault: Error, CustomStringConvertible {
    let at: Int
    let reason: String
    var description: String { "byte \(at): \(reason)" }
  }

  static let void: Set<String> = ["meta", "br"]

  private(set) var elements: Set<String> = []
  private(set) var attributes: Set<String> = []
  private(set) var ids: Set<String> = []
  private(set) var links: Set<String> = []
  /// What a reader sees, entities resolved.
  private(set) var text = ""
  private let bytes: [UInt8]
  private var at = 0
  private var open: [String] = []

  init(_ bytes: [UInt8]) throws {
    self.bytes = bytes
    try expect("<!DOCTYPE html>\n")
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "<"): try tag()
      case UInt8(ascii: ">"): throw fault("a stray >")
      case UInt8(ascii: "&"): text += try entity()
      case 0x0A:
        text += "\n"
        at += 1
      case 0..<0x20: throw fault("a control character")
      default:
        let start = at
        while at < bytes.count, ![0x3C, 0x3E, 0x26, 0x0A].contains(bytes[at]) { at += 1 }
        text += String(decoding: bytes[start..<at], as: UTF8.self)
      }
    }
    guard open.isEmpty else { throw fault("\(open) never closed") }
  }

  private func fault(_ reason: String) -> Fault { Fault(at: at, reason: reason) }

  private mutating func expect(_ word: String) throws {
    let wanted = Array(word.utf8)
    guard bytes[at...].starts(with: wanted) else { throw fault("expected \(word)") }
    at += wanted.count
  }

  private mutating func name() throws -> String {
    let start = at
    while at < bytes.count,
      (0x61...0x7A).contains(bytes[at]) || (0x41...0x5A).contains(bytes[at])
        || (0x30...0x39).contains(bytes[at]) || bytes[at] == 0x2D
    { at += 1 }
    guard at > start else { throw fault("expected a name") }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func entity() throws -> String {
    for (word, meaning) in [
      ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"),
    ] where bytes[at...].starts(with: word.utf8) {
      at += word.utf8.count
      return meaning
    }
    throw fault("an unknown entity")
  }

  private mutating func tag() throws {
    at += 1
    if bytes[at] == UInt8(ascii: "/") {
      at += 1
      let closed = try name()
      guard open.popLast() == closed else { throw fault("</\(closed)> closes nothing") }
      return try expect(">")
    }
    let element = try name()
    elements.insert(element)
    var isClosed = Self.void.contains(element)
    var own: Set<String> = []
    while true {
      if bytes[at...].starts(with: "/>".utf8) {
        at += 2
        isClosed = true
        break
      }
      if bytes[at] == UInt8(ascii: ">") {
        at += 1
        break
      }
      try expect(" ")
      let attribute = try name()
      attributes.insert(attribute)
      guard own.insert(attribute).inserted else { throw fault("\(attribute) stands twice") }
      try expect("=\"")
      var value = ""
      while bytes[at] != UInt8(ascii: "\"") {
        switch bytes[at] {
        case UInt8(ascii: "&"): value += try entity()
        case UInt8(ascii: "<"), UInt8(ascii: ">"), 0..<0x20: throw fault("in an attribute")
        default:
          let start = at
          while ![0x22, 0x26, 0x3C, 0x3E].contains(bytes[at]) { at += 1 }
          value += String(decoding: bytes[start..<at], as: UTF8.self)
        }
      }
      at += 1
      if attribute == "id" {
        guard ids.insert(value).inserted else { throw fault("the id \(value) stands twice") }
      }
      if attribute == "href" { links.insert(value) }
    }
    guard !isClosed else { return }
    open.append(element)
    if element == "style" { try style() }
  }

  /// The style sheet is raw text: everything to its end, which it may not hold itself.
  private mutating func style() throws {
    while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
  }
}
