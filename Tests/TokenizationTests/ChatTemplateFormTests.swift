import Files
import Testing
import Tokenization

/// Families whose templates are a form for each kind of turn.
struct `Forms of turns` {
  /// A small tokenizer with these special tokens.
  private func tokenizer(_ specials: [String]) throws -> Tokenizer {
    var json = try #require(try Family.json("smollm2").objectValue)
    var added = json["added_tokens"]?.arrayValue ?? []
    var free =
      1
      + max(
        added.compactMap { $0["id"]?.intValue }.max() ?? 0,
        json["model"]?["vocab"]?.objectValue?.members.compactMap(\.value.intValue).max() ?? 0)
    for spelling in specials
    where !added.contains(where: { $0["content"]?.stringValue == spelling }) {
      added.append([
        "id": JSON(free), "content": JSON(spelling), "single_word": false, "lstrip": false,
        "rstrip": false, "normalized": false, "special": true,
      ])
      free += 1
    }
    json["added_tokens"] = .array(added)
    return try Tokenizer(json: JSON.object(json).serialized(), named: "made.json")
  }

  /// Ids as text, special tokens as they are spelt.
  private func text(_ ids: [Int32], _ wrapping: Wrapping, _ specials: [String]) -> String {
    ids.map { id in
      specials.first { wrapping.tokenizer.specialId($0) == id }
        ?? String(decoding: wrapping.bytes(of: [id]), as: UTF8.self)
    }.joined()
  }

  /// What the families' templates render for a system turn and two questions; `nil`: none is taken.
  static let rendered: [(name: String, specials: [String], system: String?, none: String)] = [
    (
      "mistral", ["<s>", "</s>"], nil,
      "<s>[INST] U [/INST]«A</s>»[INST] V [/INST]«B</s>»"
    ),
    (
      "mistral-tekken", ["<s>", "</s>", "[INST]", "[/INST]"], nil,
      "<s>[INST]U[/INST]«A</s>»[INST]V[/INST]«B</s>»"
    ),
    (
      "llama-4", ["<|begin_of_text|>", "<|header_start|>", "<|header_end|>", "<|eot|>"],
      "<|begin_of_text|><|header_start|>system<|header_end|>\n\nS<|eot|>"
        + "<|header_start|>user<|header_end|>\n\nU<|eot|><|header_start|>assistant<|header_end|>\n\n"
        + "«A<|eot|>»<|header_start|>user<|header_end|>\n\nV<|eot|>"
        + "<|header_start|>assistant<|header_end|>\n\n«B<|eot|>»",
      "<|begin_of_text|><|header_start|>user<|header_end|>\n\nU<|eot|>"
        + "<|header_start|>assistant<|header_end|>\n\n«A<|eot|>»"
        + "<|header_start|>user<|header_end|>\n\nV<|eot|>"
        + "<|header_start|>assistant<|header_end|>\n\n«B<|eot|>»"
    ),
    (
      "phi-3.5", ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"],
      "<|system|>\nS<|end|>\n<|user|>\nU<|end|>\n<|assistant|>\n«A<|end|>»\n<|user|>\nV<|end|>\n"
        + "<|assistant|>\n«B<|end|>»",
      "<|user|>\nU<|end|>\n<|assistant|>\n«A<|end|>»\n<|user|>\nV<|end|>\n<|assistant|>\n«B<|end|>»"
    ),
    (
      "phi-4", ["<|im_start|>", "<|im_sep|>", "<|im_end|>"],
      "<|im_start|>system<|im_sep|>S<|im_end|><|im_start|>user<|im_sep|>U<|im_end|>"
        + "<|im_start|>assistant<|im_sep|>«A<|im_end|>»<|im_start|>user<|im_sep|>V<|im_end|>"
        + "<|im_start|>assistant<|im_sep|>«B<|im_end|>»",
      "<|im_start|>user<|im_sep|>U<|im_end|><|im_start|>assistant<|im_sep|>«A<|im_end|>»"
        + "<|im_start|>user<|im_sep|>V<|im_end|><|im_start|>assistant<|im_sep|>«B<|im_end|>»"
    ),
    (
      "deepseek-v3",
      ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>", "<｜Assistant｜>"],
      "<｜begin▁of▁sentence｜>S<｜User｜>U<｜Assistant｜>«A<｜end▁of▁sentence｜>»<｜User｜>V<｜Assistant｜>"
        + "«B<｜end▁of▁sentence｜>»",
      "<｜begin▁of▁sentence｜><｜User｜>U<｜Assistant｜>«A<｜end▁of▁sentence｜>»<｜User｜>V<｜Assistant｜>"
        + "«B<｜end▁of▁sentence｜>»"
    ),
    (
      "kimi-k2",
      ["<|im_system|>", "<|im_user|>", "<|im_assistant|>", "<|im_middle|>", "<|im_end|>"],
      "<|im_system|>system<|im_middle|>S<|im_end|><|im_user|>user<|im_middle|>U<|im_end|>"
        + "<|im_assistant|>assistant<|im_middle|>«A<|im_end|>»<|im_user|>user<|im_middle|>V<|im_end|>"
        + "<|im_assistant|>assistant<|im_middle|>«B<|im_end|>»",
      "<|im_system|>system<|im_middle|>You are Kimi, an AI assistant created by Moonshot AI.<|im_end|>\n"
        + "<|im_user|>user<|im_middle|>U<|im_end|><|im_assistant|>assistant<|im_middle|>«A<|im_end|>»"
        + "<|im_user|>user<|im_middle|>V<|im_end|><|im_assistant|>assistant<|im_middle|>«B<|im_end|>»"
    ),
    (
      "exaone-3", ["[|system|]", "[|user|]", "[|assistant|]", "[|endofturn|]"],
      "[|system|]S[|endofturn|]\n[|user|]U\n[|assistant|]«A[|endofturn|]»\n[|user|]V\n[|assistant|]"
        + "«B[|endofturn|]»",
      "[|system|][|endofturn|]\n[|user|]U\n[|assistant|]«A[|endofturn|]»\n[|user|]V\n[|assistant|]"
        + "«B[|endofturn|]»"
    ),
    (
      "zephyr", ["</s>"],
      "<|system|>\nS</s>\n<|user|>\nU</s>\n<|assistant|>\n«A</s>»\n<|user|>\nV</s>\n<|assistant|>\n"
        + "«B</s>»",
      "<|user|>\nU</s>\n<|assistant|>\n«A</s>»\n<|user|>\nV</s>\n<|assistant|>\n«B</s>»"
    ),
    (
      "alpaca", ["<s>", "</s>"],
      "<s>S\n\n### Instruction:\nU\n\n### Response:\n«A</s>»\n\n### Instruction:\nV\n\n### Response:\n"
        + "«B</s>»",
      "<s>### Instruction:\nU\n\n### Response:\n«A</s>»\n\n### Instruction:\nV\n\n### Response:\n«B</s>»"
    ),
  ]

