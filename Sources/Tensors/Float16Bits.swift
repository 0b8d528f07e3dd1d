/// IEEE 754 binary16 as bits: 1 sign, 5 exponent, 10 fraction.
///
/// Rounds to nearest, ties to even, whatever the thread's flush-to-zero mode. Values too large
/// become infinite, as in the standard: |x| ≥ 65520 (halfway from the greatest finite value, 65504,
/// to the next power of two) gives ±inf; |x| ≤ 2⁻²⁵ gives ±0. Infinities are kept; a NaN becomes a
/// quiet NaN with the same upper fraction bits. Callers that must not lose a value compare it with
/// `greatestFinite` first.
public enum Float16Bits {
  /// The greatest finite value.
  public static let greatestFinite: Float = 65504

  /// The bits of minus infinity: the logarithm of an exact probability 0.
  public static let negativeInfinity: UInt16 = 0xFC00

  /// The nearest binary16 value.
  @inline(__always)
  public static func encode(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
    let magnitude = bits & 0x7FFF_FFFF
    let coded: UInt32
    if magnitude >= 0x3880_0000, magnitude < 0x4780_0000 {
      // 2⁻¹⁴ ≤ |x| < 2¹⁶: rebias the exponent from 127 to 15, round away 13 bits. A carry runs
      // into the exponent, and from the greatest finite value into infinity, as it should.
      let rebiased = magnitude - (112 << 23)
      coded = (rebiased + 0xFFF + (rebiased >> 13 & 1)) >> 13
    } else if magnitude < 0x3880_0000 {
      // Subnormal or 0: the last fraction bit of 0.5 is worth 2⁻²⁴, like that of a binary16
      // subnormal, so the addition rounds at the right bit.
      coded = (Float(bitPattern: magnitude) + 0.5).bitPattern - Float(0.5).bitPattern
    } else if magnitude <= 0x7F80_0000 {
      coded = 0x7C00
    } else {
      coded = 0x7E00 | magnitude >> 13 & 0x3FF
    }
    return sign | UInt16(truncatingIfNeeded: coded)
  }

  /// The value of the bits, exactly.
  @inline(__always)
  public static func decode(_ bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let exponent = UInt32(bits >> 10 & 0x1F)
    let fraction = UInt32(bits & 0x3FF)
    let magnitude: UInt32
    switch exponent {
    case 0: magnitude = (Float(fraction) * 0x1p-24).bitPattern
    case 31: magnitude = 0x7F80_0000 | fraction << 13
    default: magnitude = (exponent + 112) << 23 | fraction << 13
    }
    return Float(bitPattern: sign | magnitude)
  }

  /// `encode` of every element.
  public static func encode(_ values: [Float]) -> [UInt16] {
    mapped(values) { encode($0) }
  }

  /// `decode` of every element.
  public static func decode(_ bits: [UInt16]) -> [Float] {
    mapped(bits) { decode($0) }
  }
}

/// The upper half of IEEE 754 binary32: 1 sign, 8 exponent, 7 fraction.
///
/// Rounds to nearest, ties to even; values that round beyond the greatest finite value (about
/// 3.39e38) become infinite; infinities are kept; a NaN becomes a quiet NaN.
public enum BFloat16Bits {
  /// The nearest bfloat16 value.
  @inline(__always)
  public static func encode(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if bits & 0x7FFF_FFFF > 0x7F80_0000 {
      return UInt16(truncatingIfNeeded: bits >> 16) | 0x40
    }
    return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
  }

  /// The value of the bits, exactly.
  @inline(__always)
  public static func decode(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// `encode` of every element.
  public static func encode(_ values: [Float]) -> [UInt16] {
    mapped(values) { encode($0) }
  }

  /// `decode` of every element.
  public static func decode(_ bits: [UInt16]) -> [Float] {
    mapped(bits) { decode($0) }
  }
}

/// `map` into an array filled in place, without a capacity check per element.
@inline(__always)
private func mapped<From, To>(_ values: [From], _ transform: (From) -> To) -> [To] {
  [To](unsafeUninitializedCapacity: values.count) { buffer, filled in
    for i in 0..<values.count { buffer.initializeElement(at: i, to: transform(values[i])) }
    filled = values.count
  }
}
