import Files
import Foundation
import LoopbackSupport
import Testing

/// What holds of a stage of any kind, through the built program.
struct `A stage of every kind` {
  /// Each kind at least once, in an order in which each finds its inputs.
  private static func pipeline(
    model: String, prompts: String, rows: String, server: String
  ) -> String {
    """
    pipeline: kinds
    seed: 3
    stages:
      - {name: problems, kind: generate, with: {families: {sum-reduce: {levels: 1..2}}, count: 24, split: train}}
      - {name: asked, kind: prompts, with: {path: \(prompts), split: any}}
      - {name: file, kind: import, with: {model: \(model)}}
      - {name: folder, kind: import, with: {model: \((model as NSString).deletingLastPathComponent)/folder}}
      - {name: labels, kind: label, from: [problems, file], with: {encoding: hidden}}
      - {name: rows, kind: label, from: [problems, folder], with: {encoding: full}}
      - {name: texts, kind: sample, from: [problems, file], with: {count: 24, draws: 4, max_new_tokens: 24, temperature: 1, keep_rejected: true}}
      - {name: remote, kind: remote-sample, from: [asked], with: {url: "\(server)", model: far, unverified: true}}
      - {name: order, kind: curriculum, from: [labels], with: {order: competence, steps: 4, batch: 4}}
      - {name: hard, kind: train, from: [labels, order], with: {steps: 4, batch: 4, learning_rate: 0.01, model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2}}}
      - {name: soft, kind: distil, from: [labels, order], with: {steps: 4, batch: 4, learning_rate: 0.01, model: {hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2}}}
      - {name: exam, kind: evaluate, from: [soft, rows]}
      - {name: own, kind: records, with: {path: \(prompts), unverified: true}}
      - {name: taken, kind: import-labels, with: {path: \(rows), tokenizer: \(model)}}
      - {name: out, kind: export, from: [problems, own], with: {format: jsonl, unverified: true}}
    """
  }

  /// A folder whose manifest does not read is made again at every run, and no command takes it.
  @Test func `leaves a folder that status and a second run read as finished`() throws {
    try Program.withFolder { folder in
      let tiny = folder + "/tiny"
      let made = try Program.run(["run", Program.pipeline("tiny"), "--into", tiny, "--quiet"])
      try #require(made.status == 0, "\(made.errors)")
      let teacher = try #require(
        Folder.names(in: tiny + "/stages").first {
          $0.hasPrefix("teacher-") && !$0.hasPrefix("teacher-order-")
        })
      let model = "\(tiny)/stages/\(teacher)/model"
      let exported = try Program.run([
        "model", "export", model, "--format", "gguf", "--type", "f32", "-o", folder + "/a.gguf",
      ])
      try #require(exported.status == 0, "\(exported.errors)")
      try FileManager.default.copyItem(atPath: model, toPath: folder + "/folder")
      try AtomicFile.write("Name a river.\nName a tree.\n", to: folder + "/prompts.txt")
      // Six letters in turn, and rows that are fairly sure of each.
      let ids = (0..<18).map { 70 + $0 * 5 % 6 }
      let rows = ids.dropFirst().map { id in
        (70..<76).map { "\"\($0)\":{\"logprob\":\($0 == id ? -0.2 : -4.0)}" }.joined(separator: ",")
      }
      try AtomicFile.write(
        "{\"prompt_token_ids\":\(ids),\"prompt_logprobs\":[null,"
          + rows.map { "{\($0)}" }.joined(separator: ",") + "]}\n", to: folder + "/rows.jsonl")
      let server = try LoopbackServer { .json(.chat("As \($0.json?.question ?? "") asks.")) }
      defer { server.close() }
      try AtomicFile.write(
        Self.pipeline(
          model: folder + "/a.gguf", prompts: folder + "/prompts.txt",
          rows: folder + "/rows.jsonl", server: server.address),
        to: folder + "/kinds.yaml")

      let run = folder + "/kinds"
      let first = try Program.run(["run", folder + "/kinds.yaml", "--into", run, "--quiet"])
      try #require(first.status == 0, "\(first.errors)")
      try Self.requireFinished(run, folder + "/kinds.yaml")
      try Self.requireFinished(tiny, Program.pipeline("tiny"))
      for folder in [run, tiny] {
        try `The settings of every kind of stage`.requireDeclared(in: folder)
      }

      var kinds: Set<String> = []
      for root in [run, tiny] {
        for name in try Folder.names(in: root + "/stages") {
          let manifest = try Manifest.read(from: root + "/stages/" + name)
          try manifest.verifyFiles(in: root + "/stages/" + name)
          #expect(manifest.stage?["kind"]?.stringValue == manifest.kind)
          kinds.insert(manifest.kind)
        }
      }
      #expect(kinds == (try Self.allKinds()), "a kind is missing here: add a stage of it above")
    }
  }

  private static func requireFinished(_ run: String, _ pipeline: String) throws {
    let status = try JSON.parse(try Program.run(["status", run, "--json"]).output)
    for stage in try #require(status["stages"]?.arrayValue) {
      #expect(stage["state"] == "finished", "\(stage.text)")
    }
    let again = try Program.run(["run", pipeline, "--into", run, "--json", "--quiet"])
    let summary = try JSON.parse(again.output)
    #expect(summary["ran"] == 0, "\(again.output)")
  }

  /// The program's own list, out of its words for a kind that is not there.
  private static func allKinds() throws -> Set<String> {
    try Program.withFolder { folder in
      try AtomicFile.write(
        "pipeline: x\nstages: [{name: a, kind: zzzzzzzz}]\n", to: folder + "/x.yaml")
      let refused = try Program.run(["run", folder + "/x.yaml", "--into", folder + "/r"])
      let list = try #require(refused.errors.components(separatedBy: "kinds: ").last)
      return Set(list.split(whereSeparator: { ", \n".contains($0) }).map(String.init))
    }
  }
}
