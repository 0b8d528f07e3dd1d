import Checkpoints
import Files
import Kernels
import Models
import Parallel
import Tensors
import Testing

struct `A checkpoint` {
  static func f32(_ name: String, _ values: [Float], _ shape: [Int]) -> (String, Tensor) {
    (name, Tensor(shape: shape, elements: .float32(values)))
  }

  /// Two files and their index.
  static func writeShards(into folder: String, index: String? = nil) throws {
    try AtomicFile.write(
      Safetensors.encode([f32("a", [1, 2, 3, 4], [2, 2])]),
      to: folder + "/model-00001-of-00002.safetensors")
    try AtomicFile.write(
      Safetensors.encode([
        f32("b", [5, 6], [2]),
        ("half", Tensor(shape: [2], elements: .float16bits([0x3C00, 0xC000]))),
        ("brain", Tensor(shape: [1, 2], elements: .bfloat16bits([0x3F80, 0xC000]))),
        ("mask", Tensor(shape: [3], elements: .int64([1, 2, 3]))),
      ]), to: folder + "/model-00002-of-00002.safetensors")
    let second = ["b", "half", "brain", "mask"]
      .map { #""\#($0)":"model-00002-of-00002.safetensors""# }.joined(separator: ",")
    try AtomicFile.write(
      index ?? #"{"metadata":{"total_size":52},"weight_map":{"#
        + #""a":"model-00001-of-00002.safetensors",\#(second)}}"#,
      to: folder + "/model.safetensors.index.json")
    try AtomicFile.write(#"{"model_type":"x","n":1}"#, to: folder + "/config.json")
  }

  @Test func `of many files is one`() throws {
    try withFolder { folder in
      try Self.writeShards(into: folder)
      for path in [folder, folder + "/model.safetensors.index.json"] {
        let checkpoint = try Checkpoint(path)
        #expect(checkpoint.container == .safetensors && checkpoint.files.count == 2)
        #expect(checkpoint.tensors.map(\.name) == ["a", "b", "half", "brain", "mask"])
        #expect(checkpoint.tensors.map(\.typeName) == ["F32", "F32", "F16", "BF16", "I64"])
        #expect(checkpoint.configuration?["n"] == 1)
        #expect(checkpoint.parameterCount == 10)
        let y = Floats(zeros: 2)
        try checkpoint.read("a", rows: 1..<2, into: y)
        #expect(y.array == [3, 4])
        for (name, values) in [("b", [5, 6]), ("half", [1, -2]), ("brain", [1, -2])]
          as [(String, [Float])]
        {
          try checkpoint.read(name, into: y)
          #expect(y.array == values)
        }
        let error = #expect(throws: CheckpointError.self) { try checkpoint.rows(of: "mask") }
        #expect(error?.description.contains("I64 holds no weights") == true)
        #expect(throws: CheckpointError.self) { try checkpoint.rows(of: "c") }
      }
    }
  }

  @Test func `in one file is known by its bytes, whatever its name`() throws {
    try withFolder { folder in
      let bytes = Safetensors.encode([Self.f32("a", [1], [1])])
      try AtomicFile.write(bytes, to: folder + "/weights")
      #expect(try Checkpoint(folder + "/weights").container == .safetensors)
      #expect(try Checkpoint(folder + "/weights").configuration == nil)
      try AtomicFile.write(Golden.bytes("Models/llama.gguf"), to: folder + "/other")
      #expect(try Checkpoint(folder + "/other").container == .gguf)
      // A lone file does not say what it is a model of.
      let error = #expect(throws: CheckpointError.self) {
        try ModelCheckpoint(folder + "/weights")
      }
      #expect(error?.description.contains("config.json") == true)
    }
  }

  /// What a person may name by mistake, and the word of the answer.
  @Test func `names what a path is not`() throws {
    try withFolder { folder in
      func refused(_ path: String, _ word: String) {
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(path) }
        #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
      }
      refused(folder, "neither model.safetensors nor")
      refused(folder + "/nothing", "check the path")
      try AtomicFile.write("x", to: folder + "/pytorch_model.bin")
      refused(folder, "pickled")
      try AtomicFile.write("x", to: folder + "/a.gguf")
      refused(folder, "name the file")
      refused(folder + "/a.gguf", "neither GGUF")
      try AtomicFile.write(
        Safetensors.encode([Self.f32("a", [1], [1])]), to: folder + "/model.safetensors")
      refused(folder, "config.json")
      try AtomicFile.write("[]", to: folder + "/config.json")
      refused(folder, "expected an object")
      try AtomicFile.write(#"{"a":1,"a":2}"#, to: folder + "/config.json")
      refused(folder, "twice")
      var split = GGUFBytes.small
      split.add("split.count", GGUFBytes.uint32(3))
      try AtomicFile.write(split.bytes, to: folder + "/part.gguf")
      refused(folder + "/part.gguf", "split.count")
    }
  }

  @Test(arguments: [
    (#"{"weight_map":{"a":"../model.safetensors"}}"#, "no plain name"),
    (#"{"weight_map":{"a":"model-00001-of-00002.safetensors"}}"#, ""),
    (#"{"weight_map":{"a":"model-00009-of-00002.safetensors"}}"#, "check the path"),
    (
      #"{"weight_map":{"a":"model-00001-of-00002.safetensors","#
        + #""z":"model-00001-of-00002.safetensors"}}"#, "holds no tensor \"z\""
    ),
    (#"{"weight_map":{"z":"model-00001-of-00002.safetensors"}}"#, "does not name it"),
    (
      #"{"weight_map":{"a":"model-00002-of-00002.safetensors","#
        + #""q":"model-00001-of-00002.safetensors"}}"#, "places it in another file"
    ),
    (#"{"weight_map":{"a":1}}"#, "expected a string"), (#"{}"#, "no weight_map"),
    (#"{"weight_map":{},"weight_map":{}}"#, "twice"), (#"{"other":{}}"#, "unknown key"),
    (#"{"weight_map":{"a":"m","a":"m"}}"#, "twice"),
    (#"{"metadata":[[[[[[[[1]]]]]]]]}"#, "nested too deep"), (#"{"weight_map":{}"#, "'}'"),
  ])
  func `with a wrong index is refused`(index: String, word: String) throws {
    try withFolder { folder in
      try Self.writeShards(into: folder, index: index)
      guard !word.isEmpty else {
        #expect(try Checkpoint(folder).tensors.map(\.name) == ["a"])
        return
      }
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder) }
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
  }

  /// The first in the files' order, with its own index, for any number of threads.
  @Test(arguments: [1, 2, 3])
  func `names the first weight that is not finite`(threads: Int) throws {
    let pool = WorkerPool(threads: threads)
    try withFolder { folder in
      try Self.writeShards(into: folder)
      try Checkpoint(folder).requireFinite(pool)
      // Two million weights in rows of 1000: several pieces of work.
      var values = [Float](repeating: 0.5, count: 2_000_000)
      values[1_234_567] = .infinity
      values[1_999_999] = .nan
      let path = folder + "/model-00001-of-00002.safetensors"
      try AtomicFile.write(Safetensors.encode([Self.f32("a", values, [2000, 1000])]), to: path)
      let infinity = CheckpointError.notFinite(
        file: path, name: "a", at: 1_234_567, value: "inf")
      #expect(throws: infinity) { try Checkpoint(folder).requireFinite(pool) }
    }
    // In blocks, the first weight of the block whose scale is not finite.
    var blocks = [UInt8](repeating: 0, count: 34 * 4)
    blocks[34 * 2 + 1] = 0x7E
    var file = GGUFBytes()
    file.tensors = [.init(dimensions: [64, 2], type: 8)]
    file.data = blocks + [UInt8](repeating: 0, count: 24)
    try withFile(file.bytes) { path in
      let error = CheckpointError.notFinite(file: path, name: "w", at: 64, value: "nan")
      _ = #expect(throws: error) { try Checkpoint(path).requireFinite(pool) }
    }
  }
}
