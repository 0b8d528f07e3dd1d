/// The inputs of a stage, assigned by product: in the order of the stage's needs, each need takes
/// the first remaining inputs that hold its product.
public struct StageInputs: Sendable {
  private let taken: [(need: StageNeed, inputs: [StageInput])]

  /// - Throws: `StageError.inputs` for a need that no input meets, and for an input that no need
  ///   takes.
  public init(
    _ inputs: [StageInput], for needs: [StageNeed], of stage: String
  ) throws(StageError) {
    var left = inputs
    var taken: [(need: StageNeed, inputs: [StageInput])] = []
    var isMet = true
    for need in needs {
      let fitting = left.indices.filter { left[$0].makes.contains(need.product) }
      let places: [Int]
      switch need.count {
      case .one, .perhapsOne: places = Array(fitting.prefix(1))
      case .oneOrMore, .any: places = fitting
      }
      taken.append((need, places.map { left[$0] }))
      for place in places.reversed() { left.remove(at: place) }
      if need.isNeeded, places.isEmpty { isMet = false }
    }
    guard isMet, left.isEmpty else {
      throw .inputs(
        stage: stage,
        expected: needs.isEmpty ? "none" : needs.map(\.expectation).joined(separator: ", "),
        found: inputs.map { "\($0.name) (\($0.kind))" })
    }
    self.taken = taken
  }

  /// The inputs that hold a product, in the order of needs.
  public func all(_ product: StageProduct) -> [StageInput] {
    taken.filter { $0.need.product == product }.flatMap(\.inputs)
  }

  /// The input of the first need of a product.
  ///
  /// - Precondition: the stage needs one.
  public func one(_ product: StageProduct) -> StageInput {
    guard let first = all(product).first else {
      preconditionFailure("no need of \(product.rawValue) was declared")
    }
    return first
  }
}
