/// The probability that the next bit is 0, learnt from the bits before: the mean of a fast and a
/// slow estimate (Mahoney 2005).
struct BitModel: Sendable {
  private var fast: Int32 = 1 << 15
  private var slow: Int32 = 1 << 15

  /// Out of 2^16, never so near to 0 or 1 that a bit would cost more than ten bits.
  @inline(__always)
  var zero: UInt32 { UInt32(min(max((fast + slow) >> 1, 64), 65536 - 64)) }

  @inline(__always)
  mutating func learn(_ isOne: Bool) {
    if isOne {
      fast -= fast >> 4
      slow -= slow >> 7
    } else {
      fast += (65536 - fast) >> 4
      slow += (65536 - slow) >> 7
    }
  }
}

/// An arithmetic coder of bits with models (Martin 1979; the carry as in LZMA).
struct RangeEncoder {
  private var low: UInt64 = 0
  private var range: UInt32 = .max
  private var cache: UInt8 = 0
  private var pending = 0
  private var isFirst = true
  private var bytes: [UInt8] = []

  mutating func encode(_ isOne: Bool, _ model: inout BitModel) {
    let bound = UInt32((UInt64(range) * UInt64(model.zero)) >> 16)
    if isOne {
      low += UInt64(bound)
      range -= bound
    } else {
      range = bound
    }
    model.learn(isOne)
    normalise()
  }

  /// The low `count` bits of a number, all equally likely; at most 16.
  mutating func encode(raw value: UInt32, count: Int) {
    if count == 0 { return }
    range >>= UInt32(count)
    low += UInt64(range) * UInt64(value)
    normalise()
  }

  /// Everything that was encoded; zeros at the end are left out, since a decoder reads zeros there.
  mutating func finish() -> [UInt8] {
    for _ in 0..<5 { shift() }
    while bytes.last == 0 { bytes.removeLast() }
    return bytes
  }

  private mutating func normalise() {
    while range < 1 << 24 {
      range <<= 8
      shift()
    }
  }

  private mutating func shift() {
    if low < 0xFF00_0000 || low > 0xFFFF_FFFF {
      let carry = UInt8(truncatingIfNeeded: low >> 32)
      // The first byte is the carry out of a number below 1: always 0.
      if isFirst { isFirst = false } else { bytes.append(cache &+ carry) }
      for _ in 0..<pending { bytes.append(0xFF &+ carry) }
      pending = 0
      cache = UInt8(truncatingIfNeeded: low >> 24)
    } else {
      pending += 1
    }
    low = (low & 0x00FF_FFFF) << 8
  }
}

/// Reads what a `RangeEncoder` wrote.
struct RangeDecoder {
  private var range: UInt32 = .max
  private var code: UInt32 = 0
  private let bytes: [UInt8]
  private var position: Int

  /// - Parameter start: of the code in `bytes`.
  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    position = start
    for _ in 0..<4 { code = code << 8 | UInt32(next()) }
  }

  /// Whether all bytes were read: a decoder runs up to four bytes ahead.
  var isFinished: Bool { position >= bytes.count }
  /// Whether far more was decoded than was encoded.
  var isOverrun: Bool { position > bytes.count + 8 }

  @inline(__always)
  mutating func decode(_ model: inout BitModel) -> Bool {
    let bound = UInt32((UInt64(range) * UInt64(model.zero)) >> 16)
    let isOne = code >= bound
    if isOne {
      code -= bound
      range -= bound
    } else {
      range = bound
    }
    model.learn(isOne)
    normalise()
    return isOne
  }

  /// A number of `count` bits, all equally likely; at most 16.
  @inline(__always)
  mutating func decodeRaw(count: Int) -> UInt32 {
    if count == 0 { return 0 }
    range >>= UInt32(count)
    let value = min(code / range, UInt32(1) << UInt32(count) - 1)
    code -= value * range
    normalise()
    return value
  }

  @inline(__always)
  private mutating func normalise() {
    while range < 1 << 24 {
      range <<= 8
      code = code << 8 | UInt32(next())
    }
  }

  @inline(__always)
  private mutating func next() -> UInt8 {
    defer { position += 1 }
    return position < bytes.count ? bytes[position] : 0
  }
}

