import Testing
import Verifiers

struct `An excerpt` {
  @Test func `escapes every byte that is not printable ASCII`() {
    #expect(
      Excerpt.quoted(Array("a b\\\n\r\t\u{0}\u{7F}\u{E9}".utf8))
        == "`a b\\\\\\n\\r\\t\\x00\\x7F\\xC3\\xA9`")
    for byte in UInt8.min...UInt8.max {
      #expect(Excerpt.quoted([byte]).utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }

  @Test func `is cut after its limit, and says so`() {
    let long = Array(repeating: UInt8(ascii: "7"), count: Excerpt.byteLimit + 1)
    #expect(Excerpt.quoted(long).hasSuffix("7`... (161 bytes)"))
    #expect(Excerpt.quoted(Array(long.dropLast())).hasSuffix("7`"))
  }

  @Test func `stays within the bytes there are`() {
    #expect(Excerpt.quoted([65, 66], in: 1..<9) == "`B`")
    #expect(Excerpt.quoted([65, 66], in: 5..<9) == "``")
  }

  @Test func `lists at most three alternatives`() {
    #expect(Excerpt.alternatives([[65], [66]]) == "`A` or `B`")
    #expect(Excerpt.alternatives([[65], [66], [67], [68], [69]]) == "`A` or `B` or `C` or 2 more")
  }
}
