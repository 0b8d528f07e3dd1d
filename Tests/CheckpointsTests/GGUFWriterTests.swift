import Checkpoints
import Files
import Kernels
import Tensors
import Testing

struct `Writing GGUF` {
  static let metadata: [(String, GGUFValue)] = [
    ("general.architecture", .string("llama")), ("a.uint8", .uint8(1)), ("a.int8", .int8(-1)),
    ("a.uint16", .uint16(2)), ("a.int16", .int16(-2)), ("a.uint32", .uint32(3)),
    ("a.int32", .int32(-3)), ("a.uint64", .uint64(.max)), ("a.int64", .int64(.min)),
    ("a.float32", .float32(0.1)), ("a.float64", .float64(0.1)), ("a.bool", .bool(true)),
    ("a.string", .string("ü")),
    ("a.strings", .array(GGUFArray(strings: [[], [0xFF, 0x00], Array("日".utf8)]))),
    ("a.ints", .array(GGUFArray([Int32.min, 7]))), ("a.uints", .array(GGUFArray([UInt32.max]))),
    ("a.floats", .array(GGUFArray([Float(0.5)]))), ("a.bools", .array(GGUFArray([true, false]))),
    ("a.none", .array(GGUFArray(strings: []))),
  ]

  static func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 % 97) / 16 - 3 } }

  @Test func `gives back metadata and weights`() throws {
    let tensors: [GGUFWriter.Entry] = [
      .init(name: "f32", shape: [3, 5], format: .float32),
      .init(name: "f16", shape: [2, 3, 7], format: .float16),
      .init(name: "q8", shape: [4, 64], format: .q8_0),
      .init(name: "line", shape: [9], format: .float32),
    ]
    try withFolder { folder in
      let path = folder + "/model.gguf"
      var asked: [String] = []
      try GGUFWriter.write(to: path, metadata: Self.metadata, tensors: tensors) { entry in
        asked.append(entry.name)
        return Floats(Self.values(entry.shape.reduce(1, *)))
      }
      #expect(asked == tensors.map(\.name))
      let file = try GGUFFile(path)
      #expect(file.metadata.keys == Self.metadata.map(\.0))
      for (key, value) in Self.metadata { #expect(file.metadata[key] == value, "\(key)") }
      #expect(file.tensors.map(\.name) == tensors.map(\.name))
      #expect(file.tensors.map(\.shape) == tensors.map(\.shape))
      // Sixteenths up to 3.06 are exact in halves.
      for name in ["f32", "f16", "line"] {
        let rows = try file.rows(of: name)
        #expect(rows.floats == Self.values(rows.rowCount * rows.columnCount))
      }
      let quantised = try file.rows(of: "q8")
      #expect(
        quantised.withBytes(Array.init) == storedBytes(Floats(Self.values(256)), as: .q8_0))
      // The same arguments, the same bytes.
      try GGUFWriter.write(to: folder + "/again", metadata: Self.metadata, tensors: tensors) {
        Floats(Self.values($0.shape.reduce(1, *)))
      }
      let (first, second) = (try readFile(path), try readFile(folder + "/again"))
      #expect(first == second)
    }
  }

  /// A file of the library, taken apart and written again, is the same to the last byte.
  /// Q8_0 among them: of what it gives back, the largest of a block is ±127 d, so d comes out
  /// again.
  @Test(arguments: ["written", "llama", "qwen3", "gpt2"])
  func `gives the bytes that the gguf library gives`(name: String) throws {
    let golden = try Golden.path("Models/\(name).gguf")
    let file = try GGUFFile(golden)
    try withFolder { folder in
      try GGUFWriter.write(
        to: folder + "/a", metadata: file.metadata.members.map { ($0.key, $0.value) },
        tensors: file.tensors.map {
          .init(name: $0.name, shape: $0.shape, format: $0.format ?? .float32)
        }
      ) { Floats(try file.rows(of: $0.name).floats) }
      let (written, expected) = (try readFile(folder + "/a"), try readFile(golden))
      #expect(written == expected)
    }
  }

  @Test func `aligns as the metadata say`() throws {
    try withFolder { folder in
      try GGUFWriter.write(
        to: folder + "/a", metadata: [("general.alignment", .uint32(256))],
        tensors: [
          .init(name: "a", shape: [3], format: .float32),
          .init(name: "b", shape: [3], format: .float32),
        ]
      ) { _ in Floats([1, 2, 3]) }
      let file = try GGUFFile(folder + "/a")
      #expect(file.tensors.allSatisfy { $0.range.lowerBound.isMultiple(of: 256) })
      #expect(try file.rows(of: "b").floats == [1, 2, 3])
    }
  }

  /// Each is refused with its name, and no file appears.
  @Test(arguments: [
    ("is NaN", StorageFormat.float32, [32], [Float.nan], "element 0 is nan"),
    ("is infinite", .q8_0, [32], [0, -Float.infinity], "element 1 is -inf"),
    ("is too large for F16", .float16, [32], [0, 1e5], "too large for F16"),
    ("is too large for Q8_0", .q8_0, [32], [1e7], "too large for Q8_0"),
    ("has half a block", .q8_0, [16], [0], "no form in Q8_0"),
    ("has five axes", .float32, [1, 1, 1, 1, 32], [0], "no form in F32"),
    ("has no rows", .float32, [0, 32], [], "no form in F32"),
    ("is of a format that is read only", .q4_K, [256], [0], "Q4_K is not written"),
  ])
  func `refuses a tensor that`(
    what: String, format: StorageFormat, shape: [Int], first: [Float], word: String
  ) throws {
    try withFolder { folder in
      var weights = [Float](repeating: 0.25, count: shape.reduce(1, *))
      for (i, value) in first.enumerated() { weights[i] = value }
      let error = #expect(throws: CheckpointError.self, "\(what)") {
        try GGUFWriter.write(
          to: folder + "/a", metadata: [],
          tensors: [.init(name: "w", shape: shape, format: format)]
        ) { _ in Floats(weights) }
      }
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
      let names = try Folder.names(in: folder)
      #expect(names.isEmpty)
    }
  }

  @Test(arguments: ["", String(repeating: "n", count: 64)])
  func `refuses names that ggml does not take`(name: String) throws {
    try withFolder { folder in
      #expect(throws: CheckpointError.self) {
        try GGUFWriter.write(
          to: folder + "/a", metadata: [],
          tensors: [.init(name: name, shape: [1], format: .float32)]
        ) { _ in Floats([0]) }
      }
      #expect(throws: CheckpointError.self) {
        try GGUFWriter.write(
          to: folder + "/a", metadata: [("k", .bool(true)), ("k", .bool(true))], tensors: []
        ) { _ in Floats([]) }
      }
    }
  }
}
