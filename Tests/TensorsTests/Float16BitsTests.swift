import Tensors
import Testing

struct `Sixteen-bit floats` {
  /// The golden holds numpy's roundings of random bit patterns, of halfway points and their
  /// neighbours, and of the edges of the format.
  @Test func `round as numpy rounds`() throws {
    let (tensors, _) = try Safetensors.decode(try Golden.bytes("rounding.safetensors"), named: "g")
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    guard case .float32(let values) = try #require(byName["values"]).elements,
      case .float16bits(let halves) = try #require(byName["float16"]).elements,
      case .bfloat16bits(let brains) = try #require(byName["bfloat16"]).elements
    else { return #expect(Bool(false), "the golden has other types") }
    #expect(values.count > 2000)
    let ourHalves = Float16Bits.encode(values)
    let ourBrains = BFloat16Bits.encode(values)
    for i in values.indices {
      #expect(ourHalves[i] == halves[i], "float16 of \(values[i])")
      #expect(ourBrains[i] == brains[i], "bfloat16 of \(values[i])")
    }
  }

  /// A decoded value that differs would change every label read from an archive.
  @Test func `decode all 65536 patterns exactly, and encode them back`() {
    var wrong = 0
    for pattern in UInt16.min...UInt16.max {
      let value = Float16Bits.decode(pattern)
      if pattern & 0x7C00 == 0x7C00, pattern & 0x3FF != 0 {
        if !value.isNaN || Float16Bits.encode(value) != pattern | 0x200 { wrong += 1 }
        continue
      }
      if value.bitPattern != Self.reference(pattern).bitPattern { wrong += 1 }
      if Float16Bits.encode(value) != pattern { wrong += 1 }
      let brain = BFloat16Bits.decode(pattern)
      if !brain.isNaN, BFloat16Bits.encode(brain) != pattern { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// The value by the definition of the format, in arithmetic.
  private static func reference(_ bits: UInt16) -> Float {
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF)
    var value: Double
    switch exponent {
    case 31: value = .infinity
    case 0: value = fraction * 0x1p-24
    default:
      value = (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
    }
    if bits >> 15 == 1 { value = -value }
    return Float(value)
  }

  #if !(os(macOS) && arch(x86_64))
    /// The standard library's conversion is an independent witness; a stride that shares no factor
    /// with 2^32 visits 4 million patterns spread over all exponents and fractions.
    @Test func `round as the standard library rounds`() {
      var wrong = 0
      var pattern: UInt32 = 0
      for _ in 0..<4_000_000 {
        let value = Float(bitPattern: pattern)
        if !value.isNaN, Float16(value).bitPattern != Float16Bits.encode(value) { wrong += 1 }
        pattern &+= 2_654_435_761
      }
      #expect(wrong == 0)
    }
  #endif

  @Test func `keep minus infinity and overflow to infinity`() {
    #expect(Float16Bits.encode(-.infinity) == Float16Bits.negativeInfinity)
    #expect(Float16Bits.decode(Float16Bits.negativeInfinity) == -.infinity)
    #expect(Float16Bits.encode(Float16Bits.greatestFinite) == 0x7BFF)
    #expect(Float16Bits.encode(65520) == 0x7C00)
    #expect(Float16Bits.encode(-1e30) == 0xFC00)
    #expect(Float16Bits.decode(Float16Bits.encode(.nan)).isNaN)
    #expect(BFloat16Bits.decode(BFloat16Bits.encode(-.nan)).isNaN)
  }
}
