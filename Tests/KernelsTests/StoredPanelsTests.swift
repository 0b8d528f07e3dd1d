import Kernels
import Testing

struct `Weights in a file's own bits` {
  static let cases = Dispatch.available.flatMap { set in
    PackedWeights.storable.map { (set, $0) }
  }

  /// Where the half-precision numbers of a block stand.
  static func halves(of format: StorageFormat) -> [Int] {
    switch format {
    case .q8_0, .q4_0, .q5_0, .iq4_NL, .iq4_XS: [0]
    case .q2_K: [80, 82]
    case .q3_K: [108]
    case .q6_K: [208]
    default: [0, 2]
    }
  }

  /// Any bytes are quants; scales are drawn small, of both signs, some subnormal.
  func rows(_ format: StorageFormat, rows: Int, columns: Int) -> StoredRows {
    let count = rows * columns / format.blockLength
    let noise = draw(count * format.blockBytes, seed: 5)
    var bytes = noise.map { UInt8(truncatingIfNeeded: Int($0 * 1000)) }
    for block in 0..<count {
      for place in Self.halves(of: format) {
        let exponent = block % 7 == 0 ? 0 : UInt16(3 + block % 5)
        let sign: UInt16 = block % 3 == 0 ? 0x8000 : 0
        let bits = sign | exponent << 10 | UInt16(block * 37 % 1024)
        let at = block * format.blockBytes + place
        bytes[at] = UInt8(bits & 255)
        bytes[at + 1] = UInt8(bits >> 8)
      }
    }
    return StoredRows(format: format, rowCount: rows, columnCount: columns, copying: bytes)
  }

  /// Whatever a file's quants: every format of blocks.
  @Test func `are all formats of blocks`() {
    #expect(PackedWeights.storable == StorageFormat.allCases.filter { $0.blockLength > 1 })
  }

  /// Rows of W around a panel's 64, every number of rows of x that a tile takes, and k around the
  /// chains of at most 512; those of 544 end within a block.
  @Test(arguments: cases)
  func `give, bit for bit, the products of dequantised weights`(
    set: InstructionSet, format: StorageFormat
  ) {
    // The K formats have blocks of 256.
    let blocks = format.blockLength / 32
    for (n, columns, m) in [
      (1, 32, 7), (63, 64, 1), (64, 96, 2), (65, 576, 3), (20, 544, 7), (130, 1056, 4), (70, 64, 5),
      (129, 96, 6), (71, 544, 11), (65, 576, 12), (64, 64, 19),
    ] {
      let k = blocks == 1 ? columns : (columns / 3 + 255) / 256 * 256
      let stored = rows(format, rows: n, columns: k)
      let memory = Floats(
        zeros: PackedWeights.floats(.float32, stored: format, rows: n, columns: k))
      let packed = PackedWeights(in: memory, stored: format, rows: n, columns: k)
      for r in 0..<n { packed.fill(row: r, from: stored, at: r) }
      let floats = Floats(stored.floats)
      let x = Floats(draw(m * k, seed: 1)), found = Floats(zeros: m * n)
      let expected = Floats(zeros: m * n), row = Floats(zeros: k)
      Dispatch.using(set) {
        packed.product(y: found, x: x, m: m)
        PackedWeights(floats, format: .float32, rows: n, columns: k)
          .product(y: expected, x: x, m: m)
      }
      #expect(found.array == expected.array, "\(format.name) \(n) \(k)")
      for r in [0, n / 2, n - 1] {
        Dispatch.using(set) { packed.read(row: r, into: row) }
        #expect(row.array == floats[(r * k)..<((r + 1) * k)].array)
      }
    }
  }
}
