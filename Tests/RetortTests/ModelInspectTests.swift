import Files
import Testing

struct `retort model inspect` {
  static let goldens = Program.root + "/Tests/CheckpointsTests/Goldens/Models/"

  /// A GGUF file under Hugging Face's names, its header alone, and one that was cut short.
  @Test func `tells what a GGUF file is`() throws {
    let path = Self.goldens + "llama.gguf"
    let outcome = try Program.run(["model", "inspect", path, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let json = try JSON.parse(outcome.output)
    #expect(json["format"] == "gguf" && json["architecture"] == "llama")
    #expect(json["parameters"] == 3920)
    #expect(json["config"]?["num_key_value_heads"] == 2)
    #expect(json["fingerprint"] == JSON(SHA256.hash(try readFile(path)).hex))
    let first = json["tensors"]?.arrayValue?.first
    #expect(first?["name"] == "model.embed_tokens.weight")
    #expect(first?["stored_as"] == "token_embd.weight" && first?["shape"] == [24, 16])
    #expect((first?["rms"]?.doubleValue).map { (0.5..<2).contains($0) } == true)

    let header = try Program.run(["model", "inspect", path, "--header-only", "--json"])
    let short = try JSON.parse(header.output)
    #expect(short["fingerprint"] == nil && short["tensors"]?.arrayValue?.first?["rms"] == nil)
    let text = try Program.run(["model", "inspect", path])
    #expect(text.output.contains("model.layers.1.mlp.down_proj.weight"), "\(text.output)")

    try Program.withFolder { folder in
      let bytes = try readFile(path)
      try AtomicFile.write(Array(bytes[..<(bytes.count - 64)]), to: folder + "/a.gguf")
      let damaged = try Program.run(["model", "inspect", folder + "/a.gguf"])
      #expect(damaged.status == 1)
      #expect(damaged.errors.contains("cut short"), "\(damaged.errors)")
      try AtomicFile.write("no model", to: folder + "/b.gguf")
      let wrong = try Program.run(["model", "inspect", folder + "/b.gguf"])
      #expect(wrong.status == 1 && wrong.errors.contains("neither GGUF"), "\(wrong.errors)")
    }
  }
}
