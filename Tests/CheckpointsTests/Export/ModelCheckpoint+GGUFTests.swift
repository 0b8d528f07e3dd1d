import Checkpoints
import Files
import Kernels
import Models
import Tensors
import Testing

/// Held against the GGUF files that PyPI `gguf` wrote of the same models, which `transformers`
/// reads back (`Scripts/goldens/gguf_models.py`).
struct `A model written as GGUF` {
  /// A folder in Hugging Face's layout: the golden's weights, the configuration that `transformers`
  /// saved with them.
  static func makeFolder(_ name: String, in folder: String, _ changes: JSONObject = [:]) throws {
    var configuration = try `A model checkpoint`.configuration(name)
    for member in changes.members { configuration[member.key] = member.value }
    try Folder.make(folder)
    try AtomicFile.write(JSON.object(configuration).serialized(), to: folder + "/config.json")
    try AtomicFile.write(
      readFile(Golden.path("Models/\(name).safetensors")), to: folder + "/model.safetensors")
  }

  static let vocabulary: [(String, GGUFValue)] = [("tokenizer.ggml.model", .string("no_vocab"))]

  @discardableResult
  static func write(
    _ folder: String, to path: String, _ format: StorageFormat = .float32
  ) throws -> [GGUFWriter.Entry] {
    try ModelCheckpoint(folder).writeGGUF(
      to: path, format: format, general: [("general.name", .string("tiny"))],
      tokenizer: vocabulary)
  }

