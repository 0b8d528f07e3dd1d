import Files
import Testing

struct `A count in a message` {
  @Test func `agrees with its noun`() {
    #expect([0, 1, 2].map { $0.counted("record") } == ["0 records", "1 record", "2 records"])
    #expect(2.counted("entry", plural: "entries") == "2 entries")
    #expect(1.counted("entry", plural: "entries") == "1 entry")
  }
}