/// Whole numbers from 0 on, small ones likelier: how many bits they have, then the bits.
struct NumberModel: Sendable {
  /// Numbers have at most 26 bits: more than any vocabulary.
  static let most = (1 << 26) - 2
  private static let classes = 32
  private static let learntBits = 3
  /// `(contexts, classes)`: a binary tree over the number of bits.
  private var widths: [BitModel]
  /// `(classes, 2^learntBits)`: the first bits below the leading one.
  private var leading: [BitModel]

  /// - Parameter contexts: kinds of surroundings in which numbers are distributed differently.
  init(contexts: Int = 1) {
    widths = [BitModel](repeating: BitModel(), count: contexts * Self.classes)
    leading = [BitModel](repeating: BitModel(), count: Self.classes << Self.learntBits)
  }

  mutating func encode(_ number: Int, in context: Int = 0, _ coder: inout RangeEncoder) {
    precondition((0...Self.most) ~= number, "a number that is too large")
    let value = UInt32(number + 1)
    let width = 31 - value.leadingZeroBitCount
    var node = 1
    for bit in (0..<5).reversed() {
      let isOne = width >> bit & 1 == 1
      coder.encode(isOne, &widths[context * Self.classes + node])
      node = node << 1 | (isOne ? 1 : 0)
    }
    node = 1
    var left = width
    while left > 0, left > width - Self.learntBits {
      left -= 1
      let isOne = value >> UInt32(left) & 1 == 1
      coder.encode(isOne, &leading[width << Self.learntBits | node])
      node = node << 1 | (isOne ? 1 : 0)
    }
    if left > 8 {
      coder.encode(raw: value >> 8 & (1 << UInt32(left - 8) - 1), count: left - 8)
      left = 8
    }
    coder.encode(raw: value & (1 << UInt32(left) - 1), count: left)
  }

  @inline(__always)
  mutating func decode(in context: Int = 0, _ coder: inout RangeDecoder) -> Int {
    var node = 1
    for _ in 0..<5 {
      let isOne = coder.decode(&widths[context * Self.classes + node])
      node = node << 1 | (isOne ? 1 : 0)
    }
    let width = min(node - Self.classes, 25)
    var value: UInt32 = 1
    node = 1
    var left = width
    while left > 0, left > width - Self.learntBits {
      left -= 1
      let isOne = coder.decode(&leading[width << Self.learntBits | node])
      node = node << 1 | (isOne ? 1 : 0)
      value = value << 1 | (isOne ? 1 : 0)
    }
    if left > 8 {
      value = value << UInt32(left - 8) | coder.decodeRaw(count: left - 8)
      left = 8
    }
    value = value << UInt32(left) | coder.decodeRaw(count: left)
    return Int(value) - 1
  }
}

/// Halves: sign, exponent and the first bits of the fraction are learnt, the others are noise.
struct HalfModel: Sendable {
  private static let learntBits = 9
  private var tree = [BitModel](repeating: BitModel(), count: 1 << learntBits)

  mutating func encode(_ half: UInt16, _ coder: inout RangeEncoder) {
    var node = 1
    for bit in (16 - Self.learntBits..<16).reversed() {
      let isOne = half >> UInt16(bit) & 1 == 1
      coder.encode(isOne, &tree[node])
      node = node << 1 | (isOne ? 1 : 0)
    }
    let left = 16 - Self.learntBits
    coder.encode(raw: UInt32(half) & (1 << UInt32(left) - 1), count: left)
  }

  @inline(__always)
  mutating func decode(_ coder: inout RangeDecoder) -> UInt16 {
    var node = 1
    for _ in 0..<Self.learntBits {
      node = node << 1 | (coder.decode(&tree[node]) ? 1 : 0)
    }
    let left = 16 - Self.learntBits
    let high = UInt32(node - 1 << Self.learntBits)
    return UInt16(high << UInt32(left) | coder.decodeRaw(count: left))
  }
}
