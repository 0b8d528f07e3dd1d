import Kernels
import Testing

struct `Arena of floats` {
  @Test func `runs are disjoint, zero and in order`() {
    let arena = Arena(capacity: 48)
    let a = arena.take(1), b = arena.take(17)
    #expect(a.array == [0] && b.array == [Float](repeating: 0, count: 17))
    a[0] = 5
    b.copy(from: [Float](repeating: 3, count: 17))
    #expect(a.array == [5] && b[2..<4].array == [3, 3])
    #expect(arena.used == 48)
    b.zero()
    #expect(b.withSpan { $0.count } == 17 && b[16] == 0)
  }

  @Test func `taking too much traps`() async {
    await #expect(processExitsWith: .failure) { _ = Arena(capacity: 16).take(17) }
  }

  @Test func `an index outside traps`() async {
    await #expect(processExitsWith: .failure) { _ = Floats(zeros: 4)[4] }
  }
}
