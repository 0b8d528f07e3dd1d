import Curriculum
import Files
import Testing

struct `A difficulty histogram` {
  @Test func `counts each tenth of the run`() {
    let difficulties: [Double] = [1, 2, 3]
    let order: [UInt32] = (0..<20).map { $0 < 10 ? 0 : $0 < 18 ? 1 : 2 }
    let histogram = DifficultyHistogram(column: "level", order: order, difficulties: difficulties)
    #expect(histogram.bins == [1...1, 2...2, 3...3])
    #expect(histogram.counts[0] == [2, 0, 0])
    #expect(histogram.counts[5] == [0, 2, 0])
    #expect(histogram.counts[9] == [0, 0, 2])
    #expect(histogram.means[9] == 3)
    #expect(histogram.counts.joined().reduce(0, +) == 20)
    #expect(histogram.json["tenths"]?.arrayValue?.count == 10)
  }

  @Test(arguments: [32, 33, 1000]) func `has at most 32 bins that cover all`(values: Int) {
    let difficulties = (0..<values).map { Double($0) }
    let histogram = DifficultyHistogram(
      column: "length", order: (0..<values).map { UInt32($0) }, difficulties: difficulties)
    #expect(histogram.bins.count <= 32)
    #expect(histogram.bins.first?.lowerBound == 0)
    #expect(histogram.bins.last?.upperBound == Double(values - 1))
    #expect(histogram.counts.joined().reduce(0, +) == values)
  }
}
