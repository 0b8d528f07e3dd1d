import Kernels

extension TargetRows {
  /// - Throws: `ModelError.batch` when the rows do not fit the batch.
  func check(
    rows T: Int, vocabulary V: Int, room: Int, temperature: Float
  ) throws(ModelError) {
    switch self {
    case .hard: return
    case .smoothed(let epsilon):
      guard epsilon >= 0, epsilon < 1 else {
        throw .batch(reason: "label smoothing of \(epsilon); expected 0..<1")
      }
    case .logProbabilities(let all), .probabilities(let all):
      guard all.count == T * V else {
        throw .batch(reason: "\(all.count) target values; \(T) rows of \(V) need \(T * V)")
      }
    case .halves(let all, let rows):
      guard rows.count == T else {
        throw .batch(reason: "\(rows.count) rows of targets for \(T) rows")
      }
      let most = Int32(clamping: all.count / V)
      guard rows.allSatisfy({ $0 >= 0 && $0 < most }) else {
        throw .batch(reason: "a row of targets outside 0..<\(most)")
      }
    case .top(let all):
      guard all.tails.count == T, all.k <= V else {
        throw .batch(
          reason: "\(all.tails.count) rows of \(all.k) targets; expected \(T) rows of at most \(V)")
      }
      guard temperature == 1 else {
        throw .batch(
          reason:
            "the likeliest tokens alone at temperature \(temperature); their tail is known at 1")
      }
    case .hidden(let states, let rows, let readout):
      let width = states.width
      guard rows.count == T, readout.count == V * width else {
        throw .batch(
          reason: "hidden targets: \(rows.count) rows of width \(width) and a readout of "
            + "\(readout.count) values; expected \(T) rows and \(V) logits")
      }
      let most = Int32(clamping: states.rowCount)
      guard rows.allSatisfy({ $0 >= 0 && $0 < most }) else {
        throw .batch(reason: "a row of hidden targets outside 0..<\(most)")
      }
      guard width <= room else {
        throw .batch(reason: "hidden targets of width \(width); at most \(room) fit")
      }
    }
  }
}
