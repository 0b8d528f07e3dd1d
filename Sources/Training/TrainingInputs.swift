internal import Files
internal import Stages

/// The inputs of `train` and `distil`: a set, an order, and a validation set where there is one.
struct TrainingInputs: Sendable {
  let samples: StageInput
  let order: StageInput
  let validation: StageInput?
  /// Every input, in words.
  private let found: [String]

  init(_ inputs: [StageInput], stage: String, set kind: String) throws(StageError) {
    let orders = inputs.filter { $0.kind == "curriculum" }
    let sets = inputs.filter { $0.kind != "curriculum" }
    guard orders.count == 1, let order = orders.first, let set = sets.first, sets.count <= 2 else {
      throw .inputs(
        stage: stage, expected: "\(kind), a curriculum and at most one validation set",
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    found = inputs.map { "\($0.name) (\($0.kind))" }
    samples = set
    self.order = order
    validation = sets.count == 2 ? sets[1] : nil
  }

  /// What stages of both kinds read, whatever they learn from.
  static func needs(_ set: StageProduct) -> [StageNeed] {
    [
      StageNeed(set, "what is learnt"),
      StageNeed(.order, "in which order; a pipeline adds a random one where none is named"),
      StageNeed(set, .perhapsOne, "validation"),
    ]
  }

  /// The set's samples come with tokens and masks.
  var isTokenized: Bool { samples.kind == "label" }

  /// - Throws: `StageError.inputs` for a set of texts alone.
  func requireTokens(_ stage: String) throws(StageError) {
    if !isTokenized { throw .inputs(stage: stage, expected: "a label set first", found: found) }
  }
}
