import Files
import Stages
import Testing
import Training

struct `A training that is interrupted` {
  private func inputs(_ sets: TinySets) throws -> [StageInput] {
    [
      try sets.labelled(), try sets.order(TinyRun.steps * TinyRun.batch),
      try sets.labelled("validation", oracle: true),
    ]
  }

  /// Any difference means that something of the state is not in the checkpoint, or that a result
  /// depends on the number of threads.
  @Test(arguments: [1, 2, 3]) func `ends with the same bytes`(threads: Int) throws {
    let sets = try TinySets()
    let inputs = try inputs(sets)
    let out = sets.place.path + "/out"
    let whole = sets.place.path + "/whole"
    let reference = try TinyRun.digest(
      of: TinyRun(inputs: inputs)(whole), in: whole)
    var run = TinyRun(inputs: inputs)
    run.threads = threads
    // A chain of stops: a resume of a resume, at steps and inside a look at the validation set.
    for stopAt in [3, 1, 2, 4, 2, 5] {
      #expect(throws: Interrupted.self) { try run(out, stopAt: stopAt) }
      // Another thread count takes over where this one stopped.
      run.threads = run.threads % 3 + 1
    }
    run.threads = threads
    let result = try run(out)
    #expect(try TinyRun.digest(of: result, in: out) == reference)
  }

  @Test func `stops within the step and loses none`() throws {
    let sets = try TinySets()
    let run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    let out = sets.place.path + "/out"
    // The question before step 6: five steps are done.
    #expect(throws: Interrupted.self) { try run(out, stopAt: 6) }
    #expect(try Folder.names(in: out + ".scratch") == ["step-000003", "step-000005"])
  }

  @Test func `keeps the newest two checkpoints`() throws {
    let sets = try TinySets()
    let run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    let out = sets.place.path + "/out"
    _ = try run(out)
    #expect(try Folder.names(in: out + ".scratch") == ["step-000006", "step-000009"])
  }
}

