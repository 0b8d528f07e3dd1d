import Files
import Foundation
import Testing

/// Ids, keys, names and file names come from others. Each is sent through every command that prints
/// such a thing, and nothing that could steer a terminal may come out.
struct `Foreign text` {
  /// What moves a cursor, sets a title, hides, turns around or breaks lines.
  static let payloads: [String] = {
    var texts = [
      "\u{1B}[31mred\u{1B}[0m", "\u{1B}[2J\u{1B}[H", "\u{1B}]0;title\u{07}",
      "\u{1B}]8;;http://x\u{1B}\\y",
      "\u{1B}P+q544e\u{1B}\\", "\u{1B}[6n", "\u{1B}c", "\u{1B}(0", "a\rb", "a\u{08}\u{08}b",
      "a\u{07}",
      "a\u{0B}b\u{0C}c", "a\u{0E}b\u{0F}", "\u{7F}\u{7F}", "\u{9B}31m", "\u{9D}0;t\u{9C}",
      "\u{90}q\u{9C}",
      "\u{85}next", "\u{84}", "\u{8D}up", "a\nretort: all is well", "\u{202E}txt.exe",
      "\u{202D}a\u{202C}",
      "\u{2066}a\u{2069}", "\u{2067}b", "\u{2068}c", "\u{200E}\u{200F}\u{61C}", "pay\u{200B}pal",
      "a\u{200C}b\u{200D}c", "\u{2060}\u{2061}\u{2064}", "\u{FEFF}bom", "soft\u{AD}hyphen",
      "\u{2028}line",
      "\u{2029}paragraph", "\u{180E}x", "\u{E0041}\u{E0042}", "\u{FFF9}a\u{FFFA}b\u{FFFB}",
      "\u{3164}\u{115F}",
      "\u{034F}x", "\u{206A}\u{206F}", "\u{1D173}", "=cmd|' /C calc'!A0",
      "<script>alert(1)</script>",
    ]
    texts += (1..<0x20).compactMap { Unicode.Scalar($0).map { "c\(Character($0))c" } }
    return texts
  }()

  /// Several in one: each command is started a few times, and still sees every one.
  static func groups(_ wanted: (String) -> Bool = { _ in true }) -> [String] {
    let texts = payloads.filter(wanted)
    return stride(from: 0, to: texts.count, by: 8).map {
      texts[$0..<min($0 + 8, texts.count)].joined(separator: " ")
    }
  }

  static func isFit(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\t" || TerminalText.isVisible($0) }
  }

  static func require(_ outcome: Program.Outcome, _ what: String, mayBeLong: Bool = false) {
    #expect(outcome.signal == nil, "\(what): \(outcome)")
    #expect(isFit(outcome.errors), "\(what): \(outcome.errors.debugDescription)")
    #expect(isFit(outcome.output), "\(what): \(outcome.output.debugDescription)")
    // A hundred lines at most, some of which list all kinds of stages.
    #expect(outcome.errors.utf8.count < 24_000, "\(what): \(outcome.errors.utf8.count)")
  }

  /// As JSON has it, whole.
  static func quoted(_ text: String) -> String { JSON(text).text }

  static func number<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  @Test func `in records reaches no terminal`() throws {
    var input = ""
    for payload in Self.payloads + ["nul\u{0}nul"] {
      let text = Self.quoted(payload)
      let lines = [
        #"{"id":\#(text),"family":"sum-reduce","problem":"1+2","solution":"3\nAnswer: 3"}"#,
        #"{"id":"a","family":\#(text),"problem":"1+2","solution":"3\nAnswer: 3"}"#,
        #"{"family":\#(text),"problem":1,"solution":""}"#,
        #"{"id":"a","family":"sum-reduce","problem":\#(text),"solution":"3\nAnswer: 3"}"#,
        #"{"id":"a","family":"sum-reduce","problem":"1+2","solution":\#(text)}"#,
        #"{"id":"a","family":"sum-reduce","problem":"1+2","solution":"3\nAnswer: 3","answer":\#(text)}"#,
        #"{"id":"a","family":"sum-reduce","problem":"1+2","solution":"3\nAnswer: 3","checker":{"level":\#(text)}}"#,
        #"{\#(text):1,\#(text):2}"#, text, payload,
      ]
      input += lines.joined(separator: "\n") + "\n"
    }
    let verified = try Program.run(["verify", "-"], input: input)
    #expect(verified.status == 1)
    Self.require(verified, "verify")
    Self.require(try Program.run(["verify", "-", "--json"], input: input), "verify --json")
  }

