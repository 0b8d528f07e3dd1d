import Files
import Foundation
import Testing

/// Labels at selected positions in every encoding, as a user makes, checks and learns them.
@Suite struct `Sets with labels at selected positions` {
  private static let model =
    "{hidden_size: 16, intermediate_size: 32, num_hidden_layers: 1, num_attention_heads: 2}"
  private static let encodings = [
    "full": "{name: full, positions: choices}", "hidden": "{name: hidden, positions: choices}",
    "bytes": "{name: hidden, hidden_type: int8, positions: choices}",
    "grid":
      "{name: hidden, hidden_type: grid, hidden_error: 0.01, positions: {select: entropy, share: 0.3}}",
    "projected": "{name: projected, positions: choices}",
    "topk": "{name: topk, k: 8, positions: choices}",
  ]

  private static func pipeline(_ more: String = "") -> String {
    var text = """
      pipeline: positions
      seed: 1
      stages:
        - {name: problems, kind: generate, with: {families: {sum-reduce: {levels: 1..2}}, count: 60}}
        - {name: teacher, kind: train, from: [problems], with: {steps: 4, batch: 8, tokenizer: {vocab_size: 270}, model: \(model)}}
        - {name: start, kind: train, from: [problems], with: {steps: 1, batch: 8, tokenizer: {vocab_size: 270}, model: \(model)}}

      """
    for (name, encoding) in encodings.sorted(by: { $0.key < $1.key }) {
      let isProjected = name == "projected"
      let inputs = isProjected ? "[problems, teacher, start]" : "[problems, teacher]"
      let student =
        isProjected ? "{from: start}, freeze: [readout, embeddings]" : model
      text += """
          - {name: \(name), kind: label, from: \(inputs), with: {encoding: \(encoding)}}
          - {name: student-\(name), kind: distil, from: [\(name)\(isProjected ? ", start" : "")], with: {steps: 2, batch: 4, model: \(student)}}

        """
    }
    return text + more
  }

  private static func run(_ folder: String, _ more: String = "") throws -> Program.Outcome {
    try AtomicFile.write(Array(pipeline(more).utf8), to: folder + "/p.yaml")
    return try Program.run(["run", folder + "/p.yaml", "--into", folder + "/run", "--json"])
  }

  private static func stage(_ name: String, in folder: String) throws -> String {
    let stages = folder + "/run/stages"
    let found = try Folder.names(in: stages).first { stage in
      stage.hasPrefix(name + "-") && !stage.dropFirst(name.count + 1).contains("-")
    }
    return stages + "/" + (try #require(found))
  }

  @Test func `are learnt, sound, made once, and found out when a bit is flipped`() throws {
    try Program.withFolder { folder in
      let first = try Self.run(folder)
      try #require(first.status == 0, "\(first.errors)")
      let again = try Self.run(folder)
      #expect(try JSON.parse(again.output)["ran"] == 0, "\(again.output)")
      for name in Self.encodings.keys {
        let set = try Self.stage(name, in: folder)
        let check = try Program.run(["labels", "check", set])
        #expect(check.status == 0, "\(name): \(check.output)")
        let manifest = try JSON.parse(readFile(set + "/manifest.json"))
        let positions = manifest["details"]?["certificate"]?["positions"]
        let labelled = try #require(positions?["labelled"]?.intValue)
        let targets = try #require(manifest["details"]?["counts"]?["targets"]?.intValue)
        #expect(labelled > 0 && labelled < targets, "\(name)")
        let shard = set + "/data-000000.tar.zst"
        let whole = try readFile(shard)
        var bytes = whole
        bytes[bytes.count / 2] ^= 1
        try AtomicFile.write(bytes, to: shard)
        for command in [["labels", "check", set], ["shards", "verify", set]] {
          #expect(try Program.run(command).status == 1, "\(name): \(command)")
        }
        try AtomicFile.write(whole, to: shard)
      }
    }
  }

  /// A family without choices: no label is there to be read, and the guard does not ask for one.
  @Test func `may hold none, and then teach the text alone`() throws {
    try Program.withFolder { folder in
      let pipeline = """
        pipeline: none
        seed: 1
        stages:
          - {name: problems, kind: generate, with: {families: {long-division: {levels: 1..2}}, count: 12}}
          - {name: teacher, kind: train, from: [problems], with: {steps: 2, batch: 4, tokenizer: {vocab_size: 270}, model: \(Self.model)}}
          - {name: labels, kind: label, from: [problems, teacher], with: {encoding: {name: full, positions: choices}}}
          - {name: soft, kind: distil, from: [labels], with: {steps: 2, batch: 4, model: \(Self.model)}}
          - {name: hard, kind: distil, from: [labels], with: {steps: 2, batch: 4, objective: hard, model: \(Self.model)}}
        """
      try AtomicFile.write(Array(pipeline.utf8), to: folder + "/p.yaml")
      let outcome = try Program.run([
        "run", folder + "/p.yaml", "--into", folder + "/run", "--quiet",
      ])
      try #require(outcome.status == 0, "\(outcome.errors)")
      let weights = try ["soft", "hard"].map {
        try readFile(try Self.stage($0, in: folder) + "/model/model.safetensors")
      }
      #expect(weights[0] == weights[1])
    }
  }

  /// A score, and a difficulty, are of all targets.
  @Test(arguments: [
    "  - {name: exam, kind: evaluate, from: [teacher, full]}\n",
    "  - {name: order, kind: curriculum, from: [hidden], with: {order: easy-to-hard, column: teacher_ce, steps: 2, batch: 4}}\n",
  ])
  func `are refused where every target counts`(stage: String) throws {
    try Program.withFolder { folder in
      // Before anything is made.
      let outcome = try Self.run(folder, stage)
      #expect(outcome.status == 2 && !Folder.isFolder(folder + "/run/stages"))
      #expect(outcome.errors.contains("only some"), "\(outcome.errors)")
    }
  }
}
