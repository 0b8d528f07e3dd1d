internal import CKernels

/// Bits of IEEE halves, rounded to nearest even; beyond 65504 infinity; infinities and NaN stay.
public func halfBits(_ x: Floats) -> [UInt16] {
  [UInt16](unsafeUninitializedCapacity: x.count) { buffer, count in
    ck_float_to_half(x.count, x.pointer, buffer.baseAddress)
    count = x.count
  }
}
