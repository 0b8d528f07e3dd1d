import Files
import Testing

/// A model on its way out and in again, as a user does it.
struct `retort model export and import` {
  /// Runs the tiny pipeline and calls `body` with a folder and the path of its teacher.
  static func withModel(_ body: (_ folder: String, _ model: String) throws -> Void) throws {
    try Program.withFolder { folder in
      let run = try Program.run(["run", Program.pipeline("tiny"), "--into", folder + "/run"])
      #expect(run.status == 0, "\(run.errors)")
      let stages = folder + "/run/stages"
      let teacher = try #require(
        try Folder.names(in: stages).first { $0.hasPrefix("teacher-") })
      try body(folder, "\(stages)/\(teacher)")
    }
  }

  static func json(_ arguments: [String]) throws -> JSON {
    let outcome = try Program.run(arguments + ["--json"])
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return try JSON.parse(outcome.output)
  }

  @Test func `gives the same model back through GGUF`() throws {
    try Self.withModel { folder, model in
      let gguf = folder + "/a.gguf"
      let written = try Self.json(["model", "export", model, "--format", "gguf", "-o", gguf])
      #expect(written["format"] == "gguf" && written["types"]?.objectValue?.keys == ["F32"])
      let facts = try Self.json(["model", "inspect", gguf, "--header-only"])
      let original = try Self.json(["model", "inspect", model, "--header-only"])
      #expect(facts["parameters"] == original["parameters"])
      #expect(facts["architecture"] == "llama")
      #expect(facts["metadata"]?["general.architecture"] == "llama")
      let tokenizer = facts["tokenizer"]
      #expect(tokenizer?["kind"] == "gpt2" && tokenizer?["pre_tokenizer"] == "smollm")
      #expect(tokenizer?["vocabulary"] == original["tokenizer"]?["vocabulary"])
      #expect(tokenizer?["eos"] == 2 && tokenizer?["padding"] == 0)
      #expect(tokenizer?["adds_bos"] == false)

      let again = folder + "/again"
      let imported = try Program.run(["model", "import", gguf, "-o", again])
      #expect(imported.status == 0, "\(imported.errors)")
      let before = try readFile(model + "/model/tokenizer.json")
      #expect(try readFile(again + "/tokenizer.json") == before)
      let settings = try JSON.parse(readFile(again + "/tokenizer_config.json"))
      #expect(settings["eos_token"] == "<|eos|>" && settings["pad_token"] == "<|pad|>")
      // Weights to the last bit: the same logits decide the same text.
      func tensors(_ path: String) throws -> [String: JSON] {
        let list = try Self.json(["model", "inspect", path])["tensors"]?.arrayValue ?? []
        return Dictionary(
          uniqueKeysWithValues: list.map { ($0["name"]?.stringValue ?? "", $0["rms"] ?? .null) })
      }
      #expect(try tensors(model) == tensors(again))
      func text(_ path: String) throws -> String {
        try Program.run(["model", "generate", path, "--prompt", "1+2+3", "--max-new-tokens", "20"])
          .output
      }
      #expect(try text(model) == text(again))
    }
  }

  @Test func `writes every type of weights`() throws {
    try Self.withModel { folder, model in
      for (format, type, matrix) in [
        ("gguf", "f16", "F16"), ("gguf", "q8_0", "Q8_0"), ("safetensors", "f16", "F16"),
        ("safetensors", "bf16", "BF16"), ("safetensors", "own", "F32"),
      ] {
        let written = try Self.json([
          "model", "export", model, "--format", format, "--type", type, "-o",
          "\(folder)/\(format)-\(type)",
        ])
        #expect(written["types"]?[matrix] != nil, "\(written.text)")
        let kept = format == "gguf" ? ["F32"] : []
        let others = (written["types"]?.objectValue?.keys ?? []).filter { $0 != matrix }
        #expect(others.allSatisfy { (kept + ["F16"]).contains($0) }, "\(written.text)")
      }
      let rounded = try Program.run([
        "model", "generate", folder + "/safetensors-bf16", "--prompt", "1+2",
      ])
      #expect(rounded.status == 0, "\(rounded.errors)")
    }
  }

  @Test func `names what is wrong, with the right exit code`() throws {
    let golden = `retort model inspect`.goldens + "qwen2.gguf"
    try Program.withFolder { folder in
      let out = folder + "/out"
      for (arguments, status, word) in [
        (["export", golden, "--format", "gguf", "--type", "bf16"], 2, "q8_0"),
        (["export", golden, "--format", "safetensors", "--type", "q8_0"], 2, "bf16"),
        (["export", golden, "--format", "onnx"], 2, "onnx"),
        (["export", golden], 2, "--format"),
        (["import", golden], 2, "--output"),
        (["import", golden, "--type", "q8_0", "-o", out], 2, "own"),
        (["export", "/no/such", "--format", "gguf"], 1, "/no/such"),
        (["import", golden, "-o", folder], 1, folder),
        (["export", golden, "--format", "gguf", "-o", folder], 1, "is a folder"),
      ] as [([String], Int32, String)] {
        let outcome = try Program.run(["model"] + arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome)")
        #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
      }
      // The golden has weights and no tokenizer.
      let refused = try Program.run(["model", "export", golden, "--format", "gguf", "-o", out])
      #expect(refused.status == 1 && refused.errors.contains("--no-tokenizer"), "\(refused)")
      let written = try Program.run([
        "model", "export", golden, "--format", "gguf", "-o", out, "--no-tokenizer",
      ])
      #expect(written.status == 0, "\(written.errors)")
      #expect(try Folder.names(in: folder) == ["out"])
    }
  }
}
