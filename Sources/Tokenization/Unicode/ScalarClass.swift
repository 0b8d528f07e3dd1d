/// The class of a scalar in the pre-tokenizer.
///
/// Frozen in a table instead of taken from the system's Unicode data: a newer Unicode version would
/// change how old text is cut, and with it the bytes of every set. The table is Unicode 16, plus 13
/// numerals of Unicode 17 as numbers, as in the library it was taken from.
package enum ScalarClass: UInt8 {
  /// Punctuation, symbols, marks, controls, and each byte that is not part of valid UTF-8.
  case other = 0
  /// Unicode category L.
  case letter = 1
  /// Unicode category N: always a piece of its own.
  case number = 2
  /// White_Space.
  case space = 3

  /// The class of a byte below 128.
  @inline(__always)
  package init(ascii byte: UInt8) {
    if (byte | 0x20) &- 0x61 < 26 {
      self = .letter
    } else if byte &- 0x30 < 10 {
      self = .number
    } else if byte == 0x20 || byte &- 0x09 < 5 {
      self = .space
    } else {
      self = .other
    }
  }

  /// The class of a scalar from U+0080 on.
  package init(beyondASCII scalar: UInt32) {
    let runs = Self.runs
    var low = 0
    var high = runs.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle] >> 2 <= scalar { low = middle } else { high = middle }
    }
    self = ScalarClass(rawValue: UInt8(runs[low] & 3)) ?? .other
  }
}
