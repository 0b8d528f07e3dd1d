import Foundation
import Kernels
import Testing

struct `The largest elements` {
  static let sizes = [1, 15, 16, 17, 63, 64, 65, 511, 4096, 4099]

  func expected(_ x: [Float], _ count: Int) -> [Int32] {
    let order = x.indices.sorted { x[$0] != x[$1] ? x[$0] > x[$1] : $0 < $1 }
    return order.prefix(count).map { Int32($0) }
  }

  @Test(arguments: Dispatch.available)
  func `are those that sorting finds`(set: InstructionSet) {
    Dispatch.using(set) {
      for n in Self.sizes {
        let drawn = draw(n, seed: UInt64(n))
        // Many equal ones; all equal; ascending; all of them negative.
        let coarse = drawn.map { ($0 * 2).rounded() }
        for x in [drawn, coarse, drawn.map { _ in 1 }, drawn.sorted(), drawn.map { $0 - 9 }] {
          for count in [1, 2, 17, 50, n, n + 3] {
            #expect(
              largestIndices(of: x.span, count: count) == expected(x, count), "\(count) of \(n)")
          }
        }
      }
    }
  }

  @Test(arguments: Dispatch.available)
  func `are not to be had where one is not finite`(set: InstructionSet) {
    Dispatch.using(set) {
      for n in Self.sizes {
        for place in [0, n / 2, n - 1] {
          for damage in [Float.nan, .infinity, -.infinity] {
            var x = draw(n, seed: 3)
            x[place] = damage
            #expect(largestIndices(of: x.span, count: 5) == nil)
          }
        }
      }
      #expect(largestIndices(of: [Float]().span, count: 5) == nil)
    }
  }

  /// The exponential is about 1e-7 off, and an argument of size a rounds by a 2^-24.
  @Test(arguments: Dispatch.available)
  func `exponentials agree with the library's`(set: InstructionSet) {
    Dispatch.using(set) {
      let x = draw(65, seed: 4, scale: 5)
      let found = exponentials(of: x.span, top: 3, factor: 0.7)
      let wanted = x.map { exp((Double($0) - 3) * Double(Float(0.7))) }
      #expect(mismatch(found, wanted, absolute: 0, relative: 3e-6) == nil)
    }
  }
}
