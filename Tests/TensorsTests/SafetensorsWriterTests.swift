import Files
import Kernels
import Tensors
import Testing

struct `Writing safetensors tensor by tensor` {
  @Test func `gives the bytes of the whole file at once`() throws {
    let first: [Float] = (0..<35).map { Float($0) / 8 }
    let second = Float16Bits.encode([1, 2, 3])
    let whole = Safetensors.encode(
      [
        ("a", Tensor(shape: [5, 7], elements: .float32(first))),
        ("b\"ü", Tensor(shape: [3], elements: .float16bits(second))),
        ("none", Tensor(shape: [0, 2], elements: .float32([]))),
      ], metadata: [("format", "pt")])
    try withFolder { folder in
      var asked: [String] = []
      try SafetensorsWriter.write(
        to: folder + "/a", metadata: [("format", "pt")],
        tensors: [
          .init(name: "a", shape: [5, 7], format: .float32),
          .init(name: "b\"ü", shape: [3], format: .float16),
          .init(name: "none", shape: [0, 2], format: .float32),
        ]
      ) { entry in
        asked.append(entry.name)
        return Floats(entry.name == "a" ? first : entry.name == "none" ? [] : [1, 2, 3])
      }
      #expect(asked == ["a", "b\"ü", "none"])
      #expect(try readFile(folder + "/a") == whole)
    }
  }

  @Test func `refuses a name given twice`() throws {
    try withFolder { folder in
      let entry = SafetensorsWriter.Entry(name: "a", shape: [1], format: .float32)
      let error = #expect(throws: CheckpointError.self) {
        try SafetensorsWriter.write(to: folder + "/a", metadata: [], tensors: [entry, entry]) { _ in
          Floats([1])
        }
      }
      #expect(error?.description.contains("twice") == true)
      let left = try Folder.names(in: folder)
      #expect(left.isEmpty)
    }
  }
}
