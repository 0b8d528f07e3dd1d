import Files
import Records
import Stages
import Tensors
import Testing
import Training

struct `A value that is not finite` {
  /// Found in its own step, before the update; afterwards the run goes on as if it had not been.
  @Test(
    arguments: InjectedFailure.Place.allCases.filter { $0 != .unread }, [1, 3, 4, 7, 12])
  func `stops the training before the update`(place: InjectedFailure.Place, step: Int) throws {
    let sets = try TinySets()
    let run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    let out = sets.place.path + "/out"
    let failure = InjectedFailure(place: place, step: step)
    let error = try #require(
      #expect(throws: TrainingError.self) { try run(out, failure: failure) })
    guard case .notFinite(let found, let tensor, _, let samples) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(found == step)
    let words =
      switch place {
      case .labels: "the label row"
      case .logits, .loss, .unread: "the loss"
      case .gradient: "the gradient of model.embed_tokens.weight"
      case .weight: "the weight model.embed_tokens.weight"
      case .moment: "the first moment of model.embed_tokens.weight"
      }
    #expect(tensor.hasPrefix(words), "\(tensor)")
    let entries = (4 * step - 4)..<(4 * step)
    let members = entries.map { TinySets.records[($0 * 5 + 5) % 12].id }
    #expect(samples == (place == .labels ? [members[0]] : members))

    // No checkpoint holds it, and the last good one is there.
    let names = Folder.isFolder(out + ".scratch") ? try Folder.names(in: out + ".scratch") : []
    #expect(names.contains(step > 3 ? "step-00000\((step - 1) / 3 * 3)" : "none") == (step > 3))
    for name in names {
      let file = out + ".scratch/" + name + "/state.safetensors"
      try Safetensors.requireFinite(
        try Safetensors.decode(try readFile(file), named: file).tensors, named: file)
    }
    let whole = sets.place.path + "/whole"
    let reference = try TinyRun.digest(of: run(whole), in: whole)
    #expect(try TinyRun.digest(of: run(out), in: out) == reference)
  }

  @Test(arguments: [InjectedFailure.Place.logits, .loss, .gradient, .weight, .moment])
  func `stops a training with hard labels`(place: InjectedFailure.Place) throws {
    let sets = try TinySets()
    var run = TinyRun(inputs: [try sets.labelled(), try sets.order(48)])
    run.kind = .train
    #expect(throws: TrainingError.self) {
      try run(sets.place.path + "/out", failure: InjectedFailure(place: place, step: 2))
    }
  }
}
