/// A few rows of one text in little memory, to be held against the tokens of other texts.
struct RowSketch {
  static let rowsKept = 32
  static let entriesKept = 8
  /// Texts of which sketches are kept.
  static let most = 2048

  var name: String
  /// Tokens that the kept rows claim to be the distributions of.
  var targets: [Int32] = []
  private var ids: [[Int32]] = []
  private var values: [[Float]] = []
  /// The logarithm of what any other token gets.
  private var others: [Float] = []
  private(set) var entropy = 0.0

  init(name: String) { self.name = name }

  var count: Int { targets.count }

  mutating func add(
    _ row: [Float], ids given: [Int32]?, logMass: Double, entropy: Double, target: Int32,
    vocabulary: Int
  ) {
    guard count < Self.rowsKept else { return }
    var best: [(value: Float, place: Int)] = []
    for (place, value) in row.enumerated()
    where best.count < Self.entriesKept || value > best[best.count - 1].value {
      guard !value.isNaN else { continue }
      let at = best.firstIndex { $0.value < value } ?? best.count
      best.insert((value, place), at: at)
      if best.count > Self.entriesKept { best.removeLast() }
    }
    let kept = best.map { Double($0.value) - logMass }
    let rest = max(1e-6, 1 - kept.reduce(0) { $0 + exponential($1) })
    ids.append(best.map { given?[$0.place] ?? Int32(truncatingIfNeeded: $0.place) })
    values.append(kept.map { Float($0) })
    others.append(Float(logarithm(rest / Double(max(1, vocabulary - best.count)))))
    targets.append(target)
    self.entropy += entropy
  }

  /// Nats a token of these tokens under the kept rows; as many as both have.
  func crossEntropy(of tokens: [Int32]) -> Double {
    let count = min(count, tokens.count)
    guard count > 0 else { return .infinity }
    var sum = 0.0
    for row in 0..<count {
      let found = ids[row].firstIndex(of: tokens[row]).map { values[row][$0] }
      sum -= max(-RowFacts.mostNats, Double(found ?? others[row]))
    }
    return sum / Double(count)
  }
}
