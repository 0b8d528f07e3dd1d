extension Reference {
  /// The weights of `bytes`, one by one, exactly.
  public static func dequantize(_ bytes: [UInt8], format: StorageFormat) -> [Double] {
    let blocks = bytes.count / format.blockBytes
    return (0..<blocks).flatMap { block in
      let start = block * format.blockBytes
      let one = Array(bytes[start..<(start + format.blockBytes)])
      return (0..<format.blockLength).map { weight(at: $0, of: one, format: format) }
    }
  }

  /// Weight `i` of one block.
  private static func weight(at i: Int, of b: [UInt8], format: StorageFormat) -> Double {
    switch format {
    case .float32:
      return Double(Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(b[$1]) << UInt32(8 * $1) }))
    case .float16: return half(b, at: 0)
    case .bfloat16: return Double(Float(bitPattern: UInt32(b[0]) << 16 | UInt32(b[1]) << 24))
    case .q8_0: return half(b, at: 0) * Double(Int8(bitPattern: b[2 + i]))
    case .q4_0: return half(b, at: 0) * Double(nibble(b, from: 2, i) - 8)
    case .q4_1: return half(b, at: 0) * Double(nibble(b, from: 4, i)) + half(b, at: 2)
    case .q5_0: return half(b, at: 0) * Double(nibble(b, from: 6, i) + 16 * bit(b, from: 2, i) - 16)
    case .q5_1:
      return half(b, at: 0) * Double(nibble(b, from: 8, i) + 16 * bit(b, from: 4, i))
        + half(b, at: 2)
    case .iq4_NL: return half(b, at: 0) * levels[nibble(b, from: 2, i)]
    case .iq4_XS:
      let group = i / 32
      let low = Int(b[4 + group / 2]) >> (4 * (group % 2)) & 15
      let high = (Int(b[2]) + 256 * Int(b[3])) >> (2 * group) & 3
      let level = levels[nibble(b, from: 8 + 16 * group, i % 32)]
      return half(b, at: 0) * Double(low + 16 * high - 32) * level
    case .q2_K:
      let packed = Int(b[i / 16])
      let quant = Int(b[16 + i / 128 * 32 + i % 32]) >> (2 * (i % 128 / 32)) & 3
      return half(b, at: 80) * Double(packed % 16 * quant) - half(b, at: 82) * Double(packed / 16)
    case .q3_K:
      let group = i / 16
      let p = b[96..<108].map { Int($0) }
      let low = group < 8 ? p[group] % 16 : p[group - 8] / 16
      let scale = low + 16 * (p[8 + group % 4] >> (2 * (group / 4)) & 3) - 32
      let quant = Int(b[32 + i / 128 * 32 + i % 32]) >> (2 * (i % 128 / 32)) & 3
      let third = Int(b[i % 32]) >> (i / 32) & 1
      // In this order a scale of 0 keeps the sign of its quant, as the format's own readers have
      // it.
      return half(b, at: 108) * Double(scale) * Double(quant + 4 * third - 4)
    case .q4_K, .q5_K:
      let group = i / 32
      let (scale, minimum) = sixBits(b, group)
      let isFive = format == .q5_K
      let pair = Int(b[(isFive ? 48 : 16) + group / 2 * 32 + i % 32])
      var quant = group.isMultiple(of: 2) ? pair % 16 : pair / 16
      if isFive { quant += 16 * (Int(b[16 + i % 32]) >> group & 1) }
      return half(b, at: 0) * Double(scale) * Double(quant) - half(b, at: 2) * Double(minimum)
    case .q6_K:
      let (part, run, l) = (i / 128, i % 128 / 32, i % 32)
      let pair = Int(b[64 * part + 32 * (run % 2) + l])
      let low = run < 2 ? pair % 16 : pair / 16
      let high = Int(b[128 + 32 * part + l]) >> (2 * run) & 3
      let scale = Int(Int8(bitPattern: b[192 + i / 16]))
      return half(b, at: 208) * Double(scale) * Double(low + 16 * high - 32)
    }
  }

  /// What four bits stand for in ggml's IQ4 formats.
  private static let levels: [Double] = [
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113,
  ]

  /// Quant `i` of 32 in 16 bytes: low nibbles first.
  private static func nibble(_ b: [UInt8], from start: Int, _ i: Int) -> Int {
    i < 16 ? Int(b[start + i]) % 16 : Int(b[start + i - 16]) / 16
  }

  /// Bit `i` of 32.
  private static func bit(_ b: [UInt8], from start: Int, _ i: Int) -> Int {
    Int(b[start + i / 8]) >> (i % 8) & 1
  }

  /// Scale and minimum of a group: bytes 4...15 hold the low six bits of the first four scales and
  /// minima, their upper two bits being those of the last four, whose low nibbles stand behind.
  private static func sixBits(_ b: [UInt8], _ group: Int) -> (scale: Int, minimum: Int) {
    let p = b[4..<16].map { Int($0) }
    if group < 4 { return (p[group] % 64, p[group + 4] % 64) }
    return (
      p[group + 4] % 16 + p[group - 4] / 64 * 16, p[group + 4] / 16 + p[group] / 64 * 16
    )
  }

  /// The value of a half.
  private static func half(_ b: [UInt8], at place: Int) -> Double {
    let bits = Int(b[place]) + 256 * Int(b[place + 1])
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let (exponent, fraction) = (bits >> 10 & 31, Double(bits & 1023))
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
  }
}