  @Test func `in pipeline files reaches no terminal`() throws {
    try Program.withFolder { folder in
      let file = folder + "/p.yaml"
      for payload in Self.groups() + ["nul\u{0}nul"] {
        let text = Self.quoted(payload)
        for yaml in [
          "pipeline: x\n\(text): 7\n", "pipeline: \(text)\nstages: []\n",
          "pipeline: x\nstages:\n  - {name: \(text), kind: generate}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: \(text)}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: generate, from: [\(text)]}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: generate, with: {\(text): 1}}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: generate, with: {families: {\(text): {}}, count: 1}}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: generate, with: {families: {sum-reduce: {}}, count: \(text)}}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: prompts, with: {path: \(text)}}\n",
          "pipeline: x\nstages:\n  - {name: a, kind: import, with: {path: \(text)}}\n",
          "pipeline: x\nabout: \(payload)\n", "\(payload)",
        ] {
          try Data(yaml.utf8).write(to: URL(filePath: file))
          Self.require(
            try Program.run(["run", file, "--into", folder + "/run", "--dry-run"]), "run \(yaml)")
          Self.require(try Program.run(["inspect", file]), "inspect \(yaml)")
        }
      }
    }
  }

  /// The command line's own words, ArgumentParser's answers among them.
  @Test func `in arguments reaches no terminal`() throws {
    for payload in Self.groups() {
      for arguments in [
        [payload], ["--" + payload], ["help", payload], ["families", payload],
        ["generate", payload],
        ["generate", "sum-reduce", "--count", payload],
        ["generate", "sum-reduce", "--count", "1", "--level", payload],
        ["verify", "--audit", payload], ["run", Program.pipeline("tiny"), "--executor", payload],
        ["run", Program.pipeline("tiny"), "--dry-run", "--set", payload],
        ["run", Program.pipeline("tiny"), "--dry-run", "--set", payload + "=1"],
        ["run", Program.pipeline("tiny"), "--dry-run", "--set", "seed=" + payload],
        ["bench", payload], ["bench", "families", "--config", payload],
        ["model", payload], ["model", "export", "x", "--format", payload],
        ["distil", "--set", payload, "-o", "/nonexistent/x"],
        ["train", "--set", "steps=" + payload, "-o", "/nonexistent/x"],
        ["shards", "cat", "/nonexistent", "--id", payload],
        ["curriculum", "plan", "--set", "order=" + payload, "-o", "/nonexistent/x"],
      ] {
        let outcome = try Program.run(arguments)
        // ArgumentParser answers a request for help about what is not there with the help of all.
        #expect([1, 2].contains(outcome.status) || arguments[0] == "help", "\(outcome)")
        Self.require(outcome, "\(arguments)")
      }
    }
  }

