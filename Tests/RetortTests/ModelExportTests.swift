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

  /// The card is made of manifests, the template renders the wrapping that the model was trained
  /// with.
  @Test func `writes a model card and a chat template`() throws {
    try Program.withFolder { folder in
      let run = try Program.run(["run", Program.pipeline("tiny"), "--into", folder + "/run"])
      #expect(run.status == 0, "\(run.errors)")
      let stages = folder + "/run/stages"
      let student = try #require(
        try Folder.names(in: stages).sorted().first { name in
          name.hasPrefix("compare-kd-full-s1-") && !name.contains("evaluation")
        })
      let out = folder + "/student"
      let written = try Program.run([
        "model", "export", "\(stages)/\(student)", "--format", "safetensors", "-o", out,
        "--license", "cc0-1.0",
      ])
      #expect(written.status == 0, "\(written.errors)")
      let card = String(decoding: try readFile(out + "/README.md"), as: UTF8.self)
      for part in [
        "---\nlicense: cc0-1.0\n", "tags: [retort, distillation, llama]",
        "seed 1 of the arm `kd-full` of the comparison `compare`", "## Teacher",
        "`teacher`, trained",
        "| licence | unknown: none was stated |", "`full`: its distributions", "## Data",
        "| `problems` | generate | 64 | sum-reduce | all |", "## Figures",
        "| `test-oracle` | items | 12 |",
        "| kd-full (this) | 1 |", "| scratch | 2 |", "| teacher |",
        "retort run tiny.yaml --into RUN",
        "## Licence\n\ncc0-1.0.", "drawn at random",
      ] {
        #expect(card.contains(part), "\(part) in:\n\(card)")
      }
      #expect(!card.contains(folder), "no path of this machine")
      let settings = try JSON.parse(readFile(out + "/tokenizer_config.json"))
      let template = try #require(settings["chat_template"]?.stringValue)
      #expect(template.contains("<|sep|>") && template.contains("{% generation %}"))
      // Read again, it is the same wrapping, and the card is kept.
      let facts = try Self.json(["model", "inspect", out, "--header-only"])
      #expect(facts["tokenizer"]?["wrapping"] == "retort")
      let gguf = folder + "/a.gguf"
      let second = try Program.run([
        "model", "export", out, "--format", "gguf", "-o", gguf, "--card", folder + "/card.md",
      ])
      #expect(second.status == 0, "\(second.errors)")
      #expect(try readFile(folder + "/card.md") == Array(card.utf8))
      let inside = try Self.json(["model", "inspect", gguf, "--header-only"])
      #expect(inside["tokenizer"]?["wrapping"] == "retort")
      #expect(inside["tokenizer"]?["chat_template"] != facts["tokenizer"]?["chat_template"])
    }
  }

  @Test func `says on the card what it does not know`() throws {
    try Program.withFolder { folder in
      let golden = `retort model inspect`.goldens + "qwen2.gguf"
      let out = folder + "/imported"
      let imported = try Program.run(["model", "import", golden, "-o", out])
      #expect(imported.status == 0, "\(imported.errors)")
      let card = String(decoding: try readFile(out + "/README.md"), as: UTF8.self)
      #expect(card.contains("license: unknown") && card.contains("is not known here"))
      #expect(card.contains("# imported"))
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