struct `A training` {
  @Test func `with hard labels learns its samples`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.plain(), try sets.order(48 * 5)])
    run.kind = .train
    run.with = ["steps": 60, "tokenizer": ["vocab_size": 270], "log_every": 1]
    let out = sets.place.path + "/out"
    let result = try run(out)
    let lines = try TinyRun.metrics(in: out)
    #expect(lines.count == 60)
    let first = try #require(lines.first?["loss"]?.doubleValue)
    let last = try #require(lines.last?["loss"]?.doubleValue)
    #expect(abs(first - 5.6) < 0.1, "log 270 before anything is learnt")
    #expect(last < first / 2)
    #expect(lines.allSatisfy { $0["kl"] == .null && $0["loss"] == $0["ce"] })
    #expect(lines.allSatisfy { $0["kl_temperature"] == nil })
    #expect(
      result.files == [
        "model/config.json", "model/generation_config.json", "model/tokenizer.json",
        "model/model.safetensors", "metrics.jsonl",
      ])
    #expect(result.details["labels"] == "hard")
    #expect(result.details["unique_samples"] == 12)
    let tokens = try #require(result.details["tokens"]?.intValue)
    #expect(lines.last?["tokens"]?.intValue == tokens)
    #expect(result.details["best_step"] == .null)
  }

  @Test func `towards distributions comes near to them`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.labelled(), try sets.order(48 * 5)])
    run.with = ["steps": 60, "log_every": 1]
    let out = sets.place.path + "/out"
    let result = try run(out)
    let lines = try TinyRun.metrics(in: out)
    let first = try #require(lines.first?["kl"]?.doubleValue)
    let last = try #require(lines.last?["kl"]?.doubleValue)
    #expect(last < first / 2)
    #expect(lines.allSatisfy { $0["loss"] == $0["kl"] }, "temperature 1, mix 1")
    #expect(lines.allSatisfy { $0["kl_temperature"] == 1 })
    #expect(result.details["labels"] == "soft")
  }

  /// Arms of one seed must start from one point, or their difference is not the labels'.
  @Test func `draws its weights from the seed alone`() throws {
    let sets = try TinySets()
    let labels = try sets.labelled()
    let order = try sets.order(48)
    let distil = try TinyRun(inputs: [labels, order])(sets.place.path + "/a")
    var run = TinyRun(inputs: [labels, order])
    run.kind = .train
    let hard = try run(sets.place.path + "/b")
    run.with = ["labels": "smoothed"]
    let smoothed = try run(sets.place.path + "/c")
    run.with = ["seed": 12]
    let other = try run(sets.place.path + "/d")
    let weights = [distil, hard, smoothed, other].map { $0.details["initial_weights"]?.stringValue }
    #expect(weights[0] == weights[1] && weights[1] == weights[2])
    #expect(weights[0] != weights[3])
    let ends = [distil, hard, smoothed].map { $0.details["fingerprint"]?.stringValue }
    #expect(Set(ends).count == 3)
    #expect(smoothed.details["smoothing"]?.doubleValue.map { $0 > 0.1 && $0 < 1 } == true)
  }

  @Test func `looks at an oracle's set by choice and forced positions`() throws {
    let sets = try TinySets()
    let run = TinyRun(
      inputs: [
        try sets.labelled(), try sets.order(48), try sets.labelled("validation", oracle: true),
      ])
    let out = sets.place.path + "/out"
    let result = try run(out)
    let looks = try TinyRun.metrics(in: out).compactMap { $0["validation"] }
    #expect(looks.count == 4)
    for look in looks {
      // Odd rows of the oracle have two tokens of one half each.
      let floor = try #require(look["entropy_choice"]?.doubleValue)
      #expect(abs(floor - 0.693147) < 1e-3)
      let cross = try #require(look["ce_choice"]?.doubleValue)
      #expect(cross > floor)
      #expect(look["nll_forced"]?.doubleValue != nil)
    }
    #expect(result.details["best_step"]?.intValue != nil)
    #expect(result.files.count <= 6)
  }

  @Test func `tells no choice where the set's labels are a teacher's`() throws {
    let sets = try TinySets()
    let labels = try sets.labelled()
    let run = TinyRun(inputs: [labels, try sets.order(48), try sets.labelled("validation")])
    let out = sets.place.path + "/out"
    _ = try run(out)
    let look = try #require(try TinyRun.metrics(in: out).compactMap { $0["validation"] }.last)
    #expect(look["nll"]?.doubleValue != nil)
    #expect(look["nll_choice"] == .null && look["ce_choice"] == .null)
  }

  /// The best weights are those that scored best, not the last ones under another name.
  @Test func `keeps the best weights where they are not the last`() throws {
    let sets = try TinySets()
    var run = TinyRun(
      inputs: [
        try sets.labelled(), try sets.order(48), try sets.labelled("validation", oracle: true),
      ])
    // A rate that destroys the model after the warm-up.
    run.with = ["learning_rate": 3.0, "warmup": 12, "clip": 1000, "evaluations": 12]
    let out = sets.place.path + "/out"
    let result = try run(out)
    let looks = try TinyRun.metrics(in: out).filter { $0["validation"] != nil }
    let best = try #require(
      looks.min {
        ($0["validation"]?["nll"]?.doubleValue ?? 0) < ($1["validation"]?["nll"]?.doubleValue ?? 0)
      })
    #expect(result.details["best_step"] == best["step"])
    #expect(result.details["best_step"]?.intValue.map { $0 < TinyRun.steps } == true)
    #expect(result.files.contains("best.safetensors"))
    let last = try readFile(out + "/model/model.safetensors")
    #expect(try readFile(out + "/best.safetensors") != last)
    #expect(try readFile(out + "/best.safetensors").count == last.count)
  }

  @Test func `drops and counts what is too long`() throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.plain(), try sets.order(48)])
    run.kind = .train
    run.with = ["tokenizer": ["vocab_size": 259], "max_tokens": 20]
    let error = #expect(throws: TrainingError.self) { try run(sets.place.path + "/out") }
    #expect(error?.description.contains("longer than max_tokens") == true)
  }
}
