import Files
import Testing

struct `retort tokenizer` {
  static let goldens = Program.root + "/Tests/TokenizationTests/Goldens/Families/"

  /// One line of text through `encode`, as ids.
  static func ids(_ arguments: [String], _ text: String) throws -> [Int] {
    let outcome = try Program.run(
      ["tokenizer", "encode", goldens + "smollm2.json", "-"] + arguments, input: text + "\n")
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
  }

  @Test func `takes signs for text unless it is told otherwise`() throws {
    #expect(try Self.ids(["--specials"], "<|im_end|>") == [2])
    let text = try Self.ids([], "<|im_end|>")
    #expect(text.count > 1 && text.allSatisfy { $0 > 2 })
    let prompt = try Self.ids(["--template", "chatml"], "<|im_end|>")
    #expect(prompt.first == 1 && prompt.count { $0 == 2 } == 1)

    let unknown = try Program.run(
      ["tokenizer", "encode", Self.goldens + "smollm2.json", "-", "--template", "other"], input: "")
    #expect(unknown.status == 1 && unknown.errors.contains("smollm2, chatml"), "\(unknown.errors)")
    let model = try Program.run(
      ["tokenizer", "encode", Self.goldens + "smollm2.json", "-", "--template", "model"], input: "")
    #expect(model.status == 1 && model.errors.contains("that ends a text"), "\(model.errors)")
  }

  @Test func `reads line ends as JSON, and decodes what it encoded`() throws {
    let file = Self.goldens + "llama2.json"
    let encoded = try Program.run(
      ["tokenizer", "encode", file, "-", "--json"], input: "\"a\\n b\"\n\"\"\n")
    #expect(encoded.output.hasPrefix("[") && encoded.output.hasSuffix("]\n[]\n"))
    let line = encoded.output.split(separator: "\n")[0].dropFirst().dropLast()
    let decoded = try Program.run(
      ["tokenizer", "decode", file, "-"], input: line.replacing(",", with: " ") + "\n")
    #expect(decoded.output == "a\n b\n")
    let wrong = try Program.run(["tokenizer", "encode", file, "-", "--json"], input: "a\n")
    #expect(wrong.status == 1 && wrong.errors.contains("line 1: expected a JSON string"))
  }

  @Test func `copies a tokenizer file byte for byte`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.run(
        ["tokenizer", "convert", Self.goldens + "gemma.json", "-o", folder + "/tokenizer.json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        try readFile(folder + "/tokenizer.json") == readFile(Self.goldens + "gemma.json"))
    }
  }
}
