internal import Checkpoints
internal import Kernels
internal import Models

/// Labels held against what their teacher says itself.
struct TeacherComparison {
  /// Tokens that the teacher reads.
  private static let mostTokens = 4096
  private static let mostTokensOfText = 1024
  /// Likeliest entries of a row that are compared.
  private static let entries = 16

  /// Mean difference of logarithms, weighted by the labels' probabilities, at the shifts -2 to 2.
  private(set) var distance = [Mean](repeating: Mean(), count: 5)
  /// The same at shift 0 where the teacher reads a beginning-of-text token first.
  private(set) var withBeginning = Mean()
  /// Kullback and Leibler's divergence of the labels from the teacher's rows, over the entries.
  private(set) var divergence = Mean()
  /// The labels' logarithms rise with the teacher's by this factor: 1 / T.
  var slope: Double { variance > 0 ? covariance / variance : 1 }
  /// What is left after the factor and a constant for each row, root of the mean square.
  private(set) var residual = Mean()
  /// The constant at slope 1: the logarithm of what a renormalised row was divided by.
  private(set) var offset = Mean()
  private var covariance = 0.0
  private var variance = 0.0
  private var tokensRead = 0
  /// Ids that only one of the two has.
  let vocabulary: Int

  private let parameters: Parameters
  private let threads: Int
  private let beginning: Int32?
  private let interpretation: Interpretation

  var isFull: Bool { tokensRead >= Self.mostTokens }

  /// - Throws: what opening a model throws.
  init(_ path: String, _ evidence: Evidence, beginning: Int32?, threads: Int) throws {
    let file = try ModelFile(ModelFolder.place(of: path))
    parameters = try file.parameters(threads: threads)
    vocabulary = parameters.configuration.vocabularySize
    self.threads = threads
    self.beginning = beginning
    interpretation = evidence.interpretation
  }

  mutating func add(_ sequence: LabelSequence) throws {
    guard let all = sequence.tokens, all.count > 1, !isFull,
      all.allSatisfy({ $0 >= 0 && Int($0) < vocabulary })
    else { return }
    let limit = min(Self.mostTokensOfText, parameters.configuration.positionCount - 1)
    let tokens = Array(all.prefix(limit))
    tokensRead += tokens.count
    let own = try rows(of: tokens)
    let begun =
      beginning.flatMap { $0 == tokens[0] ? nil : $0 }.map { [$0] + tokens }
    let other = try begun.map { try rows(of: $0) }
    for r in 0..<sequence.rowCount where sequence.isTarget(r) {
      let place = sequence.firstTarget + r - 1
      guard place < tokens.count else { break }
      let best = try entries(of: sequence.row(r))
      guard best.ids.count > 1 else { continue }
      for by in Evidence.shifts where (0..<tokens.count).contains(place + by) {
        let gap = compare(best, own, place + by, fits: by == 0)
        distance[by + 2].add(gap)
      }
      // Row of the token after `place` where one more token stands in front.
      if let other, place >= -1 { withBeginning.add(compare(best, other, place + 1, fits: false)) }
    }
  }

  private func rows(of tokens: [Int32]) throws -> [Float] {
    let pass = InferencePass(
      configuration: parameters.configuration, parts: 1, maximumTokensPerPart: tokens.count)
    return try pass.logProbabilities(
      parameters: parameters, batch: Batch(sequences: [tokens]), threads: threads)
  }

  private typealias Entries = (ids: [Int], values: [Double])

  /// The likeliest entries as natural logarithms of probabilities.
  private func entries(of row: LabelRow) -> Entries {
    let (given, raw): ([Int32]?, [Float])
    switch row {
    case .dense(let values): (given, raw) = (nil, values)
    case .sparse(let ids, let values): (given, raw) = (ids, values)
    }
    let values = interpretation.natural(raw)
    var places: [Int] = []
    for place in values.indices where values[place].isFinite {
      if let given, given[place] < 0 { continue }
      if places.count == Self.entries, values[place] <= values[places[Self.entries - 1]] {
        continue
      }
      let at = places.firstIndex { values[$0] < values[place] } ?? places.count
      places.insert(place, at: at)
      if places.count > Self.entries { places.removeLast() }
    }
    var normaliser = 0.0
    if given == nil || interpretation.scale == .logits {
      let largest = Double(values.filter(\.isFinite).max() ?? 0)
      normaliser =
        largest
        + logarithm(
          values.reduce(0.0) { $1.isFinite ? $0 + exponential(Double($1) - largest) : $0 })
    }
    if let given { places.removeAll { Int(given[$0]) >= vocabulary } }
    places.removeAll { given == nil && $0 >= vocabulary }
    return (
      places.map { place in given.map { Int($0[place]) } ?? place },
      places.map { Double(values[$0]) - normaliser }
    )
  }

