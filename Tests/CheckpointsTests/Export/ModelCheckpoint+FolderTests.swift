import Checkpoints
import Files
import Kernels
import Models
import Tensors
import Testing

struct `A model written as a folder` {
  @Test(arguments: `A model checkpoint`.names)
  func `has the weights that transformers has, from GGUF and from safetensors`(
    name: String
  ) throws {
    let expected = try SafetensorsFile(Golden.path("Models/\(name).safetensors"))
    try withFolder { folder in
      try `A model written as GGUF`.makeFolder(name, in: folder + "/hf")
      for (number, path) in [try Golden.path("Models/\(name).gguf"), folder + "/hf"].enumerated() {
        let out = folder + "/out\(number)"
        try ModelCheckpoint(path).writeFolder(
          to: out, format: .float32, files: [("tokenizer.json", Array("{}".utf8))])
        #expect(
          try Folder.names(in: out) == ["config.json", "model.safetensors", "tokenizer.json"])
        let written = try SafetensorsFile(out + "/model.safetensors")
        #expect(Set(written.names) == Set(expected.names))
        // fl(fl(w + 1) - 1) of Gemma's norms.
        let tolerance: Float = name == "gemma3" && number == 0 ? 0x1p-22 : 0
        for tensorName in expected.names {
          let (a, b) = (
            try written.tensor(named: tensorName), try expected.tensor(named: tensorName)
          )
          #expect(a.shape == b.shape && a.type == .float32)
          let isSame = zip(a.floats ?? [], b.floats ?? []).allSatisfy {
            abs($0 - $1) <= tolerance
          }
          #expect(isSame, "\(tensorName)")
        }
        // A reader finds the same model.
        let (again, source) = (try ModelCheckpoint(out), try ModelCheckpoint(path))
        #expect(again.architecture?.modelType == source.architecture?.modelType)
        for member in source.configuration.members
        where member.key != "dtype" && member.key != "torch_dtype" {
          #expect(again.configuration[member.key] == member.value, "\(member.key)")
        }
        #expect(again.configuration["torch_dtype"] == "float32")
      }
    }
  }

  @Test func `rounds to F16 and BF16, and keeps each tensor's own`() throws {
    try withFolder { folder in
      let values: [Float] = [1, 1 + 0x1p-8, 1 + 0x1p-9, -3.1415927, 65504, 0]
      let halves = Float16Bits.encode(values)
      try Folder.make(folder + "/hf")
      try AtomicFile.write(#"{"model_type":"llama"}"#, to: folder + "/hf/config.json")
      try AtomicFile.write(
        Safetensors.encode([
          ("a", Tensor(shape: [2, 3], elements: .float32(values))),
          ("b", Tensor(shape: [6], elements: .float16bits(halves))),
        ]), to: folder + "/hf/model.safetensors")
      let model = try ModelCheckpoint(folder + "/hf")
      func written(_ format: StorageFormat?, _ name: String) throws -> [Tensor] {
        try model.writeFolder(to: folder + "/" + name, format: format, files: [])
        let file = try SafetensorsFile(folder + "/\(name)/model.safetensors")
        return [try file.tensor(named: "a"), try file.tensor(named: "b")]
      }
      let f16 = try written(.float16, "f16")
      #expect(f16[0].elements == .float16bits(halves) && f16[1].elements == .float16bits(halves))
      let bf16 = try written(.bfloat16, "bf16")
      // Ties go to even: 1 + 2^-8 lies between 1 and 1 + 2^-7.
      #expect(bf16[0].type == .bfloat16)
      #expect(bf16[0].floats == [1, 1, 1, -3.140625, 65536, 0])
      let own = try written(nil, "own")
      #expect(own[0].elements == .float32(values) && own[1].elements == .float16bits(halves))
      #expect(
        try ModelCheckpoint(folder + "/bf16").configuration["torch_dtype"] == "bfloat16")
    }
  }

  /// A folder that stands there may hold what somebody needs.
  @Test func `never replaces a folder, and leaves nothing half made`() throws {
    try withFolder { folder in
      try `A model written as GGUF`.makeFolder("llama", in: folder + "/hf")
      let model = try ModelCheckpoint(folder + "/hf")
      #expect(throws: FileError.exists(path: folder + "/hf")) {
        try model.writeFolder(to: folder + "/hf", format: .float32, files: [])
      }
      let source = try SafetensorsFile(Golden.path("Models/llama.safetensors"))
      var tensors = try source.names.map { (name: $0, tensor: try source.tensor(named: $0)) }
      tensors[3].tensor = Tensor(shape: [2], elements: .float32([1, .infinity]))
      try AtomicFile.write(Safetensors.encode(tensors), to: folder + "/hf/model.safetensors")
      let error = #expect(throws: CheckpointError.self) {
        try ModelCheckpoint(folder + "/hf").writeFolder(
          to: folder + "/out", format: .float32, files: [])
      }
      #expect(error?.description.contains("element 1 is inf") == true)
      #expect(try Folder.names(in: folder) == ["hf"])
    }
  }
}
