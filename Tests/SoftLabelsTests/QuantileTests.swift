import Foundation
import Randomness
import SoftLabels
import Testing

struct `A quantile of many numbers` {
  /// Divergences as label sets have them: from nothing over 1e-9 to 10 nats.
  private static func numbers(_ count: Int) -> [Float] {
    var stream = Seed(7).child("quantile").stream()
    return (0..<count).map { $0 % 50 == 0 ? 0 : Float(exp(6 * stream.normal() - 12)) }
  }

  private static func counted(_ numbers: [Float], mostExact: Int) -> Quantile {
    var found = Quantile(mostExact: mostExact)
    for first in stride(from: 0, to: numbers.count, by: 37) {
      found.add(Array(numbers[first..<min(first + 37, numbers.count)]))
    }
    return found
  }

  @Test(arguments: [1, 2, 99, 100, 101, 5000])
  func `is exact while they are kept`(count: Int) {
    let numbers = Self.numbers(count)
    let sorted = numbers.sorted()
    let found = Self.counted(numbers, mostExact: 5000)
    for percent in [1, 50, 99, 100] {
      let rank = Int((Double(count * percent) / 100).rounded(.up))
      #expect(found.value(percent: percent) == sorted[rank - 1])
    }
  }

  /// Of a fraction's 23 bits, 12 are told apart: the others are worth less than 2^-12 of the
  /// number.
  @Test(arguments: [1, 50, 90, 99, 100])
  func `is never too small, and hardly too large, once they are counted`(percent: Int) {
    let numbers = Self.numbers(5001)
    let found = Self.counted(numbers, mostExact: 5000)
    let rank = Int((Double(5001 * percent) / 100).rounded(.up))
    let exact = numbers.sorted()[rank - 1]
    let value = found.value(percent: percent)
    #expect(found.count == 5001)
    #expect(value >= exact)
    #expect(value <= exact * (1 + 0x1p-12))
  }

  @Test func `takes zeros of either sign and infinity`() {
    var found = Quantile(mostExact: 1)
    found.add([-0.0, 0, .infinity, 1])
    #expect(found.value(percent: 50) == 0)
    #expect(found.value(percent: 100) == .infinity)
    #expect(Quantile().value(percent: 99) == 0)
  }
}
