import Tensors
import Testing

struct `Safetensors bytes` {
  @Test func `read what the safetensors library wrote`() throws {
    let bytes = try Golden.bytes("library.safetensors")
    let (tensors, metadata) = try Safetensors.decode(bytes, named: "library")
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    #expect(byName.count == 14)
    for (name, tensor) in oneOfEach { #expect(byName[name] == tensor, "\(name)") }
    let brain = Tensor(shape: [3], elements: .bfloat16bits([0x3F80, 0xC020, 0xFF80]))
    #expect(byName["BF16"] == brain)
    #expect(byName["scalar"] == Tensor(shape: [], elements: .float32([7])))
    #expect(byName["empty"] == Tensor(shape: [0, 5], elements: .float32([])))
    #expect(metadata.contains { $0 == ("script", "Scripts/goldens/checkpoints.py") })
  }

  @Test func `come back from bytes as they were, in their order`() throws {
    let metadata = [("z", "1"), ("a", "\"\u{1F600}\"\n")]
    let written = Safetensors.encode(oneOfEach.reversed(), metadata: metadata)
    let (tensors, read) = try Safetensors.decode(written, named: "own")
    #expect(tensors.map(\.name) == oneOfEach.reversed().map(\.name))
    for (mine, theirs) in zip(tensors, oneOfEach.reversed()) { #expect(mine == theirs) }
    #expect(read.map(\.0) == ["z", "a"])
    #expect(read.map(\.1) == metadata.map(\.1))
    #expect(Safetensors.encode(tensors, metadata: read) == written)
  }

  /// Stage digests hang on these bytes.
  @Test func `are written in one fixed form`() {
    let bytes = Safetensors.encode(
      [("w", Tensor(shape: [1, 2], elements: .uint16([1, 0x0203])))], metadata: [("k", "v")])
    let header =
      #"{"__metadata__":{"k":"v"},"w":{"dtype":"U16","shape":[1,2],"data_offsets":[0,4]}}"#
    var padded = Array(header.utf8)
    while padded.count % 8 != 0 { padded.append(0x20) }
    #expect(bytes == [UInt8(padded.count), 0, 0, 0, 0, 0, 0, 0] + padded + [1, 0, 3, 2])
    #expect(Safetensors.encode([]).count == 16)
  }

  @Test func `are refused at every truncation and with a byte more`() throws {
    let bytes = Safetensors.encode(Array(oneOfEach.prefix(3)), metadata: [("k", "v")])
    for count in bytes.indices {
      #expect(throws: CheckpointError.self, "\(count) of \(bytes.count) bytes") {
        try Safetensors.decode(Array(bytes[..<count]), named: "cut")
      }
    }
    #expect(throws: CheckpointError.self) { try Safetensors.decode(bytes + [0], named: "long") }
  }

  /// Not every flip can be found (the values carry no checksum), but none may trap.
  @Test func `never trap on a flipped bit of the header`() throws {
    let bytes = Safetensors.encode(Array(oneOfEach.prefix(2)))
    let headerEnd = bytes.count - 6 * 12
    for index in 0..<headerEnd {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << bit
        _ = try? Safetensors.decode(flipped, named: "flipped")
      }
    }
  }

  @Test func `are held finite where asked`() throws {
    let good = Tensor(shape: [2], elements: .float32([1, 2]))
    for elements: TensorElements in [
      .float32([0, .nan]), .float64([0, .infinity]), .float16bits([0, 0xFC00]),
      .bfloat16bits([0x3F80, 0x7FC0]),
    ] {
      let tensors = [("good", good), ("bad", Tensor(shape: [2], elements: elements))]
      let error = #expect(throws: CheckpointError.self) {
        try Safetensors.requireFinite(tensors, named: "model")
      }
      guard case .notFinite("model", "bad", 1, _) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    try Safetensors.requireFinite([("good", good)] + oneOfEach.suffix(8), named: "model")
  }

  @Test func `refuse to write what cannot be read`() async {
    await #expect(processExitsWith: .failure) {
      let one = Tensor(shape: [1], elements: .uint8([1]))
      _ = Safetensors.encode([("a", one), ("a", one)])
    }
    await #expect(processExitsWith: .failure) {
      var one = Tensor(shape: [1], elements: .uint8([1]))
      one.shape = [2]
      _ = Safetensors.encode([("a", one)])
    }
  }
}
