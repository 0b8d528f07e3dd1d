import Files
import Models
import Stages
import Testing
import Training

struct `The settings of a training` {
  private func read(_ with: JSONObject) throws -> (TrainingSettings, JSONObject) {
    var settings = Settings(with)
    let read = try TrainingSettings(&settings)
    try settings.finish()
    return (read, settings.resolved)
  }

  private let least: JSONObject = [
    "model": ["hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4], "steps": 600,
    "batch": 64,
  ]

  /// A default that is not written out would not be in the stage key.
  @Test func `write every default out`() throws {
    let (_, resolved) = try read(least)
    #expect(
      resolved.keys == [
        "max_tokens", "model", "steps", "batch", "learning_rate", "schedule", "warmup",
        "final_rate", "weight_decay", "beta1", "beta2", "epsilon", "clip", "parts",
        "checkpoint_every", "evaluations", "log_every", "seed", "backend", "precision",
      ])
    #expect(
      resolved["model"]?.objectValue?.keys == [
        "hidden_size", "num_attention_heads", "num_hidden_layers", "intermediate_size",
        "num_key_value_heads", "head_dim", "max_position_embeddings", "rms_norm_eps",
        "rope_theta", "tie_word_embeddings", "initializer_range",
      ])
  }

  @Test(
    arguments: [
      ["stepps": 3], ["backend": "mkl"], ["precision": "bfloat16"], ["learning_rate": "high"],
      ["steps": 0], ["parts": 0], ["model": ["num_hidden_layers": 2]],
      [
        "model": [
          "hidden_size": 60, "num_hidden_layers": 2, "num_attention_heads": 4, "head_dim": 15,
        ]
      ],
    ] as [JSONObject])
  func `refuse what is unknown or wrong`(change: JSONObject) {
    var with = least
    for member in change.members { with[member.key] = member.value }
    #expect(throws: ConfigurationError.self) { try read(with) }
  }

  /// 0.02 is the customary deviation at width 768; too little for narrow models (LOG.md).
  @Test(arguments: [(64, 0.0625), (128, 0.0442), (768, 0.018)])
  func `draw initial weights by the width`(width: Int, deviation: Double) throws {
    var with = least
    with["model"] = ["hidden_size": JSON(width)]
    #expect(try read(with).0.model?.initializerRange == deviation)
    with["model"] = ["hidden_size": JSON(width), "initializer_range": 0.1]
    #expect(try read(with).0.model?.initializerRange == 0.1)
  }

  @Test func `spread the looks at the validation set over the logarithm of the steps`() throws {
    let (settings, _) = try read(least)
    #expect(settings.validationSteps == [2, 5, 11, 24, 54, 121, 270, 600])
    var with = least
    with["steps"] = 3
    #expect(try read(with).0.validationSteps == [1, 2, 3])
    with["evaluations"] = 1
    #expect(try read(with).0.validationSteps == [3])
  }
}
