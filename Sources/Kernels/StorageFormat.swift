internal import CKernels

/// How a file stores weights: plain numbers, or blocks that share scales (ggml's formats).
///
/// The raw value is ggml's number of the type, which GGUF files hold.
public enum StorageFormat: Int32, Sendable, CaseIterable {
  case float32 = 0
  case float16 = 1
  case q4_0 = 2
  case q4_1 = 3
  case q5_0 = 6
  case q5_1 = 7
  case q8_0 = 8
  case q2_K = 10
  case q3_K = 11
  case q4_K = 12
  case q5_K = 13
  case q6_K = 14
  case iq4_NL = 20
  case iq4_XS = 23
  case bfloat16 = 30

  /// Its name in ggml and safetensors.
  public var name: String {
    switch self {
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .q4_0: "Q4_0"
    case .q4_1: "Q4_1"
    case .q5_0: "Q5_0"
    case .q5_1: "Q5_1"
    case .q8_0: "Q8_0"
    case .q2_K: "Q2_K"
    case .q3_K: "Q3_K"
    case .iq4_NL: "IQ4_NL"
    case .iq4_XS: "IQ4_XS"
    case .q4_K: "Q4_K"
    case .q5_K: "Q5_K"
    case .q6_K: "Q6_K"
    }
  }

  /// Weights of one block; 1 for plain numbers. A row is a whole number of blocks.
  public var blockLength: Int {
    switch self {
    case .float32, .float16, .bfloat16: 1
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .iq4_NL: 32
    case .q2_K, .q3_K, .q4_K, .q5_K, .q6_K, .iq4_XS: 256
    }
  }

  /// Bytes of one block.
  public var blockBytes: Int {
    switch self {
    case .float32: 4
    case .float16, .bfloat16: 2
    case .q4_0, .iq4_NL: 18
    case .q4_1: 20
    case .q5_0: 22
    case .q5_1: 24
    case .q8_0: 34
    case .q2_K: 84
    case .q3_K: 110
    case .iq4_XS: 136
    case .q4_K: 144
    case .q5_K: 176
    case .q6_K: 210
    }
  }

  /// Bytes of `count` weights.
  ///
  /// - Returns: `nil` where that is no whole number of blocks, or does not fit 63 bits.
  public func byteCount(_ count: Int) -> Int? {
    guard count >= 0, count.isMultiple(of: blockLength) else { return nil }
    let (bytes, overflow) = (count / blockLength).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }
}

/// Bytes of floats in one of three file formats.
///
/// F16 rounds to nearest even; values beyond 65504 become infinity. Q8_0 gives the bytes of ggml's
/// own quantiser: d = largest magnitude / 127 of a block, as a half; x / d rounded half away from
/// zero. A block whose largest magnitude is beyond 127 × 65504 gets an infinite scale; a block with
/// NaN has no defined result. Callers check the values first.
///
/// - Precondition: F32, F16, or Q8_0 with a whole number of blocks.
public func storedBytes(_ x: Floats, as format: StorageFormat) -> [UInt8] {
  guard let bytes = format.byteCount(x.count) else {
    preconditionFailure("\(x.count) weights are no whole number of blocks of \(format.name)")
  }
  return [UInt8](unsafeUninitializedCapacity: bytes) { buffer, count in
    count = bytes
    guard let start = buffer.baseAddress, bytes > 0 else { return }
    switch format {
    case .float32: UnsafeMutableRawPointer(start).copyMemory(from: x.pointer, byteCount: bytes)
    case .float16:
      // Arrays are aligned to 16 bytes.
      UnsafeMutableRawPointer(start).withMemoryRebound(to: UInt16.self, capacity: x.count) {
        ck_float_to_half(x.count, x.pointer, $0)
      }
    case .q8_0: ck_quantize_q8_0(x.count, x.pointer, start)
    default: preconditionFailure("\(format.name) is not written")
    }
  }
}
