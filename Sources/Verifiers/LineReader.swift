/// The lines of a text, split at the newline byte alone, without copies.
///
/// One newline at the very end closes the last line and opens none. A carriage return is an
/// ordinary byte of its line.
package struct LineReader: Sendable {
  /// 0x0A, the only byte that ends a line.
  package static let newline = UInt8(ascii: "\n")

  /// The whole text; `next` gives ranges of it.
  package let bytes: [UInt8]
  /// Number of the line last handed out, from 1; 0 before the first.
  package private(set) var number = 0
  private let end: Int
  private var position = 0
  private var isFinished: Bool

  /// Starts before the first line; a text that is empty or one newline has none.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    end = bytes.last == Self.newline ? bytes.count - 1 : bytes.count
    isFinished = end == 0
  }

  /// Byte range of the next line without its newline; nil after the last.
  package mutating func next() -> Range<Int>? {
    guard !isFinished else { return nil }
    let start = position
    var stop = start
    while stop < end, bytes[stop] != Self.newline { stop += 1 }
    isFinished = stop == end
    position = stop + 1
    number += 1
    return start..<stop
  }
}
