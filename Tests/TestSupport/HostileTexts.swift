/// Texts that a verifier of any family must judge at once.
public enum HostileTexts {
  /// Name and bytes of each.
  public static let all: [(name: String, bytes: [UInt8])] = [
    ("a line of 1 MB of digits", Array(repeating: 0x37, count: 1 << 20)),
    ("1 MB of 7+", pattern("7+")),
    ("1 MB of spaces", Array(repeating: 0x20, count: 1 << 20)),
    ("1 MB of newlines", Array(repeating: 0x0A, count: 1 << 20)),
    ("1 MB of minus signs", Array(repeating: 0x2D, count: 1 << 20)),
    ("1 MB of x", Array(repeating: 0x78, count: 1 << 20)),
    ("deep nesting", Array(repeating: 0x7B, count: 1 << 20)),
    ("deep nesting, closed", pattern("{") + pattern("}")),
    ("1 MB of A={aa} ", pattern("A={aa} ")),
    ("1 MB of steps", pattern("add 2x: x=1\n")),
    ("1 MB of columns", pattern("7+5+0=12 write 2 carry 1\n")),
    ("1 MB of operations", pattern("; swap A B")),
    ("NUL", [0]),
    ("1 MB of NUL", Array(repeating: 0, count: 1 << 20)),
    ("invalid UTF-8", [0xC3, 0x28, 0xA0, 0xA1, 0xE2, 0x28, 0xA1, 0xF8, 0x88, 0x80, 0x80, 0x80]),
    ("1 MB of invalid UTF-8", Array(repeating: 0xFF, count: 1 << 20)),
    ("empty", []),
  ]

  private static func pattern(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return (0..<(1 << 20) / bytes.count).flatMap { _ in bytes }
  }
}
