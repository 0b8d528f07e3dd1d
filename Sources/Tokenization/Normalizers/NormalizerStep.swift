/// One normalization step, applied to a text before it is cut.
enum NormalizerStep: Sendable, Equatable {
  /// Canonical composition.
  case nfc
  /// Replaces every occurrence of some bytes.
  case replace([UInt8], with: [UInt8])
  /// Prepends bytes to a text that is not empty.
  case prepend([UInt8])

  /// Maximum factor by which a text may grow; a rough bound.
  var growth: Int {
    switch self {
    case .nfc: 1
    case .replace(let old, let new): (new.count + old.count - 1) / max(1, old.count)
    case .prepend(let text): 1 + text.count / 16
    }
  }

  func apply(to text: inout [UInt8]) {
    switch self {
    case .nfc:
      if let normalized = CanonicalComposition.normalized(text) { text = normalized }
    case .replace(let old, let new): text = Self.replacing(old, with: new, in: text)
    case .prepend(let prefix):
      if !text.isEmpty { text.insert(contentsOf: prefix, at: 0) }
    }
  }

  /// - Precondition: `old` is not empty.
  static func replacing(_ old: [UInt8], with new: [UInt8], in text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count + text.count / 4)
    var at = 0
    while at < text.count {
      if text[at] == old[0], begins(text, at, with: old) {
        out += new
        at += old.count
      } else {
        out.append(text[at])
        at += 1
      }
    }
    return out
  }

  @inline(__always)
  static func begins(_ text: [UInt8], _ at: Int, with part: [UInt8]) -> Bool {
    guard text.count - at >= part.count else { return false }
    for i in part.indices where text[at + i] != part[i] { return false }
    return true
  }
}