  /// - Parameter fits: whether slope, offset and divergence are to be gathered.
  private mutating func compare(
    _ labels: Entries, _ teacher: [Float], _ row: Int, fits: Bool
  ) -> Double {
    let pairs = zip(labels.ids, labels.values).map { id, value in
      (label: value, teacher: max(-30, Double(teacher[row * vocabulary + id])))
    }
    let weights = pairs.map { exponential($0.label) }
    let total = max(1e-12, weights.reduce(0, +))
    var gap = 0.0
    for (pair, weight) in zip(pairs, weights) { gap += weight * abs(pair.label - pair.teacher) }
    gap /= total
    guard fits else { return gap }
    var (meanLabel, meanTeacher, kl) = (0.0, 0.0, 0.0)
    for (pair, weight) in zip(pairs, weights) {
      meanLabel += weight / total * pair.label
      meanTeacher += weight / total * pair.teacher
      kl += weight * (pair.label - pair.teacher)
    }
    divergence.add(kl)
    offset.add(meanLabel - meanTeacher)
    for (pair, weight) in zip(pairs, weights) {
      let (x, y) = (pair.teacher - meanTeacher, pair.label - meanLabel)
      covariance += weight / total * x * y
      variance += weight / total * x * x
      let left = y - slope * x
      residual.add(weight / total * left * left)
    }
    return gap
  }
}

extension TeacherComparison {
  /// Nats of mean difference that rounding and another program's sums explain.
  private static let close = 0.05
  /// Nats that even a coarse quantisation of the teacher stays below.
  private static let another = 0.2

  /// What the teacher's own rows prove about the labels.
  func findings(_ evidence: Evidence) -> [Finding] {
    guard distance[2].count > 0 else { return [] }
    let own = distance[2].value
    let words =
      "mean difference to the teacher's rows at shifts "
      + Evidence.shifts.map { "\($0 > 0 ? "+" : "")\($0): \(short(distance[$0 + 2].value))" }
      .joined(separator: ", ") + " nats"
    let spread = residual.value.squareRoot()
    let best = Evidence.shifts.filter { distance[$0 + 2].count > 0 }.min {
      distance[$0 + 2].value < distance[$1 + 2].value
    }
    if let best, best != 0, distance[best + 2].value < own / 4,
      distance[best + 2].value < Self.another
    {
      return [OffByOne.finding(shift: best, evidence: words)]
    }
    guard own > Self.close else { return [] }
    if withBeginning.count > 0, withBeginning.value < own / 4 {
      return [
        Finding(
          BOSAsymmetry.name, .broken,
          evidence: words + "; \(short(withBeginning.value)) where the teacher reads a "
            + "beginning-of-text token first",
          fix: "put the beginning-of-text token in front of the stored tokens, or label again "
            + "without it")
      ]
    }
    if abs(slope - 1) > 0.05, spread < Self.another / 4 {
      return [
        WrongTemperature.finding(
          temperature: 1 / slope, .broken,
          evidence: words + "; the labels' logarithms are \(short(slope)) times the teacher's")
      ]
    }
    if abs(slope - 1) <= 0.05, spread < Self.another / 4, offset.value > 0, !evidence.isDense {
      return [
        Finding(
          Renormalised.name, .broken,
          evidence: words
            + "; the labels lie \(short(offset.value)) above the teacher's logarithms "
            + "in every row", fix: Renormalised.fix)
      ]
    }
    guard own > Self.another else { return [] }
    return [
      Finding(
        AnotherTeacher.name, .broken,
        evidence: words + "; divergence \(short(divergence.value)) nats",
        fix: AnotherTeacher.fix)
    ]
  }
}
