import Files
import Foundation
import Kernels
import Models
import Randomness
import Testing
import Tokenization

/// What `generate` would refuse, `inspect`, `model inspect` and `model export` name too; and what
/// is sound, none of them calls damaged.
struct `A model that does not run` {
  static let tokenizer = Tokenizer.train(
    on: [[UInt8]](), vocabularySize: Tokenizer.smallestVocabulary
  ).tokenizer

  /// A tiny model, in the folder `model` of a folder.
  static func withModel(
    vocabulary: Int = tokenizer.vocabularySize, _ body: (_ model: String) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      let parameters = Parameters(
        drawn: try TransformerConfiguration(
          vocabularySize: vocabulary, hiddenSize: 8, intermediateSize: 12, layerCount: 1,
          headCount: 2, keyValueHeadCount: 1, headWidth: 4, positionCount: 64),
        seed: Seed(3))
      for i in 0..<parameters.layout.matrixCount { parameters.values[i] *= 40 }
      try ModelFolder.write(parameters, tokenizer: tokenizer.json, to: folder + "/model")
      try body(folder + "/model")
    }
  }

  static func change(_ file: String, _ key: String, _ value: JSON?) throws {
    var object = try #require(JSON.parse(readFile(file)).objectValue)
    object[key] = value
    try AtomicFile.write(object.serialized(), to: file)
  }

  static let commands = [
    ["inspect"], ["model", "inspect"],
    ["model", "generate", "--prompt", "1+1", "--max-new-tokens", "2"],
    ["model", "export", "--format", "gguf", "-o"],
  ]

  static func run(_ command: [String], _ model: String) throws -> Program.Outcome {
    let output = command.last == "-o" ? [model + "-out.gguf"] : []
    return try Program.run(command + output + [model])
  }

  @Test(
    arguments: [
      ("config.json", "eos_token_id", JSON(259), "eos_token_id"),
      ("config.json", "bos_token_id", JSON(-2), "bos_token_id"),
      ("config.json", "pad_token_id", JSON("x"), "pad_token_id"),
      ("generation_config.json", "eos_token_id", [2, 1000], "eos_token_id"),
      ("config.json", "num_attention_heads", 0, "num_attention_heads"),
      ("config.json", "vocab_size", -1, "vocab_size"),
      ("config.json", "max_position_embeddings", 0, "max_position_embeddings"),
      ("config.json", "num_hidden_layers", 1_000_000, "num_hidden_layers"),
      ("config.json", "num_hidden_layers", 2, "model.layers.1"),
      ("config.json", "model_type", "bert", "bert"),
      ("config.json", "rms_norm_eps", "small", "rms_norm_eps"),
    ] as [(String, String, JSON, String)])
  func `is named by all who look at it`(
    file: String, key: String, value: JSON, word: String
  ) throws {
    try Self.withModel { model in
      try Self.change(model + "/" + file, key, value)
      for command in Self.commands {
        let outcome = try Self.run(command, model)
        #expect(outcome.status == 1 && outcome.errors.contains(word), "\(command): \(outcome)")
        #expect(!outcome.errors.contains("damaged"), "\(command): \(outcome.errors)")
        if !command.contains("generate") {
          #expect(outcome.errors.contains("does not run, because"), "\(command): \(outcome.errors)")
        }
        #expect(!fileExists(model + "-out.gguf"))
      }
    }
  }

  @Test func `is one whose generation_config.json is no JSON`() throws {
    try Self.withModel { model in
      try AtomicFile.write("{", to: model + "/generation_config.json")
      for command in Self.commands {
        let outcome = try Self.run(command, model)
        #expect(
          outcome.status == 1 && outcome.errors.contains("generation_config.json"), "\(outcome)")
      }
    }
  }

  @Test func `is none in shards, in GGUF, or without digests, which is said`() throws {
    try Self.withModel { model in
      for command in Self.commands {
        let outcome = try Self.run(command, model)
        #expect(outcome.status == 0, "\(command): \(outcome)")
      }
      let gguf = try Program.run(["inspect", model + "-out.gguf"])
      #expect(gguf.status == 0 && gguf.output.contains("model (GGUF), whole"), "\(gguf)")
      let shard = "model-00001-of-00001.safetensors"
      try Folder.rename(model + "/model.safetensors", to: model + "/" + shard)
      let names = try JSON.parse(
        Program.run(["model", "inspect", model + "-out.gguf", "--header-only", "--json"]).output)
      let map = JSONObject(
        (names["tensors"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
          .map { ($0, JSON(shard)) })
      try AtomicFile.write(
        JSON.object(["metadata": [:], "weight_map": .object(map)]).serialized(),
        to: model + "/model.safetensors.index.json")
      let sharded = try Program.run(["inspect", model])
      #expect(sharded.status == 0 && sharded.output.contains("none: nothing says"), "\(sharded)")
    }
  }

  /// A manifest vouches for a model, wherever it is opened from.
  @Test func `is one whose bytes are not those of its manifest`() throws {
    try Self.withModel { model in
      let folder = Paths.parent(of: model)
      let files = try Folder.names(in: model).sorted().map { "model/" + $0 }
      try Manifest(
        kind: "train", content: SHA256.hash("c").hex,
        files: files.map { try Manifest.entry($0, in: folder) }
      ).write(to: folder)
      try AtomicFile.write(
        // Two ids, as int32.
        [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0]
          + Array(
            "{'descr': '<i4', 'fortran_order': False, 'shape': (2,), }".padding(
              toLength: 117, withPad: " ", startingAt: 0
            ).utf8) + [10] + [5, 0, 0, 0, 6, 0, 0, 0],
        to: folder + "/ids.npy")
      let commands =
        Self.commands + [
          ["model", "logits", "--tokens", folder + "/ids.npy", "-o", folder + "/l.npy"]
        ]
      func run(_ command: [String], _ place: String) throws -> Program.Outcome {
        command.contains("logits")
          ? try Program.run(command + [place]) : try Self.run(command, place)
      }
      for place in [model, folder] {
        for command in commands {
          let whole = try run(command, place)
          #expect(whole.status == 0, "\(command): \(whole)")
          try? Folder.remove(place + "-out.gguf")
        }
      }
      for name in ["model.safetensors", "config.json"] {
        let bytes = try readFile(model + "/" + name)
        var flipped = bytes
        // A low bit of a weight, a digit of a size that no shape depends on.
        if name == "model.safetensors" {
          flipped[bytes.count - 4] ^= 1
        } else {
          let place = try #require(
            String(decoding: bytes, as: UTF8.self).firstRange(of: "10000")
          ).lowerBound
          flipped[place.utf16Offset(in: String(decoding: bytes, as: UTF8.self))] = UInt8(ascii: "2")
        }
        try AtomicFile.write(flipped, to: model + "/" + name)
        for place in [model, folder] {
          for command in commands {
            let outcome = try run(command, place)
            #expect(
              outcome.status == 1 && outcome.errors.contains("SHA-256"), "\(command): \(outcome)")
          }
        }
        try AtomicFile.write(bytes, to: model + "/" + name)
      }
    }
  }
}

