import Files
import Foundation
import Testing

/// Stages that run by themselves, as a person runs them.
struct `A training outside a pipeline` {
  /// As pipelines do: the order that nobody planned is the random one.
  @Test func `without an order makes the one that a pipeline would`() throws {
    let place = FileManager.default.temporaryDirectory.appending(
      path: "one-stage-\(UUID().uuidString)"
    ).path
    try Folder.make(place)
    defer { try? Folder.remove(place) }
    let text = """
      pipeline: small
      seed: 4
      stages:
        - {name: problems, kind: generate, with: {families: {sum-reduce: {levels: 1..2}}, count: 24}}

      """
    try AtomicFile.write(Array(text.utf8), to: place + "/p.yaml")
    let made = try Program.run(
      ["run", place + "/p.yaml", "--into", place + "/run", "--quiet"])
    try #require(made.status == 0, "\(made.errors)")
    let name = try #require(
      try Folder.names(in: place + "/run/stages").first { $0.hasPrefix("problems-") })
    let problems = place + "/run/stages/" + name
    let settings = ["steps=3", "batch=4"].flatMap { ["--set", $0] }
    let shape =
      ["model.hidden_size=8", "model.intermediate_size=8", "tokenizer.vocab_size=270"]
      .flatMap { ["--set", $0] }
    let common = ["--seed", "7", "--quiet"]
    let alone = try Program.run(
      ["train", "--from", problems, "-o", place + "/a"] + settings + shape + common)
    #expect(alone.status == 0, "\(alone.errors)")
    #expect(Folder.isFolder(place + "/a-order"))

    let planned = try Program.run(
      ["curriculum", "plan", "--from", problems, "--set", "order=random", "-o", place + "/order"]
        + settings + common)
    #expect(planned.status == 0, "\(planned.errors)")
    let ordered = try Program.run(
      ["train", "--from", problems, "--from", place + "/order", "-o", place + "/b"] + settings
        + shape + common)
    #expect(ordered.status == 0, "\(ordered.errors)")
    #expect(!Folder.isFolder(place + "/b-order"))
    for file in ["metrics.jsonl", "model/model.safetensors"] {
      #expect(try readFile("\(place)/a/\(file)") == readFile("\(place)/b/\(file)"))
    }
    let order = "order.npy"
    #expect(try readFile("\(place)/a-order/\(order)") == readFile("\(place)/order/\(order)"))

    // A mistake leaves nothing that the next try, with other settings, would have to fit.
    for (name, mistake) in [("c", "learning_rte=1"), ("d", "objective=nonsense")] {
      let wrong = try Program.run(
        ["train", "--from", problems, "-o", "\(place)/\(name)"] + settings + shape + common + [
          "--set", mistake,
        ])
      #expect(wrong.status == 2, "\(wrong.errors)")
      #expect(try !Folder.names(in: place).contains { $0.hasPrefix(name) })
    }

    // The checkpoint that a model starts from is taken in once all settings are checked.
    let start = ["--set", "model.from=\(place)/a/model"]
    for (name, mistake) in [("e", "learning_rte=1"), ("f", "model.hidden_size=8")] {
      let wrong = try Program.run(
        ["train", "--from", problems, "-o", "\(place)/\(name)"] + settings + start + common + [
          "--set", mistake,
        ])
      #expect(wrong.status == 2, "\(wrong.errors)")
      #expect(try !Folder.names(in: place).contains { $0.hasPrefix(name) })
    }
    let tuned = try Program.run(
      ["train", "--from", problems, "-o", place + "/g"] + settings + start + common)
    #expect(tuned.status == 0, "\(tuned.errors)")
    #expect(Folder.isFolder(place + "/g-start") && Folder.isFolder(place + "/g-order"))
  }
}
