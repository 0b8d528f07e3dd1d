import Testing
import Verifiers

struct `Packed names` {
  /// Held against words as arrays: all that begin, end or are too long or short.
  @Test func `are words of small letters with a first one as asked`() {
    let small = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    for length in 0...14 {
      for start in 0..<26 {
        let word = (0..<length).map { small[(start + 7 * $0) % 26] }
        for isCapital in [false, true] {
          var text = word
          if isCapital, let first = text.first { text[0] = first - 32 }
          // Within other bytes.
          let bytes = [0x7A] + text + [0x7A]
          let range = 1..<bytes.count - 1
          let name = PackedName(bytes, in: range, isCapital: isCapital)
          #expect(name?.bytes(isCapital: isCapital) == (2...12 ~= length ? text : nil))
          if length > 0 {
            #expect(PackedName(bytes, in: range, isCapital: !isCapital) == nil)
          }
        }
      }
    }
  }

  @Test func `have no other bytes`() {
    for byte in UInt8.min...UInt8.max {
      let isSmall = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      let isCapital = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
      #expect((PackedName([byte, 0x61], in: 0..<2, isCapital: false) != nil) == isSmall)
      #expect((PackedName([byte, 0x61], in: 0..<2, isCapital: true) != nil) == isCapital)
      #expect((PackedName([0x61, byte], in: 0..<2, isCapital: false) != nil) == isSmall)
    }
  }

  /// A letter that counted as nothing would make `ab` of `aab`.
  @Test func `differ where words differ`() {
    let words = ["ab", "aab", "aaab", "ba", "bb", "abc", "aaaaaaaaaaaa", "zzzzzzzzzzzz", "za"]
    let names = words.map { word in
      PackedName(Array(word.utf8), in: 0..<word.utf8.count, isCapital: false)
    }
    #expect(Set(names).count == words.count)
  }
}
