internal import Files
internal import Stages

/// The inputs of `train` and `distil`: a set, an order, and a validation set where there is one.
struct TrainingInputs: Sendable {
  let samples: StageInput
  let order: StageInput
  let validation: StageInput?

  init(_ inputs: [StageInput], stage: String, set: StageProduct) throws(StageError) {
    let inputs = try StageInputs(inputs, for: Self.needs(set), of: stage)
    samples = inputs.one(set)
    order = inputs.one(.order)
    // Of a set of the same product as what is learnt, the second; else the first.
    validation = set == .set ? inputs.all(.set).dropFirst().first : inputs.all(.set).first
  }

  /// What stages of both kinds read, whatever they learn from.
  static func needs(_ set: StageProduct) -> [StageNeed] {
    [
      StageNeed(set, "what is learnt"),
      StageNeed(.order, "in which order; a pipeline adds a random one where none is named"),
      StageNeed(.set, .perhapsOne, "validation"),
    ]
  }

  /// The set's samples come with tokens and masks.
  var isTokenized: Bool { samples.makes.contains(.labels) }
}
