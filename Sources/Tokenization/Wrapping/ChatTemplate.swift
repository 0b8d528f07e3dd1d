internal import Files

/// How one family puts a problem into a conversation: its chat template, rendered for a single user
/// turn with the default system text, up to where the answer begins.
struct ChatTemplate: Sendable {
  enum Part: Sendable, Equatable {
    /// A special token that must be there.
    case special(String)
    /// The token that begins a text: the tokenizer's own, or the special token spelt so.
    case beginning(String)
    /// A special token where the vocabulary has it, text where not.
    case sign(String)
    case text(String)
    case problem
    /// Without white space at its ends.
    case trimmedProblem
  }

  let name: String
  let parts: [Part]
  /// The special token after the answer.
  let end: String
  /// SHA-256 of the template texts that are known to render so. Only texts that were at hand, from
  /// the models' own files or from copies that llama.cpp tests against, are listed.
  let recognized: [String]

  static func named(_ name: String) -> ChatTemplate? { all.first { $0.name == name } }

  static func recognizing(_ sha256: String) -> ChatTemplate? {
    all.first { $0.recognized.contains(sha256) }
  }

  /// The rendering in words, which is hashed where there is no template text.
  var definition: String {
    let parts = self.parts.map { part in
      switch part {
      case .special(let text), .beginning(let text), .sign(let text): text
      case .text(let text): text
      case .problem: "{problem}"
      case .trimmedProblem: "{problem|trim}"
      }
    }
    return parts.joined() + "{solution}" + end
  }

  /// ChatML, with a system turn or without.
  private static func chatML(
    _ name: String, system: String?, recognized: [String] = []
  ) -> ChatTemplate {
    let system: [Part] =
      system.map {
        [.special("<|im_start|>"), .text("system\n" + $0), .special("<|im_end|>"), .text("\n")]
      } ?? []
    return ChatTemplate(
      name: name,
      parts: system + [
        .special("<|im_start|>"), .text("user\n"), .problem, .special("<|im_end|>"), .text("\n"),
        .special("<|im_start|>"), .text("assistant\n"),
      ],
      end: "<|im_end|>", recognized: recognized)
  }

  private static func llama3(
    _ name: String, system: String?, recognized: [String] = []
  ) -> ChatTemplate {
    func header(_ role: String) -> [Part] {
      [.special("<|start_header_id|>"), .text(role), .special("<|end_header_id|>"), .text("\n\n")]
    }
    let turn = system.map { header("system") + [.text($0), .special("<|eot_id|>")] } ?? []
    return ChatTemplate(
      name: name,
      parts: [.beginning("<|begin_of_text|>")] + turn + header("user")
        + [.trimmedProblem, .special("<|eot_id|>")] + header("assistant"),
      end: "<|eot_id|>", recognized: recognized)
  }

  /// `[INST]` is text to the older ones, a token to the newer ones.
  private static func instruction(
    _ name: String, before: String, after: String, problem: Part = .problem,
    recognized: [String] = []
  ) -> ChatTemplate {
    var parts: [Part] = [.beginning("<s>"), .sign("[INST]")]
    if !before.isEmpty { parts.append(.text(before)) }
    parts.append(problem)
    if !after.isEmpty { parts.append(.text(after)) }
    return ChatTemplate(
      name: name, parts: parts + [.sign("[/INST]")], end: "</s>", recognized: recognized)
  }

  static let all = [
    chatML(
      "smollm2", system: "You are a helpful AI assistant named SmolLM, trained by Hugging Face",
      recognized: RecognizedTemplates.smollm2),
    chatML("chatml", system: nil, recognized: RecognizedTemplates.chatml),
    chatML(
      "qwen2", system: "You are a helpful assistant", recognized: RecognizedTemplates.qwen2),
    chatML(
      "qwen2.5",
      system: "You are Qwen, created by Alibaba Cloud. You are a helpful assistant.",
      recognized: RecognizedTemplates.qwen25),
    // A turn of the user alone has no system text; the model itself begins to think.
    chatML("qwen3", system: nil, recognized: RecognizedTemplates.qwen3),
    instruction("llama-2", before: " ", after: " ", problem: .trimmedProblem),
    llama3("llama-3", system: nil, recognized: RecognizedTemplates.llama3),
    // The date that the template itself has, where nobody tells it another.
    llama3(
      "llama-3.1",
      system: "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n",
      recognized: RecognizedTemplates.llama31),
    instruction("mistral", before: " ", after: " ", recognized: RecognizedTemplates.mistral),
    instruction("mistral-v3", before: " ", after: ""),
    instruction(
      "mistral-tekken", before: "", after: "", recognized: RecognizedTemplates.mistralTekken),
    ChatTemplate(
      name: "gemma",
      parts: [
        .beginning("<bos>"), .special("<start_of_turn>"), .text("user\n"), .trimmedProblem,
        .special("<end_of_turn>"), .text("\n"), .special("<start_of_turn>"), .text("model\n"),
      ],
      end: "<end_of_turn>", recognized: RecognizedTemplates.gemma),
  ]
}
