internal import Files
internal import Kernels
internal import Tensors

/// The form in which the library `peft` keeps adapters.
enum PEFT {
  static let configurationName = "adapter_config.json"
  static let weightsName = "adapter_model.safetensors"
  /// What `peft` puts before the names of a model's modules.
  static let prefix = "base_model.model."
  static let aSuffix = ".lora_A.weight"
  static let bSuffix = ".lora_B.weight"
}

extension LowRankAdapter {
  /// The files of a folder that `peft` loads onto the model that the adapter was made for.
  ///
  /// - Parameter transposes: whether the model's matrices are stored as (inputs, outputs).
  public func peftFiles(of parameters: Parameters) -> [(name: String, bytes: [UInt8])] {
    var targets: [String] = []
    for pair in pairs {
      let word = pair.module.split(separator: ".").last.map(String.init) ?? ""
      if !targets.contains(word) { targets.append(word) }
    }
    let configuration: JSONObject = [
      "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": .null,
      "r": JSON(shape.rank), "lora_alpha": .double(shape.alpha), "lora_dropout": 0.0,
      "target_modules": JSON(targets) { JSON($0) }, "bias": "none",
      "fan_in_fan_out": JSON(parameters.configuration.family.names.transposesMatrices),
      "init_lora_weights": true, "use_rslora": false, "use_dora": false, "modules_to_save": .null,
      "rank_pattern": [:], "alpha_pattern": [:], "inference_mode": true,
    ]
    var tensors: [(name: String, tensor: Tensor)] = []
    for pair in pairs {
      tensors.append(
        (
          PEFT.prefix + pair.module + PEFT.aSuffix,
          Tensor(
            shape: [shape.rank, pair.tensor.shape[1]], elements: .float32(values[pair.a].array))
        ))
      tensors.append(
        (
          PEFT.prefix + pair.module + PEFT.bSuffix,
          Tensor(
            shape: [pair.tensor.shape[0], shape.rank], elements: .float32(values[pair.b].array))
        ))
    }
    return [
      (PEFT.configurationName, JSON.object(configuration).serialized(pretty: true)),
      (PEFT.weightsName, Safetensors.encode(tensors, metadata: [("format", "pt")])),
    ]
  }
}
