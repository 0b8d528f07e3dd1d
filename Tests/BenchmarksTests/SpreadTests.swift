import Benchmarks
import Testing

struct `The spread of times` {
  @Test func `has the middle, the smallest and the largest`() {
    let spread = Spread(of: [4, 1, 3])
    #expect(spread.median == 3 && spread.best == 1 && spread.worst == 4)
    #expect(Spread(of: [2, 1]).median == 2)
    #expect(Spread(of: [5]) == Spread(of: [5, 5, 5]))
  }

  /// The first run touches all memory for the first time and is not counted.
  @Test func `counts repetitions after one to warm up`() {
    var bodies = 0
    var others = 0
    _ = Spread(repetitions: 3, beside: { others += 1 }) { bodies += 1 }
    #expect(bodies == 4 && others == 4)
  }

  @Test func `of nothing traps`() async {
    await #expect(processExitsWith: .failure) { _ = Spread(of: []) }
  }
}
