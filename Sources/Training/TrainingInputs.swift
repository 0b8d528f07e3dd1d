internal import Files
internal import Stages

/// The inputs of `train` and `distil`: a set and, optionally, an order, a validation set, a living
/// teacher and the checkpoint that the model starts from.
struct TrainingInputs: Sendable {
  let samples: StageInput
  let order: StageInput
  let validation: StageInput?
  /// Living teachers, in the order of the inputs.
  let teachers: [StageInput]
  /// Where the model starts, if it is not drawn.
  let start: StageInput?
  /// Names of the inputs that hold a model.
  let models: [String]
  /// A description of every input.
  private let found: [String]

  /// - Parameters:
  ///   - kind: what is learnt, for messages.
  ///   - start: name of the input that the model starts from.
  init(
    _ inputs: [StageInput], stage: String, set kind: String, start name: String?
  ) throws(StageError) {
    let orders = inputs.filter { $0.makes.contains(.order) }
    var models = inputs.filter { $0.makes.contains(.model) }
    self.models = models.map(\.name)
    start = models.first { $0.name == name }
    let sets = inputs.filter { $0.makes.contains(.set) }
    let place = models.firstIndex { $0.name == name }
    let modelCount = models.count
    if let place { models.remove(at: place) }
    guard orders.count == 1, let order = orders.first, let set = sets.first, sets.count <= 2,
      orders.count + modelCount + sets.count == inputs.count
    else {
      throw .inputs(
        stage: stage,
        expected: "\(kind), a curriculum, at most one validation set and any number of teachers"
          + (start == nil ? "" : " beside the model that it starts from"),
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    found = inputs.map { "\($0.name) (\($0.kind))" }
    samples = set
    self.order = order
    validation = sets.count == 2 ? sets[1] : nil
    teachers = models
  }

  /// The first living teacher; `nil`: distributions are stored, or there are none.
  var teacher: StageInput? { teachers.first }

  /// The inputs of both stages, whatever they learn from.
  static func needs(_ set: StageProduct) -> [StageNeed] {
    [
      StageNeed(set, "what is learnt"),
      StageNeed(.order, "in which order; a pipeline adds a random one where none is named"),
      StageNeed(set, .perhapsOne, "validation"),
      StageNeed(.model, .any, "living teachers, in the place of stored labels"),
      StageNeed(.model, .perhapsOne, "the checkpoint that model.from names"),
    ]
  }

  /// Whether the set's samples have tokens and masks.
  var isTokenized: Bool { samples.makes.contains(.labels) }

  /// - Throws: `StageError.inputs` for a set of texts alone, unless a teacher makes the
  ///   distributions of its tokens.
  func requireTokens(_ stage: String) throws(StageError) {
    if !isTokenized, teacher == nil {
      throw .inputs(stage: stage, expected: "a label set first", found: found)
    }
  }
}
