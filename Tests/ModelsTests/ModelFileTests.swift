import Files
import Kernels
import ModelSupport
import Models
import Tensors
import Testing

struct `A model's file` {
  static let golden = "llama-linear"

  @Test func `loads the same for every number of threads`() throws {
    let golden = try GoldenArchitecture(Self.golden)
    try golden.withFolder { folder in
      let file = try ModelFile(folder)
      let one = try file.parameters(threads: 1).values.array
      for threads in [2, 3] { #expect(try file.parameters(threads: threads).values.array == one) }
      // The file within the folder is the same model.
      #expect(try ModelFolder.load(folder + "/model.safetensors").values.array == one)
    }
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `names tensor and element of a weight that is not finite`(value: Float) throws {
    let golden = try GoldenArchitecture(Self.golden)
    var weights = golden.weights
    let name = "model.layers.1.mlp.down_proj.weight"
    let index = try #require(weights.firstIndex { $0.name == name })
    var floats = try #require(weights[index].tensor.floats)
    floats[77] = value
    weights[index].tensor = Tensor(shape: weights[index].tensor.shape, elements: .float32(floats))
    try golden.withFolder(weights: weights) { folder in
      let error = #expect(throws: CheckpointError.self) { try ModelFolder.load(folder) }
      guard case .notFinite(_, name, at: 77, _)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  /// A field that may change the logits must not pass in silence.
  @Test func `names a field that nothing here knows`() throws {
    let golden = try GoldenArchitecture(Self.golden)
    try golden.withFolder(changing: [("attention_twist", 3)]) { folder in
      let unknown = try ModelFile(folder).unknownFields
      #expect(unknown == ["attention_twist"])
      let error = #expect(throws: ModelError.self) {
        _ = try ModelFile(folder, strict: true)
      }
      #expect(error?.description.contains("attention_twist") == true)
    }
    let scaling: JSON = ["rope_type": "linear", "factor": 4.0, "twist": 1]
    let old: [(String, JSON?)] = [
      ("rope_parameters", nil), ("rope_theta", 10000.0), ("rope_scaling", scaling),
    ]
    try golden.withFolder(changing: old) { folder in
      let unknown = try ModelFile(folder).unknownFields
      #expect(unknown == ["rope_scaling.twist"])
    }
  }

  static let unsupported: [(String, JSON)] = [
    ("quantization_config", ["bits": 4]), ("hidden_act", "relu"), ("num_local_experts", 8),
    ("final_logit_softcapping", 30.0), ("partial_rotary_factor", 0.5), ("text_config", [:]),
    ("rope_scaling", ["rope_type": "dynamic", "factor": 2.0]),
    ("rope_scaling", ["type": "linear", "factor": 0]), ("rope_scaling", ["type": "yarn"]),
    ("rope_interleaved", true), ("model_type", "mamba"),
  ]

  @Test(arguments: unsupported)
  func `refuses a field that changes the logits`(key: String, value: JSON) throws {
    let golden = try GoldenArchitecture(Self.golden)
    try golden.withFolder(changing: [("rope_parameters", nil), (key, value)]) { folder in
      let error = #expect(throws: ModelError.self) {
        _ = try ModelFile(folder)
      }
      #expect(error?.description.contains(key) == true)
    }
  }
}
