import Files
import Pipeline
import Testing

struct `A TensorBoard file` {
  /// The bytes were read with TensorBoard 2.21 (`EventAccumulator`): loss 0.5 and 0.25 at steps 1
  /// and 300, rate 3 at step 1.
  @Test func `has the bytes that TensorBoard reads`() {
    let bytes = TensorBoard.file(
      [
        .init(time: 1000.5, step: 1, values: [("loss", 0.5), ("rate", 3)]),
        .init(time: 1001, step: 300, values: [("loss", 0.25)]),
      ], started: 1000)
    let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(
      hex == """
        1800000000000000a37f4b22090000000000408f401a0d627261696e2e4576656e743a3273ae6b56\
        2700000000000000bbe1b146090000000000448f4010012a1a0a0b0a046c6f7373150000003f0a0b\
        0a04726174651500004040e60827001b000000000000001a0d9e13090000000000488f4010ac022a\
        0d0a0b0a046c6f7373150000803ed835ec12
        """)
  }
}
