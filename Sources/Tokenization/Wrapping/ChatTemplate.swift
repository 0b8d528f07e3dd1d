internal import Files

/// A family's chat template, rendered for a single user turn with the default system text, up to
/// where the answer begins.
struct ChatTemplate: Sendable {
  enum Part: Sendable, Equatable {
    /// A special token that must exist.
    case special(String)
    /// The beginning-of-text token: the tokenizer's own, or the special token with this spelling.
    case beginning(String)
    /// A special token if the vocabulary has it, otherwise text.
    case sign(String)
    case text(String)
    case problem
    /// The problem without white space at its ends.
    case trimmedProblem
  }

  let name: String
  let parts: [Part]
  /// The special token after the answer.
  let end: String
  /// SHA-256 of the template texts known to render like this. Only texts that were available, from
  /// the models' own files or from copies in packages (`Scripts/peers/templates`), are listed.
  let recognized: [String]
  /// The forms of its turns; `nil`: they follow from the parts.
  var form: Form?

  static func named(_ name: String) -> ChatTemplate? { all.first { $0.name == name } }

  static func recognizing(_ sha256: String) -> ChatTemplate? {
    all.first { $0.recognized.contains(sha256) }
  }

  /// The rendering in words, which is hashed if there is no template text.
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

  /// ChatML, with or without a system turn.
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

  /// `[INST]` is text in older versions, a token in newer ones.
  private static func instruction(
    _ name: String, before: String, after: String, problem: Part = .problem
  ) -> ChatTemplate {
    var parts: [Part] = [.beginning("<s>"), .sign("[INST]")]
    if !before.isEmpty { parts.append(.text(before)) }
    parts.append(problem)
    if !after.isEmpty { parts.append(.text(after)) }
    return ChatTemplate(
      name: name, parts: parts + [.sign("[/INST]")], end: "</s>", recognized: [])
  }

  static let all = simple + families

  /// Families whose turns follow from the parts of one question.
  private static let simple = [
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
    // A lone user turn has no system text; the model itself starts its thinking.
    chatML("qwen3", system: nil, recognized: RecognizedTemplates.qwen3),
    instruction("llama-2", before: " ", after: " ", problem: .trimmedProblem),
    llama3("llama-3", system: nil, recognized: RecognizedTemplates.llama3),
    // The template's own default date.
    llama3(
      "llama-3.1",
      system: "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n",
      recognized: RecognizedTemplates.llama31),
    instruction("mistral-v3", before: " ", after: ""),
    ChatTemplate(
      name: "gemma",
      parts: [
        .beginning("<bos>"), .special("<start_of_turn>"), .text("user\n"), .trimmedProblem,
        .special("<end_of_turn>"), .text("\n"), .special("<start_of_turn>"), .text("model\n"),
      ],
      end: "<end_of_turn>", recognized: RecognizedTemplates.gemma),
  ]
}
