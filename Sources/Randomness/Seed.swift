/// The address of a random stream in the tree that grows from a run's seed.
///
///     Seed(42).child("sum-reduce").child(3).child(17).child("pose").stream()
///
/// Streams are addressed by path, never by `seed + i`: neighbouring seeds, levels and indices share
/// nothing, any item can be generated alone, and no state has to be saved. A seed is a 256-bit
/// state; a child absorbs its name (length first, so that paths are unambiguous) and mixes.
public struct Seed: Sendable, Hashable {
  // Four numbers apart: a vector would be taken to pieces and put together again in each round.
  private var a: UInt64
  private var b: UInt64
  private var c: UInt64
  private var d: UInt64

  /// The root of a run's tree.
  public init(_ seed: UInt64) {
    // The fractional digits of pi, as constants above suspicion.
    (a, b) = (0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344)
    (c, d) = (0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89)
    absorb(seed)
    mix()
  }

  /// A seed for a named part of the work, independent of all other children.
  public func child(_ name: String) -> Seed {
    var child = self
    let bytes = name.utf8.span
    child.absorb(UInt64(bytes.count) << 1 | 1)
    var (word, filled): (UInt64, UInt64) = (0, 0)
    for index in bytes.indices {
      word |= UInt64(bytes[index]) << filled
      filled += 8
      if filled == 64 || index == bytes.count - 1 {
        child.absorb(word)
        (word, filled) = (0, 0)
      }
    }
    child.mix()
    return child
  }

  /// A seed for part `index` of the work; indices and names never collide.
  public func child(_ index: Int) -> Seed {
    var child = self
    child.absorb(0)
    child.absorb(UInt64(bitPattern: Int64(index)))
    child.mix()
    return child
  }

  /// The stream at this address.
  public func stream() -> RandomStream {
    var end = self
    end.absorb(0x7374_7265_616D)
    end.mix()
    return RandomStream(state: [end.a, end.b, end.c, end.d])
  }

  private mutating func absorb(_ word: UInt64) {
    a ^= word
    round()
    round()
  }

  private mutating func mix() { for _ in 0..<6 { round() } }

  /// Two multiply-fold steps and two rotations: every input bit reaches every word in two rounds.
  private mutating func round() {
    a = Self.fold(a ^ 0x9E37_79B9_7F4A_7C15, b ^ 0xA076_1D64_78BD_642F) &+ c
    c = Self.fold(c ^ 0xE703_7ED1_A0B4_28DB, d ^ 0x8EBC_6AF0_9C88_C6E3) &+ b
    b = Self.scramble(b ^ a)
    d = Self.scramble(d &+ c ^ a)
  }

  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low ^ (a << 32 | a >> 32)
  }

  /// The finaliser of SplitMix64 (Steele, Lea, Flood 2014), a bijection.
  private static func scramble(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
