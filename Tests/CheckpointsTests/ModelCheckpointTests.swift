import Checkpoints
import Files
import Kernels
import Models
import Tensors
import Testing

/// Tiny models of every family that `Scripts/goldens/gguf_models.py` wrote as GGUF with the gguf
/// library, which `transformers` reads back into the weights of the safetensors beside them.
struct `A model checkpoint` {
  static let names = ["llama", "llama3", "qwen2", "qwen3", "gpt2", "gemma3"]

  /// The configuration that `transformers` gave the model.
  static func configuration(_ name: String) throws -> JSONObject {
    let file = try SafetensorsFile(Golden.path("Models/\(name).safetensors"))
    let text = try #require(file.header.metadata.first { $0.0 == "config" }?.1)
    let json = try JSON.parse(text)
    return try #require(json.objectValue)
  }

  @Test(arguments: names)
  func `gives a GGUF the tensors that transformers has`(name: String) throws {
    let expected = try SafetensorsFile(Golden.path("Models/\(name).safetensors"))
    let model = try ModelCheckpoint(Golden.path("Models/\(name).gguf"))
    #expect(Set(model.tensors.map(\.name)) == Set(expected.names))
    #expect(model.unknownKeys.isEmpty, "\(model.unknownKeys)")
    for tensor in model.tensors {
      let wanted = try expected.tensor(named: tensor.name)
      #expect(tensor.shape == wanted.shape, "\(tensor.name)")
      let y = Floats(zeros: wanted.elements.count)
      try model.read(tensor.name, into: y)
      let floats = try #require(wanted.floats)
      // fl(fl(w + 1) - 1) is off by the rounding of the sum: half a unit in the last place of 4.
      let tolerance: Float = tensor.transform == .minusOne ? 0x1p-22 : 0
      let wrong = zip(y.array, floats).map { abs($0 - $1) > tolerance }.firstIndex(of: true)
      #expect(wrong == nil, "\(tensor.name)")
      // Row by row, and in the file's own format, the same.
      if tensor.shape.count == 2 {
        let columns = tensor.shape[1]
        let row = Floats(zeros: 2 * columns)
        try model.read(tensor.name, rows: 1..<3, into: row)
        #expect(row.array == y[columns..<(3 * columns)].array, "\(tensor.name)")
        let stored = try model.rows(of: tensor.name)
        #expect(stored.map { $0.floats == y.array } ?? (tensor.transform == .transposed))
      }
    }
  }

