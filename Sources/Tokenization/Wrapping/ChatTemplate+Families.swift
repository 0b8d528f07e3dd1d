/// Families whose turns have forms of their own.
extension ChatTemplate {
  /// A role's turn between two signs.
  private static func chatML(_ role: String) -> String { "<|im_start|>\(role)\n{}<|im_end|>\n" }

  private static func granite(_ role: String) -> String {
    "<|start_of_role|>\(role)<|end_of_role|>{}<|end_of_text|>\n"
  }

  private static func graniteForm(_ name: String, opening: String, _ recognized: [String])
    -> ChatTemplate
  {
    ChatTemplate(
      name, end: "<|end_of_text|>", recognized: recognized,
      Form(
        specials: ["<|start_of_role|>", "<|end_of_role|>", "<|end_of_text|>"], opening: opening,
        system: granite("system"), user: granite("user"),
        assistant: "<|start_of_role|>assistant<|end_of_role|>", afterAnswer: "\n"))
  }

  private static func phi3(_ name: String, opening: String, _ recognized: [String]) -> ChatTemplate
  {
    ChatTemplate(
      name, end: "<|end|>", recognized: recognized,
      Form(
        specials: ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"], beginning: "<s>",
        opening: opening, systemOpening: opening, system: "<|system|>\n{}<|end|>\n",
        user: "<|user|>\n{}<|end|>\n", assistant: "<|assistant|>\n", afterAnswer: "\n"))
  }

