import Testing
import Verifiers

struct `The line reader` {
  private func lines(_ text: String) -> [String] {
    var (reader, found) = (LineReader(Array(text.utf8)), [String]())
    while let line = reader.next() {
      found.append(String(decoding: reader.bytes[line], as: UTF8.self))
      #expect(reader.number == found.count)
    }
    #expect(reader.next() == nil)
    return found
  }

  @Test func `opens no line after one final newline`() {
    #expect(lines("a\nb") == ["a", "b"] && lines("a\nb\n") == ["a", "b"])
    #expect(lines("a\n\n") == ["a", ""])
    #expect(lines("") == [] && lines("\n") == [])
  }

  @Test func `keeps carriage returns and empty lines`() {
    #expect(lines("a\r\n\nb") == ["a\r", "", "b"] && lines("\na") == ["", "a"])
  }
}