  /// Every field that both have says the same; those of a new `rope_parameters` are compared with
  /// the old names.
  @Test(arguments: names)
  func `gives a GGUF the configuration that transformers has`(name: String) throws {
    let expected = try Self.configuration(name)
    let found = try ModelCheckpoint(Golden.path("Models/\(name).gguf")).configuration
    var compared = 0
    for member in found.members {
      guard let wanted = expected[member.key] else { continue }
      compared += 1
      #expect(
        member.value == wanted || member.value.doubleValue.map { $0 == wanted.doubleValue } == true
          || wanted == .null, "\(member.key): \(member.value.text), expected \(wanted.text)")
    }
    #expect(compared >= 10)
    let rope = expected["rope_parameters"]
    let full = rope?["full_attention"] ?? rope
    #expect(found["rope_theta"]?.doubleValue == full?["rope_theta"]?.doubleValue)
    if name == "gemma3" {
      #expect(
        found["rope_local_base_freq"]?.doubleValue
          == rope?["sliding_attention"]?["rope_theta"]?.doubleValue)
      #expect(found["layer_types"] == expected["layer_types"])
    }
    if name == "llama3" {
      for key in ["rope_type", "factor", "low_freq_factor", "high_freq_factor"] {
        #expect(found["rope_scaling"]?[key]?.text == rope?[key]?.text, "\(key)")
      }
      #expect(found["rope_scaling"]?["original_max_position_embeddings"] == 8192)
    }
  }

  /// Out and in again: the GGUF that its own configuration and tensors make gives them back.
  @Test(arguments: names)
  func `comes back from a GGUF of its own export`(name: String) throws {
    let source = try SafetensorsFile(Golden.path("Models/\(name).safetensors"))
    let configuration = try ModelCheckpoint(Golden.path("Models/\(name).gguf")).configuration
    let modelType = try #require(configuration["model_type"]?.stringValue)
    let architecture = try #require(Architecture.named(modelType: modelType))
    var exported: [(name: String, shape: [Int], weights: [Float])] = []
    for tensorName in source.names {
      let tensor = try source.tensor(named: tensorName)
      let floats = try #require(tensor.floats)
      let one = architecture.exported(
        tensorName, floats, shape: tensor.shape, configuration: configuration)
      exported.append(try #require(one))
    }
    if name == "llama3" {
      let divisors = RotaryScaling.llama3Divisors(
        headWidth: 32, base: 500_000, factor: 8, low: 1, high: 4, original: 8192)
      exported.append((RotaryScaling.tensorName, [16], divisors))
    }
    try withFolder { folder in
      let all = exported
      try GGUFWriter.write(
        to: folder + "/a.gguf", metadata: architecture.metadata(of: configuration),
        tensors: all.map { .init(name: $0.name, shape: $0.shape, format: .float32) }
      ) { entry in Floats(all.first { $0.name == entry.name }?.weights ?? []) }
      let model = try ModelCheckpoint(folder + "/a.gguf")
      var expected = configuration
      // Those two stand with the tokenizer.
      expected["bos_token_id"] = nil
      expected["eos_token_id"] = nil
      #expect(model.configuration == expected)
      for tensorName in source.names {
        let tensor = try source.tensor(named: tensorName)
        let y = Floats(zeros: tensor.elements.count)
        try model.read(tensorName, into: y)
        let floats = try #require(tensor.floats)
        let isClose = zip(y.array, floats).allSatisfy { abs($0 - $1) <= 0x1p-22 }
        #expect(isClose, "\(tensorName)")
      }
    }
  }

  /// Each key changed, and the word of the refusal.
  @Test(arguments: [
    ("llama.expert_count", GGUFValue.uint32(8), "not supported"),
    ("llama.rope.scaling.type", .string("longrope"), "longrope"),
    ("llama.rope.scaling.type", .string("yarn"), "rope.scaling.factor"),
    ("llama.attention.head_count", .uint32(0), "attention.head_count"),
    ("llama.attention.head_count_kv", .uint32(3), "no pairs of rows"),
    ("llama.attention.head_count", .array(GGUFArray([UInt32(4), 4])), "expected an integer"),
    ("llama.block_count", .uint64(1 << 40), "block_count"),
    ("llama.vocab_size", .uint32(23), "24 rows"),
    ("llama.rope.dimension_count", .uint32(2), "partial rotation"),
    ("llama.attention.key_length", .uint32(8), "partial rotation"),
    ("llama.logit_scale", .float32(0.5), "not supported"),
    ("llama.final_logit_softcapping", .float32(30), "not supported"),
    ("llama.rope.freq_base", .float32(.nan), "is nan, expected a finite number"),
    ("general.architecture", .string("mamba"), "supported are llama"),
    ("general.architecture", .uint32(1), "expected a string"),
  ])
  func `refuses a GGUF that says`(key: String, value: GGUFValue, word: String) throws {
    try withChanged("llama", [(key, value)]) { path in
      let error = #expect(throws: CheckpointError.self) { try ModelCheckpoint(path) }
      #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
    }
  }

  @Test(
    arguments: [
      ([("llama.rope.scaling.type", GGUFValue.string("none"))], nil),
      (
        [
          ("llama.rope.scaling.type", .string("linear")),
          ("llama.rope.scaling.factor", .float32(4)),
        ],
        #"{"rope_type":"linear","factor":4.0}"#
      ),
      ([("llama.rope.scale_linear", .float32(2))], #"{"rope_type":"linear","factor":2.0}"#),
      // As llama.cpp has it: a factor is linear where no type stands, and nothing beside "none".
      ([("llama.rope.scaling.factor", .float32(8))], #"{"rope_type":"linear","factor":8.0}"#),
      ([("llama.rope.scaling.factor", .float32(0))], nil),
      (
        [
          ("llama.rope.scaling.type", GGUFValue.string("none")),
          ("llama.rope.scale_linear", .float32(2)),
        ], nil
      ),
      (
        [
          ("llama.rope.scaling.type", .string("yarn")), ("llama.rope.scaling.factor", .float32(4)),
          ("llama.rope.scaling.original_context_length", .uint32(32768)),
        ],
        #"{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":32768}"#
      ),
    ] as [([(String, GGUFValue)], String?)])
  func `reads the scaling of positions`(keys: [(String, GGUFValue)], json: String?) throws {
    try withChanged("llama", keys) { path in
      let found = try ModelCheckpoint(path).configuration["rope_scaling"]
      let expected = try json.map { try JSON.parse($0) }
      #expect(found == expected)
    }
  }

  @Test func `tells a key that nobody knows`() throws {
    try withChanged(
      "llama", [("llama.sparkle", .uint32(1)), ("general.sparkle", .uint32(1))]
    ) { path in
      let model = try ModelCheckpoint(path)
      #expect(model.unknownKeys == ["llama.sparkle"])
    }
  }

  @Test func `with a window is Mistral`() throws {
    try withChanged("llama", [("llama.attention.sliding_window", .uint32(4096))]) { path in
      let configuration = try ModelCheckpoint(path).configuration
      #expect(configuration["model_type"] == "mistral")
      #expect(configuration["sliding_window"] == 4096)
    }
  }

  /// Old files of GPT-2 hold masks, and names without the prefix.
  @Test func `of bare GPT-2 gets the prefix and loses the masks`() throws {
    try withFolder { folder in
      let one = Tensor(shape: [1], elements: .float32([1]))
      try AtomicFile.write(
        Safetensors.encode([
          ("h.0.attn.bias", one), ("h.0.attn.c_attn.bias", one), ("wte.weight", one),
        ]), to: folder + "/model.safetensors")
      try AtomicFile.write(#"{"model_type":"gpt2"}"#, to: folder + "/config.json")
      let model = try ModelCheckpoint(folder)
      #expect(
        model.tensors.map(\.name)
          == ["transformer.h.0.attn.c_attn.bias", "transformer.wte.weight"])
      let y = Floats(zeros: 1)
      try model.read("transformer.wte.weight", into: y)
      #expect(y[0] == 1)
    }
  }

  /// Both ways for every name, and no other.
  @Test func `translates names both ways`() {
    for architecture in Architecture.all {
      for name in ["token_embd.weight", "output_norm.weight", "blk.7.ffn_up.weight"] {
        let other = architecture.huggingFaceName(ofGGUF: name)
        #expect(other.flatMap(architecture.ggufName(ofHuggingFace:)) == name)
      }
      for name in [
        "blk.07.ffn_up.weight", "blk.-1.ffn_up.weight", "blk.7.ffn_up.scale", "blk.ffn_up.weight",
        "blk.7", "", "blk.99999999999999999999.ffn_up.weight",
      ] {
        #expect(architecture.huggingFaceName(ofGGUF: name) == nil)
      }
    }
  }

  /// A golden with keys changed or added.
  private func withChanged<Result>(
    _ name: String, _ keys: [(String, GGUFValue)], _ body: (String) throws -> Result
  ) throws -> Result {
    let file = try GGUFFile(Golden.path("Models/\(name).gguf"))
    var members = file.metadata.members.map { ($0.key, $0.value) }
    for (key, value) in keys {
      if let place = members.firstIndex(where: { $0.0 == key }) {
        members[place].1 = value
      } else {
        members.append((key, value))
      }
    }
    return try withFolder { folder in
      try GGUFWriter.write(
        to: folder + "/a.gguf", metadata: members,
        tensors: file.tensors.map { .init(name: $0.name, shape: $0.shape, format: .float32) }
      ) { Floats(try file.rows(of: $0.name).floats) }
      return try body(folder + "/a.gguf")
    }
  }
}
