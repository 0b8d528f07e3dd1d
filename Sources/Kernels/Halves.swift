internal import CKernels

/// Owned memory of IEEE halves: rows of stored labels, which kernels read without conversion.
///
/// `@unchecked Sendable`: plain memory, like an `Arena`. The code that hands out ranges keeps them
/// disjoint for threads that write at the same time.
public final class Halves: @unchecked Sendable {
  /// Number of halves.
  public let count: Int
  let pointer: UnsafeMutablePointer<UInt16>

  /// Uninitialised halves.
  public init(count: Int) {
    precondition(count >= 0)
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: max(Arena.alignment, count * MemoryLayout<UInt16>.stride),
      alignment: Arena.alignment)
    pointer = raw.bindMemory(to: UInt16.self, capacity: count)
  }

  /// A copy of these bit patterns of IEEE half precision.
  public convenience init(_ bits: [UInt16]) {
    self.init(count: bits.count)
    bits.withUnsafeBufferPointer { source in
      if let start = source.baseAddress { pointer.update(from: start, count: bits.count) }
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  /// The bits of one half.
  public subscript(index: Int) -> UInt16 {
    get {
      precondition(index >= 0 && index < count, "index outside the halves")
      return pointer[index]
    }
    set {
      precondition(index >= 0 && index < count, "index outside the halves")
      pointer[index] = newValue
    }
  }

  /// The bits of a range, copied.
  public func bits(_ range: Range<Int>) -> [UInt16] {
    check(range)
    return Array(UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count))
  }

  /// Calls `body` with a range as a span.
  public func withSpan<Result>(
    _ range: Range<Int>, _ body: (Span<UInt16>) throws -> Result
  ) rethrows -> Result {
    check(range)
    return try body(
      UnsafeBufferPointer(start: pointer + range.lowerBound, count: range.count).span)
  }

  /// Overwrites a range with little-endian bytes, from `bytes[offset]` on.
  public func copy(to range: Range<Int>, from bytes: [UInt8], at offset: Int) {
    check(range)
    let size = range.count * MemoryLayout<UInt16>.stride
    precondition(offset >= 0 && size <= bytes.count - offset, "fewer bytes than halves")
    bytes.withUnsafeBytes { source in
      guard let start = source.baseAddress, size > 0 else { return }
      UnsafeMutableRawPointer(pointer + range.lowerBound).copyMemory(
        from: start + offset, byteCount: size)
    }
  }

  /// Appends the little-endian bytes of a range.
  public func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
    check(range)
    bytes.append(
      contentsOf: UnsafeRawBufferPointer(
        start: pointer + range.lowerBound, count: range.count * MemoryLayout<UInt16>.stride))
  }

  private func check(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the halves")
  }
}

/// Bits of IEEE halves, rounded to nearest even; beyond 65504 infinity; infinities and NaN stay.
public func halfBits(_ x: Floats) -> [UInt16] {
  [UInt16](unsafeUninitializedCapacity: x.count) { buffer, count in
    ck_float_to_half(x.count, x.pointer, buffer.baseAddress)
    count = x.count
  }
}

/// The values of halves, exactly.
public func floats(ofHalves bits: Span<UInt16>) -> [Float] {
  [Float](unsafeUninitializedCapacity: bits.count) { buffer, count in
    bits.withUnsafeBufferPointer {
      ck_half_to_float($0.count, $0.baseAddress, buffer.baseAddress)
    }
    count = bits.count
  }
}