  @Test(arguments: rendered.indices)
  func `are rendered as the family's template does, answers alone being targets`(place: Int) throws
  {
    let (name, specials, system, none) = Self.rendered[place]
    let wrapping = try Wrapping(tokenizer(specials), template: name)
    let turns: [(role: Wrapping.Role, text: [UInt8])] = [
      (.user, bytes("U")), (.assistant, bytes("A")), (.user, bytes("V")), (.assistant, bytes("B")),
    ]
    for (expected, given) in [(none, turns), (system, [(.system, bytes("S"))] + turns)] {
      let sample = wrapping.sample(turns: given)
      guard let expected else {
        #expect(sample == nil, "\(name) takes no system turn")
        continue
      }
      let (ids, mask) = try #require(sample)
      #expect(
        text(ids, wrapping, specials)
          == expected.replacing("«", with: "").replacing("»", with: ""), "\(name)")
      // The targets are what stands between the marks.
      let targets = expected.split(separator: "«").dropFirst().compactMap {
        $0.split(separator: "»", omittingEmptySubsequences: false).first
      }.joined()
      #expect(
        text(zip(ids, mask).filter { $0.1 == 1 }.map(\.0), wrapping, specials) == targets, "\(name)"
      )
    }
    // One question is the sample that labelling makes of it.
    let one = try #require(wrapping.sample(turns: Array(turns.prefix(2))))
    #expect(one == wrapping.sample(problem: bytes("U"), solution: bytes("A")), "\(name)")
  }

  /// A reader of the folder finds the wrapping that its student learnt.
  @Test(arguments: rendered.indices)
  func `are passed on with a student`(place: Int) throws {
    let (name, specials, _, _) = Self.rendered[place]
    let wrapping = try Wrapping(tokenizer(specials), template: name)
    let again = try Wrapping(`A student's tokenizer`.passedOn(wrapping))
    #expect(again.name == name && again.prompt(bytes("a b")) == wrapping.prompt(bytes("a b")))
  }

  @Test func `need their special tokens`() throws {
    let error = #expect(throws: TokenizerError.self) {
      try Wrapping(tokenizer(["<|im_start|>", "<|im_end|>"]), template: "phi-4")
    }
    #expect(error?.description.contains("<|im_sep|>") == true)
  }

  @Test func `are known by name, and unknown templates are refused with all names`() throws {
    #expect(Wrapping.names.count >= 26 && Set(Wrapping.names).count == Wrapping.names.count)
    var tokenizer = try tokenizer([])
    tokenizer.conventions.chatTemplate = "{{ nobody }}"
    let error = #expect(throws: TokenizerError.self) { try Wrapping(tokenizer) }
    for name in Wrapping.names { #expect(error?.description.contains(name) == true, "\(name)") }
  }
}
