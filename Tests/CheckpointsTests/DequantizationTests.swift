import Files
import Kernels
import Tensors
import Testing

struct `Block formats` {
  /// The library computes in float32 as the formats define; all of it is exact but the addition of
  /// a minimum, so equal means equal bits.
  @Test(arguments: StorageFormat.allCases)
  func `are read as the gguf library reads them`(format: StorageFormat) throws {
    let golden = try SafetensorsFile(Golden.path("dequantization.safetensors"))
    guard case .uint8(let bytes) = try golden.tensor(named: "\(format.name).bytes").elements,
      let expected = try golden.tensor(named: "\(format.name).floats").floats
    else {
      Issue.record("no golden for \(format.name)")
      return
    }
    let rows = StoredRows(format: format, rowCount: 1, columnCount: expected.count, copying: bytes)
    let y = Floats(zeros: expected.count)
    rows.dequantize(into: y)
    let wrong = zip(y.array, expected).map { $0.bitPattern != $1.bitPattern }.firstIndex(of: true)
    #expect(wrong == nil)
    #expect(rows.firstNotFinite == nil)
  }

  @Test func `Q8_0 is written as the gguf library writes it`() throws {
    let golden = try SafetensorsFile(Golden.path("dequantization.safetensors"))
    guard case .uint8(let expected) = try golden.tensor(named: "quantise.Q8_0").elements,
      let floats = try golden.tensor(named: "quantise.floats").floats
    else {
      Issue.record("no golden")
      return
    }
    #expect(storedBytes(Floats(floats), as: .q8_0) == expected)
  }
}
