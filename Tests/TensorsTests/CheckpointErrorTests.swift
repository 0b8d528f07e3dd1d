import Tensors
import Testing

struct `Checkpoint errors` {
  @Test func `name file, place and what to do`() {
    let error = CheckpointError.truncated(file: "m.safetensors", at: 8, needs: 100, has: 50)
    #expect(
      error.description == "m.safetensors: byte 8: needs 100 bytes, has 50; the copy was cut short"
        + " -- fetch or write the file again")
  }

  /// Names come from outside: no escape sequence may reach a terminal, no megabyte a log.
  @Test func `show names from outside harmlessly`() {
    let name = "\u{1B}[2J\n\u{9B}" + String(repeating: "x", count: 1_000_000)
    let text = CheckpointError.missing(file: "m", name: name).description
    #expect(!text.contains("\u{1B}") && !text.contains("\n") && !text.contains("\u{9B}"))
    #expect(text.count < 300)
  }
}
