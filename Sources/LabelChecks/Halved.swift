internal import Tensors

/// The bits of IEEE halves, so that `Interpretation` can read the same bits in another way.
enum Halved {
  static func encode(_ value: Float) -> UInt16 { Float16Bits.encode(value) }
  static func decode(_ bits: UInt16) -> Float { Float16Bits.decode(bits) }
}
