import Checkpoints
import Files
import Kernels
import Tensors
import Testing

struct `A GGUF file` {
  /// Every type of metadata, as `Scripts/goldens/gguf_models.py` wrote them with PyPI `gguf`.
  @Test func `gives metadata of every type as the gguf library wrote them`() throws {
    let file = try GGUFFile(Golden.path("Models/values.gguf"))
    let metadata = file.metadata
    let expected: [(String, GGUFValue)] = [
      ("general.architecture", .string("llama")), ("general.alignment", .uint32(64)),
      ("t.uint8", .uint8(250)), ("t.int8", .int8(-120)), ("t.uint16", .uint16(65000)),
      ("t.int16", .int16(-32000)), ("t.uint32", .uint32(4_000_000_000)),
      ("t.int32", .int32(-2_000_000_000)), ("t.uint64", .uint64(1 << 63 + 5)),
      ("t.int64", .int64(-(1 << 62))), ("t.float32", .float32(1e-5)),
      ("t.float64", .float64(1e-300)), ("t.true", .bool(true)), ("t.false", .bool(false)),
      ("t.string", .string("Grüße, 世界")),
    ]
    #expect(Array(metadata.keys.prefix(expected.count)) == expected.map(\.0))
    for (key, value) in expected { #expect(metadata[key] == value) }
    let strings = ["a", "", "Ġtoken", "日本"].map { Array($0.utf8) }
    #expect(try metadata.strings("t.strings") == strings)
    #expect(try metadata.optionalIntegers("t.ints") == [3, -1, 7])
    #expect(try metadata.optionalFloats("t.floats") == [0.5, -2.25])
    #expect(metadata["t.bools"]?.arrayValue?.bools == [true, false, true])
    #expect(try metadata.double("t.float32") == 1e-5)
    #expect(metadata["nothing"] == nil)
    #expect(file.header.alignment == 64 && file.header.version == 3)
  }

  @Test func `names a key that is missing or of another type`() throws {
    let path = try Golden.path("Models/values.gguf")
    let metadata = try GGUFFile(path).metadata
    #expect(throws: CheckpointError.key(file: path, key: "t.none", reason: "is missing")) {
      try metadata.int("t.none")
    }
    #expect(try metadata.optionalInt("t.none") == nil)
    let error = #expect(throws: CheckpointError.self) { try metadata.int("t.string") }
    #expect(
      error?.description.contains("expected an integer, found a value of type string") == true)
    // 2^63 + 5 fits no Int.
    #expect(throws: CheckpointError.self) { try metadata.int("t.uint64") }
    #expect(throws: CheckpointError.self) { try metadata.strings("t.ints") }
    #expect(throws: CheckpointError.self) { try metadata.optionalFloats("t.ints") }
  }

  /// Shapes are outermost first; weights of blocks are close to what was quantised: the library's
  /// own dequantiser is compared bit by bit elsewhere.
  @Test func `gives tensors of several formats`() throws {
    let file = try GGUFFile(Golden.path("Models/values.gguf"))
    for kind in ["F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"] {
      let tensor = try #require(file.tensor(named: "w.\(kind)"))
      #expect(tensor.shape == [3, 64] && tensor.format?.name == kind && tensor.typeName == kind)
      let rows = try file.rows(of: "w.\(kind)")
      #expect(rows.rowCount == 3 && rows.columnCount == 64 && rows.firstNotFinite == nil)
    }
    let cube = try file.rows(of: "w.cube")
    #expect(file.tensor(named: "w.cube")?.shape == [2, 3, 4])
    #expect(cube.rowCount == 6 && cube.floats == (0..<24).map { Float($0) })
    #expect(throws: CheckpointError.missing(file: file.path, name: "w")) {
      try file.rows(of: "w")
    }
  }
}
