/// Text under construction: bytes are appended without strings in between.
public struct LineText: Sendable {
  private(set) var bytes: [UInt8] = []

  /// - Parameter capacity: bytes to make room for.
  package init(capacity: Int = 48) { bytes.reserveCapacity(capacity) }

  /// What has been added so far.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func add(_ byte: UInt8) { bytes.append(byte) }

  /// A digit below 16.
  mutating func add(digit: UInt8) { bytes.append(digit &+ (digit < 10 ? 0x30 : 0x57)) }

  /// A number in decimal, with its sign.
  mutating func add(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    add(number.magnitude)
  }

  private mutating func add(_ number: UInt) {
    // Most numbers of a line are short.
    if number >= 10 { add(number / 10) }
    bytes.append(UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: number % 10))
  }

  /// Digits that are given least significant first.
  mutating func add(reversed digits: [UInt8]) {
    for place in stride(from: digits.count - 1, through: 0, by: -1) { add(digit: digits[place]) }
  }

  /// What a step makes of a copy of a state, and the line that it writes.
  static func step<State>(
    from state: State, _ body: (inout State, inout LineText) -> Void
  ) -> (line: String, state: State) {
    var line = LineText()
    var next = state
    body(&next, &line)
    return (line.text, next)
  }
}