  static let families = [
    ChatTemplate(
      "mistral", end: "</s>", recognized: RecognizedTemplates.mistral,
      Form(
        signs: ["[INST]", "[/INST]"], beginning: "<s>", opening: "<s>", user: "[INST] {} [/INST]")),
    ChatTemplate(
      "mistral-tekken", end: "</s>", recognized: RecognizedTemplates.mistralTekken,
      Form(
        signs: ["[INST]", "[/INST]"], beginning: "<s>", opening: "<s>", user: "[INST]{}[/INST]")),
    ChatTemplate(
      "llama-4", end: "<|eot|>", recognized: RecognizedTemplates.llama4,
      Form(
        specials: ["<|header_start|>", "<|header_end|>", "<|eot|>"], beginning: "<|begin_of_text|>",
        opening: "<|begin_of_text|>", systemOpening: "<|begin_of_text|>",
        system: "<|header_start|>system<|header_end|>\n\n{}<|eot|>",
        user: "<|header_start|>user<|header_end|>\n\n{}<|eot|>",
        assistant: "<|header_start|>assistant<|header_end|>\n\n", trimsSystem: true)),
    phi3("phi-3", opening: "<s>", RecognizedTemplates.phi3),
    phi3("phi-3.5", opening: "", RecognizedTemplates.phi35),
    ChatTemplate(
      "phi-4", end: "<|im_end|>", recognized: RecognizedTemplates.phi4,
      Form(
        specials: ["<|im_start|>", "<|im_sep|>", "<|im_end|>"],
        system: "<|im_start|>system<|im_sep|>{}<|im_end|>",
        user: "<|im_start|>user<|im_sep|>{}<|im_end|>",
        assistant: "<|im_start|>assistant<|im_sep|>")),
    ChatTemplate(
      "command-r", end: "<|END_OF_TURN_TOKEN|>", recognized: RecognizedTemplates.commandR,
      Form(
        specials: [
          "<|START_OF_TURN_TOKEN|>", "<|END_OF_TURN_TOKEN|>", "<|SYSTEM_TOKEN|>", "<|USER_TOKEN|>",
          "<|CHATBOT_TOKEN|>",
        ], beginning: "<BOS_TOKEN>", opening: "<BOS_TOKEN>", systemOpening: "<BOS_TOKEN>",
        system: "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>{}<|END_OF_TURN_TOKEN|>",
        user: "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>{}<|END_OF_TURN_TOKEN|>",
        assistant: "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", trimsUser: true)),
    graniteForm("granite-3", opening: "", RecognizedTemplates.granite3),
    graniteForm(
      "granite-4",
      opening: "<|start_of_role|>system<|end_of_role|>You are a helpful assistant. Please ensure "
        + "responses are professional, accurate, and safe.<|end_of_text|>\n",
      RecognizedTemplates.granite4),
    ChatTemplate(
      "deepseek-v3", end: "<｜end▁of▁sentence｜>", recognized: RecognizedTemplates.deepSeekV3,
      Form(
        specials: ["<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>"],
        beginning: "<｜begin▁of▁sentence｜>", opening: "<｜begin▁of▁sentence｜>",
        systemOpening: "<｜begin▁of▁sentence｜>", system: "{}", user: "<｜User｜>{}",
        assistant: "<｜Assistant｜>")),
    ChatTemplate(
      "seed-oss", end: "<seed:eos>", recognized: RecognizedTemplates.seedOSS,
      Form(
        specials: ["<seed:bos>", "<seed:eos>"], system: "<seed:bos>system\n{}<seed:eos>",
        user: "<seed:bos>user\n{}<seed:eos>", assistant: "<seed:bos>assistant\n")),
    ChatTemplate(
      "kimi-k2", end: "<|im_end|>", recognized: RecognizedTemplates.kimiK2,
      Form(
        specials: [
          "<|im_system|>", "<|im_user|>", "<|im_assistant|>", "<|im_middle|>", "<|im_end|>",
        ],
        opening: "<|im_system|>system<|im_middle|>You are Kimi, an AI assistant created by "
          + "Moonshot AI.<|im_end|>\n",
        system: "<|im_system|>system<|im_middle|>{}<|im_end|>",
        user: "<|im_user|>user<|im_middle|>{}<|im_end|>",
        assistant: "<|im_assistant|>assistant<|im_middle|>")),
    // ChatML after a token that begins the text: LFM2, Falcon-H1, Bielik 3.
    ChatTemplate(
      "chatml-bos", end: "<|im_end|>", recognized: RecognizedTemplates.chatmlBeginning,
      Form(
        specials: ["<|im_start|>", "<|im_end|>"], beginning: "<|startoftext|>",
        opening: "<|startoftext|>", systemOpening: "<|startoftext|>", system: chatML("system"),
        user: chatML("user"), assistant: "<|im_start|>assistant\n", afterAnswer: "\n")),
    ChatTemplate(
      "mimo", end: "<|im_end|>", recognized: RecognizedTemplates.mimo,
      Form(
        specials: ["<|im_start|>", "<|im_end|>"],
        opening: "<|im_start|>system\nYou are MiMo, an AI assistant developed by Xiaomi."
          + "<|im_end|>\n",
        system: chatML("system"), user: chatML("user"), assistant: "<|im_start|>assistant\n",
        afterAnswer: "\n")),
    ChatTemplate(
      "exaone-3", end: "[|endofturn|]", recognized: RecognizedTemplates.exaone3,
      Form(
        specials: ["[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"],
        opening: "[|system|][|endofturn|]\n", system: "[|system|]{}[|endofturn|]\n",
        user: "[|user|]{}\n", assistant: "[|assistant|]", afterAnswer: "\n")),
    ChatTemplate(
      "zephyr", end: "</s>", recognized: RecognizedTemplates.zephyr,
      Form(
        specials: ["</s>"], signs: ["<|system|>", "<|user|>", "<|assistant|>"],
        system: "<|system|>\n{}</s>\n", user: "<|user|>\n{}</s>\n", assistant: "<|assistant|>\n",
        afterAnswer: "\n")),
    ChatTemplate(
      "alpaca", end: "</s>", recognized: RecognizedTemplates.alpaca,
      Form(
        beginning: "<s>", opening: "<s>", systemOpening: "<s>", system: "{}\n\n",
        user: "### Instruction:\n{}\n\n### Response:\n", afterAnswer: "\n\n")),
    ChatTemplate(
      "minimax-m1", end: "<end_of_sentence>", recognized: RecognizedTemplates.miniMaxM1,
      Form(
        specials: ["<begin_of_document>", "<beginning_of_sentence>", "<end_of_sentence>"],
        opening: "<begin_of_document><beginning_of_sentence>system ai_setting=assistant\nYou are a "
          + "helpful assistant created by Minimax based on MiniMax-M1 model.<end_of_sentence>\n",
        systemOpening: "<begin_of_document>",
        system: "<beginning_of_sentence>system ai_setting=assistant\n{}<end_of_sentence>\n",
        user: "<beginning_of_sentence>user name=user\n{}<end_of_sentence>\n",
        assistant: "<beginning_of_sentence>ai name=assistant\n", afterAnswer: "\n")),
  ]
}
