import Kernels
import Testing

struct `Halves of floats` {
  /// Against arithmetic in Double: every half, midpoints and their neighbours.
  @Test(arguments: Dispatch.available)
  func `round to nearest even`(set: InstructionSet) {
    var values: [Float] = [.infinity, -.infinity, 65519, 65520, 1e30, -1e30, 1e-30, 0, -0.0]
    for bits in stride(from: UInt32(0x3300_0000), to: 0x4780_0000, by: 0x0FFF) {
      values.append(Float(bitPattern: bits))
      values.append(-Float(bitPattern: bits))
    }
    for half in UInt32(0)..<0x7C00 {
      // The float midway between this half and the next, and its neighbours.
      let step = half < 0x400 ? Float(sign: .plus, exponent: -24, significand: 1) : 0
      let value =
        half < 0x400
        ? Float(half) * step
        : Float(bitPattern: ((half + (112 << 10)) << 13))
      let midway =
        half < 0x400 ? value + step / 2 : Float(bitPattern: value.bitPattern + 0x1000)
      values += [value, midway, midway.nextUp, midway.nextDown]
    }
    let found = Dispatch.using(set) { halfBits(Floats(values)) }
    let wrong = zip(values, found).first { Self.reference($0) != $1 }
    #expect(wrong == nil)
  }

  /// Every half there is, at every place of a vector.
  @Test(arguments: Dispatch.available)
  func `come back as the floats they are`(set: InstructionSet) {
    let bits = (UInt16(0)...UInt16.max).map { $0 }
    for count in [65536, 65536 - 7] {
      let found = Dispatch.using(set) { floats(ofHalves: bits.span.extracting(0..<count)) }
      let wrong = zip(bits, found).first { half, value in
        let magnitude = Int(half & 0x7FFF)
        if magnitude > 0x7C00 { return !value.isNaN }
        let unit = Double(sign: .plus, exponent: max(1, magnitude >> 10) - 25, significand: 1)
        let steps = magnitude < 0x400 ? magnitude : magnitude & 0x3FF | 0x400
        let expected = magnitude == 0x7C00 ? Double.infinity : Double(steps) * unit
        return Double(value) != (half & 0x8000 == 0 ? expected : -expected)
      }
      #expect(wrong == nil)
    }
  }

  @Test func `NaN stays NaN`() {
    let bits = halfBits(Floats([.nan]))[0]
    #expect(bits & 0x7C00 == 0x7C00 && bits & 0x3FF != 0)
  }

  /// Round to nearest even by arithmetic in Double: scale so that halves are whole numbers.
  static func reference(_ x: Float) -> UInt16 {
    let sign: UInt16 = x.sign == .minus ? 0x8000 : 0
    let magnitude = Double(x.magnitude)
    if magnitude >= 65520 { return sign | 0x7C00 }
    let exponent = max(-14, magnitude == 0 ? -14 : Int(magnitude.exponent))
    let unit = Double(sign: .plus, exponent: exponent - 10, significand: 1)
    let steps = (magnitude / unit).rounded(.toNearestOrEven)
    return sign | UInt16(Double(exponent + 14) * 1024 + steps)
  }
}
