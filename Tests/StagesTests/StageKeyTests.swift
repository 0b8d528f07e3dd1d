import Files
import Stages
import Testing

struct `A stage key` {
  static let base = StageKey(kind: "train", codeVersion: 1, configuration: ["a": 1], inputs: ["x"])

  @Test func `changes with each thing that it hashes`() {
    let others = [
      StageKey(kind: "label", codeVersion: 1, configuration: ["a": 1], inputs: ["x"]),
      StageKey(kind: "train", codeVersion: 2, configuration: ["a": 1], inputs: ["x"]),
      StageKey(kind: "train", codeVersion: 1, configuration: ["a": 2], inputs: ["x"]),
      StageKey(kind: "train", codeVersion: 1, configuration: ["a": 1], inputs: ["y"]),
      StageKey(kind: "train", codeVersion: 1, configuration: ["a": 1], inputs: ["x", "x"]),
    ]
    #expect(Set(others + [Self.base]).count == 6)
  }

  /// A changed value orphans every finished stage of every user.
  @Test func `is frozen`() {
    #expect(Self.base.short == frozen)
  }
}

private let frozen = "9bfdec2eceec"
