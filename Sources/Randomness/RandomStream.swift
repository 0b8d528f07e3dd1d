internal import Foundation

/// A stream of random numbers: xoshiro256++ (Blackman, Vigna 2021) from a state that `Seed` gives.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  // Four numbers apart: a vector would be taken to pieces and put together again at each draw.
  @usableFromInline var a: UInt64
  @usableFromInline var b: UInt64
  @usableFromInline var c: UInt64
  @usableFromInline var d: UInt64

  init(state: SIMD4<UInt64>) {
    // The all-zero state is the only one that xoshiro never leaves.
    let state = state == .zero ? [1, 2, 3, 4] : state
    (a, b, c, d) = (state[0], state[1], state[2], state[3])
  }

  /// The next 64 bits: xoshiro256++ (Blackman, Vigna 2019).
  @inlinable
  public mutating func next() -> UInt64 {
    let sum = a &+ d
    let result = (sum << 23 | sum >> 41) &+ a
    let t = b << 17
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = d << 45 | d >> 19
    return result
  }

  /// Uniform in `0..<upper`, without bias (Lemire 2019).
  ///
  /// - Precondition: `upper > 0`.
  @inlinable
  public mutating func uniform(_ upper: Int) -> Int {
    precondition(upper > 0, "a uniform draw needs a range that is not empty")
    let bound = UInt64(upper)
    var product = next().multipliedFullWidth(by: bound)
    if product.low < bound {
      let threshold = (0 &- bound) % bound
      while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    }
    return Int(product.high)
  }

  /// Uniform in a closed range.
  @inlinable
  public mutating func uniform(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + uniform(range.upperBound - range.lowerBound + 1)
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Standard normal (Box and Muller 1958; the second value is dropped, so that draws do not pair).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - unit())).squareRoot()
    return radius * cos(2 * .pi * unit())
  }

  /// Fisher-Yates shuffle.
  @inlinable
  public mutating func shuffle<T>(_ elements: inout [T]) {
    guard elements.count > 1 else { return }
    for i in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(i, uniform(i + 1))
    }
  }
}
