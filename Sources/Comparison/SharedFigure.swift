/// A training figure that runs of a comparison must share, and the consequence if they do not: the
/// policy of `Guards`, as a table.
struct SharedFigure: Sendable {
  enum Scope: Sendable {
    /// The arms of each seed share it.
    case arms
    /// The arms of each seed that learn in the same order share it.
    case ordered
    /// All runs share it.
    case runs
  }

  let name: String
  let scope: Scope
  /// State of the comparison if the figure differs.
  let otherwise: Check.State
  /// Whether it is the start of a training, which a pruned arm shares with pruned arms alone.
  var isStart = false
  /// Whether it is about the texts that are learnt, which students that write their own do not
  /// share.
  var isTexts = false
  /// The figure in words, equal exactly where it is equal; `nil` if a manifest does not give it.
  let of: @Sendable (Model) -> String?

  /// In the order of the report.
  static let all = [
    SharedFigure(name: "initial weights", scope: .arms, otherwise: .refused, isStart: true) {
      $0.initialWeights
    },
    SharedFigure(name: "order of the batches", scope: .ordered, otherwise: .refused, isTexts: true)
    {
      $0.order
    },
    SharedFigure(name: "training tokens", scope: .ordered, otherwise: .refused, isTexts: true) {
      String($0.tokens)
    },
    SharedFigure(name: "parameters", scope: .runs, otherwise: .refused) {
      Format.count($0.parameters)
    },
    SharedFigure(name: "steps", scope: .runs, otherwise: .refused) { String($0.steps) },
  ]
}
