import Randomness
import Testing

struct `A seed` {
  /// Changing these values changes every data set that anybody has made.
  @Test func `gives frozen first values`() {
    var stream = Seed(42).child("sum-reduce").child(3).child("pose").stream()
    #expect([stream.next(), stream.next(), stream.next()] == frozen)
  }

  @Test func `gives every path a stream of its own`() {
    var firsts: Set<UInt64> = []
    for seed in 0..<40 as Range<UInt64> {
      for name in ["a", "b", "ab", "", "a\0"] {
        for index in -2..<40 {
          var stream = Seed(seed).child(name).child(index).stream()
          firsts.insert(stream.next())
        }
      }
    }
    #expect(firsts.count == 40 * 5 * 42)
  }

  /// `child("a").child("b")`, `child("ab")`, `child(1)` and `child("1")` are different addresses.
  @Test func `does not confuse paths`() {
    let root = Seed(1)
    let addresses: Set<Seed> = [
      root.child("a").child("b"), root.child("ab"), root.child("b").child("a"), root.child(1),
      root.child("1"), root.child("\u{1}"), root.child(""), root.child(0), root,
    ]
    #expect(addresses.count == 9)
  }

  /// Neighbouring seeds must differ in about half of all bits (avalanche).
  @Test func `scatters neighbours`() {
    var differing = 0
    for seed in 0..<1000 as Range<UInt64> {
      var a = Seed(seed).stream()
      var b = Seed(seed + 1).stream()
      differing += (a.next() ^ b.next()).nonzeroBitCount
    }
    // 32 000 expected; standard deviation sqrt(64 000 / 4) = 126.
    #expect((31_240...32_760).contains(differing))
  }
}

private let frozen: [UInt64] = [
  14_093_872_320_868_154_049, 3_139_230_936_579_740_544, 8_680_254_173_718_933_347,
]
