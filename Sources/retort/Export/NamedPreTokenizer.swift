internal import Files

/// How text is cut before merging: the parts of a `tokenizer.json`, which GGUF has under one name
/// (`tokenizer.ggml.pre`).
struct NamedPreTokenizer: Sendable {
  /// One step of cutting.
  enum Part: Sendable, Equatable {
    /// Each digit apart.
    case digits
    /// Bytes as characters, cut by GPT-2's expression first if `cuts`.
    case byteLevel(cuts: Bool)
    /// Pieces that match an expression, and what stands between them.
    case split(String)
  }

  let name: String
  let parts: [Part]
  /// Text is brought into Unicode's form C first.
  var composes = false
  /// A piece that is a token whole is never merged (Llama 3).
  var ignoresMerges = false

  /// Those that llama.cpp knows and that the families we read have.
  static let all = [
    NamedPreTokenizer(name: "smollm", parts: [.digits, .byteLevel(cuts: true)]),
    NamedPreTokenizer(name: "gpt-2", parts: [.byteLevel(cuts: true)]),
    NamedPreTokenizer(
      name: "llama-bpe", parts: [.split(words(digits: "{1,3}")), .byteLevel(cuts: false)],
      ignoresMerges: true),
    NamedPreTokenizer(
      name: "qwen2", parts: [.split(words(digits: "")), .byteLevel(cuts: false)], composes: true),
  ]

  /// The expression of Llama 3 and Qwen 2, which differ in how many digits stand together.
  private static func words(digits: String) -> String {
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
  }

  static func named(_ name: String) -> NamedPreTokenizer? { all.first { $0.name == name } }

  /// The one that a `tokenizer.json` describes; `nil` if it is none of them.
  static func described(by root: JSON) -> NamedPreTokenizer? {
    guard let parts = parts(of: root["pre_tokenizer"] ?? .null) else { return nil }
    let normalizer = root["normalizer"] ?? .null
    let composes = normalizer["type"] == "NFC"
    guard composes || normalizer == .null else { return nil }
    let ignoresMerges = root["model"]?["ignore_merges"]?.boolValue ?? false
    return all.first {
      $0.parts == parts && $0.composes == composes && $0.ignoresMerges == ignoresMerges
    }
  }

  private static func parts(of json: JSON) -> [Part]? {
    let steps = json["type"] == "Sequence" ? json["pretokenizers"]?.arrayValue ?? [] : [json]
    var parts: [Part] = []
    for step in steps {
      switch step["type"]?.stringValue {
      case "Digits" where step["individual_digits"] == true: parts.append(.digits)
      case "ByteLevel" where step["add_prefix_space"] == false:
        parts.append(.byteLevel(cuts: step["use_regex"]?.boolValue ?? true))
      case "Split" where step["behavior"] == "Isolated" && step["invert"] == false:
        guard let expression = step["pattern"]?["Regex"]?.stringValue else { return nil }
        parts.append(.split(expression))
      default: return nil
      }
    }
    return parts
  }

  /// The member `pre_tokenizer` of a `tokenizer.json`.
  var json: JSON {
    let steps = parts.map { part -> JSON in
      switch part {
      case .digits: ["type": "Digits", "individual_digits": true]
      case .byteLevel(let cuts):
        [
          "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
          "use_regex": JSON(cuts),
        ]
      case .split(let expression):
        [
          "type": "Split", "pattern": ["Regex": JSON(expression)], "behavior": "Isolated",
          "invert": false,
        ]
      }
    }
    return steps.count == 1 ? steps[0] : ["type": "Sequence", "pretokenizers": .array(steps)]
  }
}
