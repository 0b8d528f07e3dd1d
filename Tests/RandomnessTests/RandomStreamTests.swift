import Randomness
import Testing

struct `A random stream` {
  @Test(arguments: [1, 2, 3, 7, 10, 1000])
  func `draws uniformly below a bound`(upper: Int) {
    var stream = Seed(7).stream()
    var counts = [Int](repeating: 0, count: upper)
    let draws = 2000 * upper
    for _ in 0..<draws { counts[stream.uniform(upper)] += 1 }
    // Each count is binomial around 2000 with standard deviation at most 44.8; 6 of them.
    #expect(counts.allSatisfy { abs($0 - 2000) <= 270 })
  }

  @Test func `draws both ends of a closed range`() {
    var stream = Seed(8).stream()
    let values = Set((0..<200).map { _ in stream.uniform(-2...2) })
    #expect(values == [-2, -1, 0, 1, 2])
  }

  @Test func `has the moments of a standard normal`() {
    var stream = Seed(9).stream()
    let values = (0..<40_000).map { _ in stream.normal() }
    let mean = values.reduce(0, +) / 40_000
    let variance = values.reduce(0) { $0 + $1 * $1 } / 40_000
    #expect(abs(mean) < 6 / 200.0)
    #expect(abs(variance - 1) < 6 * 1.4143 / 200)
  }

  @Test func `shuffles into every order alike`() {
    var stream = Seed(10).stream()
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6000 {
      var order = [0, 1, 2]
      stream.shuffle(&order)
      counts[order, default: 0] += 1
    }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { abs($0 - 1000) <= 174 })
  }

  @Test func `refuses an empty range`() async {
    await #expect(processExitsWith: .failure) {
      var stream = Seed(1).stream()
      _ = stream.uniform(0)
    }
  }
}
