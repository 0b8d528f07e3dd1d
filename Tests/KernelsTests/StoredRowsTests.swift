import Kernels
import Parallel
import Testing

struct `Stored rows` {
  /// Blocks of random quants with random finite halves, as many as make lanes and their rests.
  static func bytes(_ format: StorageFormat, blocks: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> UInt8 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    var all: [UInt8] = []
    for _ in 0..<blocks {
      var block = (0..<format.blockBytes).map { _ in next() }
      // The upper byte of every half, or of the number: no exponent of ones.
      for at in halves(format) { block[at + 1] &= 0xBB }
      if format == .float32 || format == .bfloat16 { block[format.blockBytes - 1] &= 0xBF }
      all += block
    }
    return all
  }

  static func halves(_ format: StorageFormat) -> [Int] {
    switch format {
    case .float32, .bfloat16: []
    case .float16, .q4_0, .q5_0, .q8_0, .iq4_NL, .iq4_XS: [0]
    case .q2_K: [80, 82]
    case .q3_K: [108]
    case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
    case .q6_K: [208]
    }
  }

  /// Every product is exact and a minimum is added once: the reference, rounded once, is equal to
  /// the last bit, zero's sign included, under any instruction set and with denormals flushed.
  @Test(arguments: StorageFormat.allCases, Dispatch.available)
  func `equal the reference bit by bit`(format: StorageFormat, set: InstructionSet) {
    for blocks in format.blockLength == 1 ? edgeWidths : [1, 2, 5] {
      let bytes = Self.bytes(format, blocks: blocks, seed: UInt64(blocks))
      let count = blocks * format.blockLength
      let rows = StoredRows(format: format, rowCount: 1, columnCount: count, copying: bytes)
      let expected = Reference.dequantize(bytes, format: format).map { Float($0).bitPattern }
      let y = Floats(zeros: count)
      Dispatch.using(set) { rows.dequantize(into: y) }
      #expect(y.array.map(\.bitPattern).elementsEqual(expected))
      Dispatch.using(set) { flushingDenormals { rows.dequantize(into: y) } }
      #expect(y.array.map(\.bitPattern).elementsEqual(expected))
    }
  }

  /// Every half, at both places where a kernel reads one, infinities included.
  @Test(arguments: Dispatch.available)
  func `hold all 65536 halves`(set: InstructionSet) {
    let bits = (0...UInt16.max).map { $0 }
    let bytes = bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let expected = Reference.dequantize(bytes, format: .float16).map { Float($0) }
    for columns in [1 << 16, 1] {
      let rows = StoredRows(
        format: .float16, rowCount: (1 << 16) / columns, columnCount: columns, copying: bytes)
      let y = Floats(zeros: 1 << 16)
      Dispatch.using(set) {
        if columns == 1 {
          for r in 0..<rows.rowCount { rows[r..<(r + 1)].dequantize(into: y[r..<(r + 1)]) }
        } else {
          rows.dequantize(into: y)
        }
      }
      let wrong = Array(zip(y.array, expected)).firstIndex {
        $0 != $1 && !($0.isNaN && $1.isNaN) || $0.sign != $1.sign && !$1.isNaN
      }
      #expect(wrong == nil)
    }
  }

  @Test func `are cut by rows`() {
    let bytes = Self.bytes(.q4_1, blocks: 6, seed: 9)
    let rows = StoredRows(format: .q4_1, rowCount: 3, columnCount: 64, copying: bytes)
    let all = Floats(zeros: 192)
    rows.dequantize(into: all)
    let one = Floats(zeros: 64)
    rows[1..<2].dequantize(into: one)
    #expect(one.array == all[64..<128].array)
    rows[3..<3].dequantize(into: one[0..<0])
  }

  /// NaN and both infinities, at the first and last weight and either side of the lanes' edges.
  @Test(
    arguments: [StorageFormat.float32, .float16, .bfloat16], Dispatch.available)
  func `name the first number that is not finite`(format: StorageFormat, set: InstructionSet) {
    let width = format.blockBytes
    let exponents: [[UInt8]] = [
      format == .float32 ? [1, 0, 0x80, 0x7F] : format == .float16 ? [1, 0x7C] : [0x81, 0x7F],
      format == .float32 ? [0, 0, 0x80, 0xFF] : format == .float16 ? [0, 0xFC] : [0x80, 0xFF],
    ]
    for count in edgeWidths + [1023, 1024, 1025, 3000] {
      let whole = Self.bytes(format, blocks: count, seed: UInt64(count))
      func first(_ bytes: [UInt8]) -> Int? {
        let rows = StoredRows(format: format, rowCount: 1, columnCount: count, copying: bytes)
        return Dispatch.using(set) { rows.firstNotFinite }
      }
      #expect(first(whole) == nil)
      for at in Set([0, count / 2, max(0, count - 2), count - 1]) {
        for bits in exponents {
          var bytes = whole
          bytes.replaceSubrange((at * width)..<((at + 1) * width), with: bits)
          #expect(first(bytes) == at)
          bytes.replaceSubrange(((count - 1) * width)..., with: bits)
          #expect(first(bytes) == at)
        }
      }
    }
  }

  @Test(arguments: StorageFormat.allCases.filter { $0.blockLength > 1 })
  func `name the first block that is not finite`(format: StorageFormat) {
    for half in Self.halves(format) {
      for block in 0..<3 {
        var bytes = Self.bytes(format, blocks: 3, seed: 4)
        bytes[block * format.blockBytes + half + 1] |= 0x7C
        let rows = StoredRows(
          format: format, rowCount: 1, columnCount: 3 * format.blockLength, copying: bytes)
        #expect(rows.firstNotFinite == block * format.blockLength)
        let y = Floats(zeros: 3 * format.blockLength)
        rows.dequantize(into: y)
        #expect(y.array.firstIndex { !$0.isFinite } == block * format.blockLength)
      }
    }
  }

  /// What comes back is at most half a step of its block away: d / 2, the half's rounding of d
  /// times 127, and the quotient's rounding.
  @Test(arguments: Dispatch.available)
  func `as Q8_0 are half a step from the floats`(set: InstructionSet) {
    let x = draw(32 * 33, seed: 5, scale: 0.3)
    let bytes = Dispatch.using(set) { storedBytes(Floats(x), as: .q8_0) }
    #expect(bytes == Dispatch.using(.baseline) { storedBytes(Floats(x), as: .q8_0) })
    let rows = StoredRows(format: .q8_0, rowCount: 33, columnCount: 32, copying: bytes)
    let y = Floats(zeros: x.count)
    rows.dequantize(into: y)
    for r in 0..<33 {
      let d = (0..<32).map { abs(x[32 * r + $0]) }.reduce(0, max) / 127
      let bound = d * (0.5 + 127 * 0x1p-11 + 0x1p-10)
      for j in 0..<32 { #expect(abs(y[32 * r + j] - x[32 * r + j]) <= bound) }
    }
  }

  @Test func `of a wrong size trap`() async {
    await #expect(processExitsWith: .failure) {
      _ = StoredRows(
        format: .q4_0, rowCount: 1, columnCount: 32, copying: [UInt8](repeating: 0, count: 17))
    }
    await #expect(processExitsWith: .failure) {
      _ = StoredRows(
        format: .q4_0, rowCount: 1, columnCount: 31, copying: [UInt8](repeating: 0, count: 18))
    }
  }
}
