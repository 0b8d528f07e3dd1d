import Testing
import Tokenization

struct `Scalar classes` {
  @Test func `of ASCII are letters, digits and white space`() {
    for byte in UInt8(0)..<128 {
      let expected: ScalarClass
      switch Character(Unicode.Scalar(byte)) {
      case "a"..."z", "A"..."Z": expected = .letter
      case "0"..."9": expected = .number
      case " ", "\t", "\n", "\u{B}", "\u{C}", "\r": expected = .space
      default: expected = .other
      }
      #expect(ScalarClass(ascii: byte) == expected, "byte \(byte)")
    }
  }

  /// The standard library's Unicode data is an independent witness. The table stands at Unicode 16:
  /// scalars that were assigned later are symbols in it, whatever the standard library knows by
  /// now.
  @Test func `agree with the standard library's Unicode data`() {
    var differing = 0
    var compared = 0
    for value in UInt32(0x80)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), let age = scalar.properties.age, age.major <= 16
      else { continue }
      compared += 1
      let expected: ScalarClass
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
        expected = .letter
      case .decimalNumber, .letterNumber, .otherNumber: expected = .number
      default: expected = scalar.properties.isWhitespace ? .space : .other
      }
      if ScalarClass(beyondASCII: value) != expected { differing += 1 }
    }
    #expect(differing == 0)
    #expect(compared > 150_000)
  }
}
