package import Stages

extension Expectation {
  /// Same expectation for a stage that differs only in its seed.
  func of(_ name: String) -> Expectation {
    var other = Expectation(
      stage: name, kind: kind, basis: basis.isEmpty || seconds == nil ? basis : "as \(stage)")
    (other.records, other.tokens, other.bytes) = (records, tokens, bytes)
    (other.memoryBytes, other.seconds) = (memoryBytes, seconds)
    return other
  }

  /// Scales the rehearsal's figures up to the whole stage.
  ///
  /// - Parameters:
  ///   - scale: how many times as many pieces the whole has as the rehearsal.
  ///   - inputGrowth: bytes by which the inputs of the whole exceed those of the rehearsal.
  package mutating func take(
    _ took: Rehearsal.Took, _ work: Workload, scale: Double, inputGrowth: Int
  ) {
    // Before the first piece, the pieces, and after the last.
    var (before, pieces, after) = (0.0, took.seconds, 0.0)
    if let first = took.first, let last = took.last {
      let isOne = last.done <= first.done
      let perPiece =
        isOne
        ? last.at / Double(max(1, last.done))
        : (last.at - first.at) / Double(last.done - first.done)
      pieces = isOne ? last.at : min(last.at, perPiece * Double(last.done))
      before = last.at - pieces
      after = max(0, took.seconds - last.at)
    }
    seconds = before + pieces * scale * work.stretch + after * Double(work.closings)
    let growth = work.filesGrow ? scale * work.stretch : 1
    let growing = Double(took.bytes - took.fixedBytes) * growth
    bytes = took.fixedBytes + Int(growing.rounded()) + work.moreBytes
    memoryBytes = took.peakBytes + (work.holdsInputs ? inputGrowth : 0)
    tokens = took.tokens.map { Int((Double($0) * scale * work.stretch).rounded()) }
  }
}
