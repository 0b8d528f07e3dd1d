import Files
import ModelSupport
import Models
import Testing

struct `Transformer configuration` {
  static let text = """
    {"vocab_size": 37, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
     "num_attention_heads": 4}
    """

  func parse(_ text: String) throws -> TransformerConfiguration {
    try TransformerConfiguration(json: JSON.parse(Array(text.utf8)))
  }

  func with(_ key: String, _ value: JSON) throws -> TransformerConfiguration {
    var object = try #require(JSON.parse(Array(Self.text.utf8)).objectValue)
    object[key] = value
    return try TransformerConfiguration(json: .object(object))
  }

  @Test func `what is written is read back`() throws {
    for tied in [true, false] {
      let configuration = try smallConfiguration(tied: tied)
      #expect(try TransformerConfiguration(json: .object(configuration.json)) == configuration)
    }
  }

  @Test func `defaults are those of transformers`() throws {
    let c = try parse(Self.text)
    let expected = try TransformerConfiguration(
      vocabularySize: 37, hiddenSize: 32, intermediateSize: 48, layerCount: 2, headCount: 4,
      keyValueHeadCount: 4, headWidth: 8, positionCount: 2048, normEpsilon: 1e-6,
      rotaryBase: 10_000, tiesEmbeddings: false)
    #expect(c == expected)
    let nested: JSON = ["rope_theta": 500_000, "rope_type": "default"]
    #expect(try with("rope_parameters", nested).rotaryBase == 500_000)
    #expect(try with("rope_scaling", nested).rotaryBase == 500_000)
    #expect(try with("rope_theta", .null).rotaryBase == 10_000)
  }

  /// transformers takes the nested one, older readers the other.
  @Test func `two bases of the rotary embedding must agree`() throws {
    var object = try #require(JSON.parse(Array(Self.text.utf8)).objectValue)
    object["rope_theta"] = 10_000
    for key in ["rope_parameters", "rope_scaling"] {
      for (base, isLegal) in [(10_000.0, true), (500_000.0, false)] {
        var object = object
        object[key] = ["rope_theta": .double(base), "rope_type": "default"]
        let json = JSON.object(object)
        if isLegal {
          #expect(try TransformerConfiguration(json: json).rotaryBase == base)
        } else {
          let error = #expect(throws: ModelError.self) { try TransformerConfiguration(json: json) }
          #expect(error?.description.contains(key) == true)
        }
      }
    }
  }

  static let faults: [(String, JSON)] = [
    ("vocab_size", 0), ("vocab_size", .int(.max)), ("hidden_size", "32"),
    ("num_key_value_heads", 3), ("head_dim", 7), ("hidden_act", "gelu"), ("rms_norm_eps", -1),
    ("rope_theta", 0), ("attention_bias", 1), ("model_type", "bert"),
    ("tie_word_embeddings", 1), ("rope_scaling", .object(["rope_type": "llama3"])),
    ("num_attention_heads", 0), ("num_hidden_layers", 1e9),
  ]

  @Test(arguments: faults)
  func `a value that no model can have is named`(key: String, value: JSON) throws {
    let error = #expect(throws: ModelError.self) { try with(key, value) }
    #expect(error?.description.contains(key) == true)
  }

  @Test func `a missing key is named`() throws {
    #expect(throws: ModelError.configuration(key: "vocab_size", reason: "is missing")) {
      try parse(#"{"hidden_size": 4, "num_attention_heads": 1}"#)
    }
  }

  /// By hand: embeddings 37 * 32; a layer 32 * (32 + 2 * 16) + 32 * 32 + 3 * 32 * 48.
  @Test func `operations are counted`() throws {
    let c = try smallConfiguration()
    let weights = 37 * 32 + 2 * (32 * 64 + 32 * 32 + 3 * 32 * 48)
    #expect(c.productWeightCount == weights)
    let expected = 6 * weights * 5 + 12 * 2 * 32 * 9
    #expect(c.trainingOperations(rowStarts: [0, 3, 5]) == Double(expected))
  }
}