  @Test(arguments: `A model checkpoint`.names)
  func `has the tensors and keys that the gguf library wrote`(name: String) throws {
    let golden = try GGUFFile(Golden.path("Models/\(name).gguf"))
    try withFolder { folder in
      try Self.makeFolder(name, in: folder + "/hf")
      let path = folder + "/out.gguf"
      try Self.write(folder + "/hf", to: path)
      let written = try GGUFFile(path)
      #expect(Set(written.tensors.map(\.name)) == Set(golden.tensors.map(\.name)))
      for tensor in golden.tensors {
        let (a, b) = (try written.rows(of: tensor.name), try golden.rows(of: tensor.name))
        #expect(a.rowCount == b.rowCount && a.columnCount == b.columnCount, "\(tensor.name)")
        // Llama 3's divisors come of a formula in double precision here, in float32 there.
        let tolerance: Float = tensor.name == RotaryScaling.tensorName ? 1e-5 : 0
        let isSame = zip(a.floats, b.floats).allSatisfy { abs($0 - $1) <= tolerance * abs($1) }
        #expect(isSame, "\(tensor.name)")
      }
      for member in golden.metadata.members
      where member.key.hasPrefix(try golden.metadata.string("general.architecture") + ".") {
        let value = written.metadata[member.key]
        #expect(
          value == member.value || value?.doubleValue == member.value.doubleValue,
          "\(member.key): \(String(describing: value))")
      }
      #expect(written.metadata["general.name"] == .string("tiny"))
      #expect(written.metadata["general.file_type"] == .uint32(0))
      #expect(written.metadata["tokenizer.ggml.model"] == .string("no_vocab"))
      // Once more from the GGUF: the same tensors to the last bit but where 1 was taken off.
      try ModelCheckpoint(path).writeGGUF(
        to: folder + "/again.gguf", format: .float32, general: [("general.name", .string("tiny"))],
        tokenizer: Self.vocabulary)
      let again = try GGUFFile(folder + "/again.gguf")
      for tensor in written.tensors {
        let (a, b) = (try written.rows(of: tensor.name), try again.rows(of: tensor.name))
        let isClose = zip(a.floats, b.floats).allSatisfy { abs($0 - $1) <= 0x1p-22 }
        #expect(isClose, "\(tensor.name)")
      }
    }
  }

  /// llama.cpp's rule; the widths of this model are 16 and 20, so no row is a block of 32.
  @Test func `keeps lines in F32, and rows that are no blocks in F16`() throws {
    try withFolder { folder in
      try Self.makeFolder("llama", in: folder + "/hf")
      for (format, matrix) in [
        (StorageFormat.float16, StorageFormat.float16), (.q8_0, .float16), (.float32, .float32),
      ] {
        let entries = try Self.write(folder + "/hf", to: folder + "/a.gguf", format)
        for entry in entries {
          #expect(entry.format == (entry.shape.count == 1 ? .float32 : matrix), "\(entry.name)")
        }
        let type = try GGUFFile(folder + "/a.gguf").metadata["general.file_type"]
        #expect(type == .uint32(format == .float16 ? 1 : format == .q8_0 ? 7 : 0))
      }
      try Self.makeFolder("gpt2", in: folder + "/gpt2")
      let entries = try Self.write(folder + "/gpt2", to: folder + "/b.gguf", .float16)
      #expect(entries.first { $0.name == "position_embd.weight" }?.format == .float32)
      #expect(entries.first { $0.name == "token_embd.weight" }?.format == .float16)
    }
  }

  /// Rows of 64 become Q8_0, to the bytes of ggml's quantiser.
  @Test func `quantises what it can`() throws {
    try withFolder { folder in
      let values = (0..<64 * 8).map { Float($0 % 97) / 16 - 3 }
      try Folder.make(folder + "/hf")
      try AtomicFile.write(
        Safetensors.encode([
          (
            "model.embed_tokens.weight", Tensor(shape: [8, 64], elements: .float32(values))
          ), ("model.norm.weight", Tensor(shape: [64], elements: .float32(Array(values[..<64])))),
        ]), to: folder + "/hf/model.safetensors")
      var configuration = try `A model checkpoint`.configuration("llama")
      configuration["vocab_size"] = 8
      try AtomicFile.write(
        JSON.object(configuration).serialized(), to: folder + "/hf/config.json")
      try Self.write(folder + "/hf", to: folder + "/a.gguf", .q8_0)
      let rows = try GGUFFile(folder + "/a.gguf").rows(of: "token_embd.weight")
      #expect(rows.format == .q8_0)
      #expect(rows.withBytes(Array.init) == storedBytes(Floats(values), as: .q8_0))
    }
  }

  /// The message must lead to the weight.
  @Test(arguments: [
    (StorageFormat.float16, Float(70_000), "element 5 is 70000.0, too large for F16"),
    (.float32, .nan, "element 5 is nan"), (.float16, -.infinity, "element 5 is -inf"),
  ])
  func `refuses a weight that does not fit, by tensor and index`(
    format: StorageFormat, value: Float, word: String
  ) throws {
    try withFolder { folder in
      try Folder.make(folder + "/hf")
      var values = [Float](repeating: 0.5, count: 16)
      values[5] = value
      try AtomicFile.write(
        Safetensors.encode([
          ("model.embed_tokens.weight", Tensor(shape: [1, 16], elements: .float32(values)))
        ]), to: folder + "/hf/model.safetensors")
      try AtomicFile.write(
        JSON.object(try `A model checkpoint`.configuration("llama")).serialized(),
        to: folder + "/hf/config.json")
      let error = #expect(throws: CheckpointError.self) {
        try Self.write(folder + "/hf", to: folder + "/a.gguf", format)
      }
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("token_embd.weight") == true)
      // Nothing half written stays, under any name.
      #expect(try Folder.names(in: folder) == ["hf"])
    }
  }

  /// What GGUF has no key for would be computed otherwise, in silence.
  @Test(arguments: [
    ("llama", "hidden_act", #""gelu""#), ("llama", "model_type", #""mamba""#),
    ("llama", "quantization_config", "{}"), ("llama", "partial_rotary_factor", "0.5"),
    ("llama", "rope_parameters", #"{"rope_type":"longrope","rope_theta":10000.0}"#),
    ("qwen2", "use_sliding_window", "true"), ("gpt2", "activation_function", #""relu""#),
    ("gemma3", "final_logit_softcapping", "30.0"), ("gemma3", "layer_types", #"["x"]"#),
    ("gemma3", "query_pre_attn_scalar", "5"),
  ])
  func `refuses a configuration that it would lose`(
    name: String, key: String, value: String
  ) throws {
    try withFolder { folder in
      let changed: JSONObject = [key: try JSON.parse(Array(value.utf8))]
      try Self.makeFolder(name, in: folder + "/hf", changed)
      let error = #expect(throws: CheckpointError.self) {
        try Self.write(folder + "/hf", to: folder + "/a.gguf")
      }
      let word = key == "rope_parameters" ? "rope_scaling" : key
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `leaves out a readout that a tied model repeats, and names a foreign tensor`() throws {
    try withFolder { folder in
      try Self.makeFolder("llama", in: folder + "/hf")
      let source = try SafetensorsFile(Golden.path("Models/llama.safetensors"))
      var tensors = try source.names.map { (name: $0, tensor: try source.tensor(named: $0)) }
      let embedding = try source.tensor(named: "model.embed_tokens.weight")
      tensors.append((name: "lm_head.weight", tensor: embedding))
      try AtomicFile.write(
        Safetensors.encode(tensors), to: folder + "/hf/model.safetensors")
      let entries = try Self.write(folder + "/hf", to: folder + "/a.gguf")
      #expect(!entries.contains { $0.name == "output.weight" })
      tensors.append((name: "model.layers.0.adapter.weight", tensor: embedding))
      try AtomicFile.write(
        Safetensors.encode(tensors), to: folder + "/hf/model.safetensors")
      let error = #expect(throws: CheckpointError.self) {
        try Self.write(folder + "/hf", to: folder + "/a.gguf")
      }
      #expect(error?.description.contains("adapter") == true)
    }
  }
}