struct `retort model generate --raw` {
  @Test func `prints what is written and nothing else`() throws {
    try `A model that does not run`.withModel { model in
      let arguments = [
        "model", "generate", model, "--raw", "--prompt", "1+2", "--max-new-tokens", "5",
      ]
      let plain = try Program.run(arguments)
      let json = try JSON.parse(Program.run(arguments + ["--json"]).output)
      let solution = try #require(json["solution"]?.stringValue)
      #expect(plain.status == 0 && plain.errors.isEmpty, "\(plain)")
      #expect(plain.output == solution + "\n" || solution.contains("\u{FFFD}"))
      let empty = try Program.run(["model", "generate", model, "--raw", "--prompt", ""])
      #expect(empty.status == 1 && empty.errors.contains("--prompt: is empty"), "\(empty)")
      #expect(try Program.run(["model", "generate", model]).status == 2)
    }
  }

  /// Rows beyond the tokenizer's ids are padding: no text comes of them.
  @Test func `never draws from rows that stand for no token, and says so`() throws {
    let known = Tokenizer.smallestVocabulary
    try `A model that does not run`.withModel(vocabulary: known + 4000) { model in
      let outcome = try Program.run(
        [
          "model", "generate", model, "--prompt", "1+2", "--draws", "20", "--temperature", "2",
          "--max-new-tokens", "20", "--json",
        ])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.errors.contains("4000 of the \(known + 4000) rows"), "\(outcome.errors)")
    }
  }
}

struct `What a command writes` {
  @Test func `into a folder that is missing names the folder`() throws {
    try `A model that does not run`.withModel { model in
      let missing = model + "/missing"
      for arguments in [
        ["model", "export", model, "--format", "gguf", "-o", missing + "/x.gguf"],
        ["tokenizer", "convert", model, "-o", missing + "/t.json"],
        ["generate", "sum-reduce", "--count", "1", "-o", missing + "/x.jsonl"],
      ] {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == 1 && outcome.errors.contains(missing + ":"), "\(outcome)")
        #expect(!outcome.errors.contains(".tmp"), "\(outcome.errors)")
      }
    }
  }
}
