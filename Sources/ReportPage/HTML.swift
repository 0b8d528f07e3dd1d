/// A piece of a page. Data can enter only through `text` and attribute values, which escape it;
/// element and attribute names and raw pieces are `StaticString`s, so content read from a file can
/// never become markup.
///
/// There is no initialiser from `String`, and string interpolation does not compile into one.
struct HTML: Sendable, ExpressibleByStringLiteral {
  private(set) var bytes: [UInt8] = []

  /// An empty piece.
  init() {}

  /// Literal prose of this program, escaped like any other text.
  init(stringLiteral value: StaticString) { self = .text(value.description) }

  /// Escaped text.
  static func text(_ string: String) -> HTML {
    var html = HTML()
    html.bytes = Escape.bytes(of: string)
    return html
  }

  /// Markup from this program's source: the style sheet.
  static func raw(_ markup: StaticString) -> HTML {
    var html = HTML()
    html.bytes = Array(markup.description.utf8)
    return html
  }

  /// An element. Void ones (`br`, `meta`) take no content.
  static func element(
    _ name: StaticString, _ attributes: Attributes = [:], @HTMLBuilder _ content: () -> HTML
  ) -> HTML {
    var html = HTML()
    html.open(name, attributes)
    html.bytes.append(UInt8(ascii: ">"))
    html.bytes.append(contentsOf: content().bytes)
    html.bytes.append(contentsOf: "</\(name)>".utf8)
    return html
  }

  /// An HTML element that has no content and no end: `<meta …>`.
  static func void(_ name: StaticString, _ attributes: Attributes = [:]) -> HTML {
    var html = HTML()
    html.open(name, attributes)
    html.bytes.append(UInt8(ascii: ">"))
    return html
  }

  /// An SVG element without content: `<path …/>`.
  static func leaf(_ name: StaticString, _ attributes: Attributes) -> HTML {
    var html = HTML()
    html.open(name, attributes)
    html.bytes.append(contentsOf: "/>".utf8)
    return html
  }

  private mutating func open(_ name: StaticString, _ attributes: Attributes) {
    bytes.append(contentsOf: "<\(name)".utf8)
    for (key, value) in attributes.pairs {
      bytes.append(contentsOf: " \(key)=\"".utf8)
      bytes.append(contentsOf: Escape.bytes(of: value))
      bytes.append(UInt8(ascii: "\""))
    }
  }

  static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum.bytes.append(contentsOf: right.bytes)
    return sum
  }

  static func join(_ pieces: [HTML]) -> HTML {
    var all = HTML()
    for piece in pieces { all.bytes.append(contentsOf: piece.bytes) }
    return all
  }
}

/// Attributes in order: names from the source, values escaped.
struct Attributes: ExpressibleByDictionaryLiteral {
  var pairs: [(StaticString, String)]

  init(dictionaryLiteral elements: (StaticString, String)...) { pairs = elements }
}

@resultBuilder
enum HTMLBuilder {
  static func buildExpression(_ piece: HTML) -> HTML { piece }
  static func buildExpression(_ pieces: [HTML]) -> HTML { .join(pieces) }
  static func buildBlock(_ pieces: HTML...) -> HTML { .join(pieces) }
  static func buildOptional(_ piece: HTML?) -> HTML { piece ?? HTML() }
  static func buildEither(first piece: HTML) -> HTML { piece }
  static func buildEither(second piece: HTML) -> HTML { piece }
  static func buildArray(_ pieces: [HTML]) -> HTML { .join(pieces) }
}

/// Escaping for element text and double- or single-quoted attributes alike.
enum Escape {
  static func bytes(of string: String) -> [UInt8] {
    var out: [UInt8] = []
    for scalar in string.unicodeScalars {
      switch scalar {
      case "&": out.append(contentsOf: "&amp;".utf8)
      case "<": out.append(contentsOf: "&lt;".utf8)
      case ">": out.append(contentsOf: "&gt;".utf8)
      case "\"": out.append(contentsOf: "&quot;".utf8)
      case "'": out.append(contentsOf: "&#39;".utf8)
      case "\n": out.append(0x0A)
      default:
        if isInvisible(scalar.value) {
          // Displayed as codes: control characters, and marks that reorder or break the line.
          let hex = String(scalar.value, radix: 16, uppercase: true)
          let zeros = String(repeating: "0", count: max(0, 4 - hex.utf8.count))
          out.append(contentsOf: "\u{27E8}U+\(zeros)\(hex)\u{27E9}".utf8)
        } else {
          out.append(contentsOf: String(scalar).utf8)
        }
      }
    }
    return out
  }

  private static func isInvisible(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
