/// A line under construction: bytes are appended without strings in between.
struct LineText {
  private var bytes: [UInt8] = []

  init(capacity: Int = 48) { bytes.reserveCapacity(capacity) }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func add(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func add(_ byte: UInt8) { bytes.append(byte) }

  /// A digit below 16.
  mutating func add(digit: UInt8) { bytes.append(Self.digits[Int(digit)]) }

  /// A number in decimal, with its sign.
  mutating func add(_ number: Int) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = number.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }

  /// Digits that are given least significant first.
  mutating func add(reversed digits: [UInt8]) {
    for digit in digits.reversed() { add(digit: digit) }
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