  @Test func `in file names reaches no terminal`() throws {
    try Program.withFolder { folder in
      for payload in Self.groups({ !$0.contains("/") }) {
        for name in ["\(folder)/missing-\(payload)", "\(folder)/\(payload).bin"] {
          if name.hasSuffix(".bin") {
            FileManager.default.createFile(atPath: name, contents: Data("x".utf8))
          }
          for arguments in [
            ["verify", name], ["inspect", name], ["inspect", "--json", name], ["run", name],
            ["status", name], ["stage", name, "a"], ["shards", "ls", name],
            ["shards", "cat", name],
            ["shards", "verify", name], ["model", "inspect", name],
            ["model", "export", name, "--format", "gguf"],
            ["model", "import", name, "-o", "/nonexistent/x"],
            ["model", "generate", name, "--prompt", "x"], ["model", "perplexity", name, "x"],
            ["model", "logits", name, "--tokens", name, "-o", name],
            ["tokenizer", "encode", name, "-"], ["tokenizer", "decode", name, "-"],
            ["tokenizer", "train", name, "-o", "/nonexistent/x"], ["compare", "check", name],
            ["compare", "report", name], ["label", "--from", name, "-o", "/nonexistent/x"],
            ["generate", "sum-reduce", "--count", "1", "-o", name + "/x"],
          ] {
            // A line of text is enough for a tokenizer, which then fails to write.
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 1 || outcome.status == 2, "\(arguments): \(outcome)")
            Self.require(outcome, "\(arguments)")
          }
          try? Folder.remove(name)
        }
      }
    }
  }

  @Test func `in files of tensors and archives reaches no terminal`() throws {
    try Program.withFolder { folder in
      for payload in Self.groups() {
        let text = Self.quoted(payload)
        func safetensors(_ header: String) -> [UInt8] {
          Self.number(UInt64(header.utf8.count)) + Array(header.utf8) + [0, 0, 0, 0]
        }
        let tensor = #"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#
        let utf8 = Array(payload.utf8)
        let key = Array("general.name".utf8)
        let gguf: [UInt8] =
          Array("GGUF".utf8) + Self.number(UInt32(3)) + Self.number(UInt64(0))
          + Self.number(UInt64(2)) + Self.number(UInt64(key.count)) + key + Self.number(UInt32(8))
          + Self.number(UInt64(utf8.count)) + utf8 + Self.number(UInt64(20))
          + Array("general.architecture".utf8) + Self.number(UInt32(8))
          + Self.number(UInt64(utf8.count)) + utf8
        let files: [(String, [UInt8])] = [
          ("a.safetensors", safetensors("{\(text):\(tensor)}")),
          ("b.safetensors", safetensors(#"{"__metadata__":{\#(text):\#(text)},"w":\#(tensor)}"#)),
          (
            "c.safetensors",
            safetensors(#"{"w":{"dtype":\#(text),"shape":[1],"data_offsets":[0,4]}}"#)
          ),
          ("d.gguf", gguf), ("e.json", Array(#"{"model_type":\#(text)}"#.utf8)),
          ("f.json", Array(#"{"model":{"type":\#(text),"merges":[]}}"#.utf8)),
          ("g.jsonl", Array("{\(text):\(text)}\n".utf8)), ("h.tar", Self.tar(utf8)),
          ("i.npy", Array("\u{93}NUMPY".utf8) + utf8),
          ("manifest.json", Array(#"{"format":1,"kind":\#(text)}"#.utf8)),
        ]
        for (name, bytes) in files {
          let path = folder + "/" + name
          try Data(bytes).write(to: URL(filePath: path))
          for arguments in [
            ["inspect", path], ["inspect", path, "--json"], ["model", "inspect", path],
          ] {
            Self.require(try Program.run(arguments), "\(arguments) \(text)")
          }
          if name.hasSuffix(".tar") {
            Self.require(try Program.run(["shards", "ls", path]), "ls \(text)")
            Self.require(try Program.run(["shards", "ls", path, "--json"]), "ls \(text)")
          }
        }
      }
    }
  }

  /// A ustar archive of one empty file of this name.
  static func tar(_ name: [UInt8]) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at offset: Int) {
      for (index, byte) in bytes.enumerated() { block[offset + index] = byte }
    }
    put(name.prefix(99) + [], at: 0)
    put(Array("0000644".utf8), at: 100)
    for offset in [108, 116] { put(Array("0000000".utf8), at: offset) }
    for offset in [124, 136] { put(Array("00000000000".utf8), at: offset) }
    put(Array("        ".utf8), at: 148)
    put(Array("0".utf8), at: 156)
    put(Array("ustar\u{0}00".utf8), at: 257)
    let digits = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    let sum = String(repeating: "0", count: 6 - digits.count) + digits
    put(Array(sum.utf8) + [0, 0x20], at: 148)
    return block + [UInt8](repeating: 0, count: 1024)
  }

  /// Data is exact in a pipe, and the same text fit for a terminal on one.
  @Test func `in data is exact in a pipe and shown on a terminal`() throws {
    try Program.withFolder { folder in
      let tokenizer = folder + "/tokenizer.json"
      let trained = try Program.run(
        ["tokenizer", "train", "-", "--vocab-size", "300", "-o", tokenizer], input: "1+2=3\n")
      try #require(trained.status == 0, "\(trained)")
      for payload in Self.groups({ !$0.contains("\n") }) {
        let encoded = try Program.run(
          ["tokenizer", "encode", tokenizer, "-"], input: payload + "\n")
        try #require(encoded.status == 0, "\(encoded)")
        let ids = folder + "/ids"
        try AtomicFile.write(encoded.output, to: ids)
        let piped = try Program.run(["tokenizer", "decode", tokenizer, ids])
        #expect(piped.output == payload + "\n", "\(payload.debugDescription)")
        let seen = try Program.runOnTerminal(["tokenizer", "decode", tokenizer, ids])
        #expect(seen.status == 0)
        let text = String(decoding: seen.bytes, as: UTF8.self)
        #expect(Self.isFit(text), "\(text.debugDescription)")
      }
    }
  }

  /// A message of a megabyte hides what it says.
  @Test func `of a megabyte makes no message of a megabyte`() throws {
    let long = String(repeating: "long\u{1B}", count: 200_000)
    try Program.withFolder { folder in
      let file = folder + "/p.yaml"
      for yaml in [
        "pipeline: x\n\(Self.quoted(long)): 7\n",
        "pipeline: x\nstages:\n  - {name: a, kind: \(Self.quoted(long))}\n",
        "pipeline: x\nstages:\n"
          + (0..<3000).map { "  - {name: a\($0), kind: nope}\n" }.joined(),
      ] {
        try Data(yaml.utf8).write(to: URL(filePath: file))
        let outcome = try Program.run(["run", file, "--dry-run"])
        #expect(outcome.status == 2)
        Self.require(outcome, "yaml")
      }
      let record =
        #"{"id":\#(Self.quoted(long)),"family":"sum-reduce","problem":"1","solution":\#(Self.quoted(long))}"#
      let verified = try Program.run(["verify", "-"], input: record + "\n")
      #expect(verified.output.utf8.count < 4000 && verified.output.contains("rejected: "))
      Self.require(verified, "verify")
      let argument = String(repeating: "a", count: 100_000)
      for arguments in [
        [argument], ["--" + argument], ["verify", argument], ["families", argument],
      ] {
        let outcome = try Program.run(arguments)
        #expect(outcome.status != 0)
        Self.require(outcome, "argument")
      }
    }
  }
}
