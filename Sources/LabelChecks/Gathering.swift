internal import Files
internal import Tokenization

/// Looks at every row of a file once.
struct Gathering {
  private(set) var evidence = Evidence()
  private let source: any LabelSource
  private let given: GivenContext

  init(_ source: any LabelSource, _ given: GivenContext) {
    self.source = source
    self.given = given
    evidence.format = source.format
    evidence.precision = source.precision
    evidence.isRanked = source.isRanked
    evidence.tailIsMade = source.hasFloor
    evidence.isCertified = source.isCertified
    evidence.tokenizerSize = given.tokenizer?.vocabularySize
    evidence.vocabulary = source.vocabulary ?? given.vocabulary ?? 0
  }

  /// - Throws: `LabelFileError`; what was gathered before stays.
  mutating func run() throws {
    try interpret()
    var index = 0
    try source.forEach { read in
      var sequence = read
      compareIDs(sequence, index)
      given.complete(&sequence, index)
      index += 1
      try add(sequence)
    }
  }

  /// Holds stored ids against those that the tokenizer makes of the text: templates and ends may
  /// differ, but ids of another tokenizer share hardly any.
  private mutating func compareIDs(_ sequence: LabelSequence, _ index: Int) {
    guard let tokens = sequence.tokens, let tokenizer = given.tokenizer,
      given.texts.indices.contains(index)
    else { return }
    let text = given.texts[index]
    let due = tokenizer.encode(Array((text.prompt + text.text).utf8))
    guard due.count >= Evidence.fewestRows else { return }
    var counts: [Int32: Int] = [:]
    for id in tokens { counts[id, default: 0] += 1 }
    var shared = 0
    for id in due where counts[id, default: 0] > 0 {
      counts[id, default: 0] -= 1
      shared += 1
    }
    evidence.comparedIDs += 1
    if shared * 2 < due.count { evidence.otherIDs.add(sequence.name) }
  }

  /// Ids that are assumed where nobody says how many there are: they only matter to how the rest of
  /// a row is spread.
  private static let unknownVocabulary = 1 << 15

  /// Decides from the first rows what the numbers are.
  private mutating func interpret() throws {
    struct Enough: Error {}
    var rows: [LabelRow] = []
    var widest = 0
    let limit = Interpretation.sampleRows
    do {
      try source.forEach { sequence in
        let step = max(1, sequence.rowCount / 16)
        for r in stride(from: 0, to: sequence.rowCount, by: step) {
          let row = try sequence.row(r)
          switch row {
          case .dense(let values):
            widest = max(widest, values.count)
            guard !values.contains(where: \.isNaN) || rows.count < 4 else { continue }
          case .sparse(let ids, let values):
            widest = max(widest, Int(ids.max() ?? 0) + 1)
            guard !values.contains(where: \.isNaN), !values.isEmpty else { continue }
          }
          rows.append(row)
          if rows.count >= limit { throw Enough() }
        }
      }
    } catch is Enough {
    }
    if case .dense = rows.first { evidence.isDense = true }
    if evidence.vocabulary == 0 {
      evidence.vocabularyIsKnown = evidence.isDense || given.tokenizer != nil
      evidence.vocabulary =
        evidence.vocabularyIsKnown
        ? max(evidence.isDense ? widest : 0, given.tokenizer?.vocabularySize ?? 0)
        : max(widest, Self.unknownVocabulary)
    }
    evidence.interpretation = Interpretation(
      declared: source.scale, rows: rows, precision: source.precision)
  }

  private mutating func add(_ sequence: LabelSequence) throws {
    evidence.sequences += 1
    if let tokens = sequence.tokens {
      let due = tokens.count - sequence.firstTarget
      let surplus = sequence.rowCount - due
      if surplus != 0, !(surplus == 1 && source.mayHaveLastRow),
        !(surplus == -1 && source.mayLackLastRow)
      {
        evidence.wrongRowCounts.add(
          "\(sequence.name): \(sequence.rowCount) rows for \(tokens.count) tokens")
        evidence.rowSurplus[surplus, default: 0] += 1
      }
      if evidence.vocabularyIsKnown,
        tokens.contains(where: { $0 < 0 || Int($0) >= evidence.vocabulary })
      {
        evidence.outsideTokens.add(sequence.name)
      }
      evidence.beginnings.add(tokens)
    }
    if sequence.mask != nil { evidence.hasMask = true }
    evidence.masks.add(sequence)
    evidence.padding.add(sequence)
    var sketch = RowSketch(name: sequence.name)
    var before: (hash: UInt64, token: Int32?, run: Int)?
    for r in 0..<sequence.rowCount {
      if r.isMultiple(of: 256) { try Interruption.check() }
      try add(sequence.row(r), r, of: sequence, &sketch, &before)
    }
    if sketch.count > 0, evidence.sketches.count < RowSketch.most {
      evidence.sketches.append(sketch)
    }
  }

  private mutating func add(
    _ row: LabelRow, _ r: Int, of sequence: LabelSequence, _ sketch: inout RowSketch,
    _ before: inout (hash: UInt64, token: Int32?, run: Int)?
  ) throws {
    evidence.rows += 1
    let place = "\(sequence.name), row \(r)"
    let (ids, raw): ([Int32]?, [Float])
    switch row {
    case .dense(let values): (ids, raw) = (nil, values)
    case .sparse(let given, let values): (ids, raw) = (given, values)
    }
    guard !raw.isEmpty else {
      evidence.emptyRows.add(place)
      return
    }
    if ids == nil, raw.count != evidence.vocabulary { evidence.wrongWidths.add(place) }
    let how = evidence.interpretation
    let isNormalised = how.scale != .logits
    let values = how.natural(raw)
    let V = evidence.vocabulary
    let facts = RowFacts(values, ids: ids, isNormalised: isNormalised, vocabulary: V)
    // Raw numbers betray a NaN that a logarithm would make of a probability below 0.
    if raw.contains(where: \.isNaN) { evidence.nan.add(place) }
    if raw.contains(.infinity) { evidence.infinity.add(place) }
    if raw.count > 1, raw.allSatisfy({ $0 == 0 }) { evidence.zeroRows.add(place) }
    if isNormalised, facts.aboveZero > 0 { evidence.aboveZero.add(place) }
    if let ids {
      let known = zip(ids, values).count { id, value in
        id >= 0 && (!evidence.vocabularyIsKnown || Int(id) < V) && value.isFinite
      }
      evidence.knownEntries[known, default: 0] += 1
      if !facts.isDescending { evidence.unsorted.add(place) }
      if facts.hasRepeatedID { evidence.repeatedIDs.add(place) }
      if facts.outside > 0, evidence.vocabularyIsKnown { evidence.outside.add(place) }
    }
    let isTarget = sequence.isTarget(r)
    let input = sequence.target(r, shift: -1)
    var run = 0
    if let before, before.hash == facts.hash, isTarget, before.token != input || input == nil,
      facts.largest.isFinite, facts.isVaried
    {
      evidence.repeatedRows.add(place)
      run = before.run + 1
      evidence.longestRepetition = max(evidence.longestRepetition, run)
    }
    before = (facts.hash, input, run)
    guard facts.nan == 0, facts.positiveInfinity == 0, facts.largest.isFinite else { return }
    addEnds(facts, values, ids, place)
    guard isTarget, let target = sequence.target(r), target >= 0, !facts.isAllZero else { return }
    addTarget(facts, values, ids, target, r, of: sequence, place)
    sketch.add(
      values, ids: ids, logMass: ids == nil || !isNormalised ? facts.logMass : 0,
      entropy: facts.entropy, target: target, vocabulary: V)
  }

  /// The sums of a row and its small end.
  private mutating func addEnds(
    _ facts: RowFacts, _ values: [Float], _ ids: [Int32]?, _ place: String
  ) {
    let isNormalised = evidence.interpretation.scale != .logits
    // A floor adds a little for each of many entries.
    let slack =
      1e-3 + 2 * evidence.precision * max(1, facts.entropy) + (evidence.tailIsMade ? 0.05 : 0)
    if isNormalised {
      evidence.mass.add(facts.mass)
      if facts.mass > 1 + slack { evidence.massAbove.add(place) }
      if ids == nil, facts.mass < 1 - slack { evidence.massBelow.add(place) }
    }
    evidence.lengths[values.count - facts.zeros, default: 0] += 1
    if facts.zeros > 0 { evidence.rowsWithZeros += 1 }
    if ids == nil {
      // What a format cuts off at its floor is equal, wherever it stands.
      let isCut = evidence.tailIsMade && values.last == facts.smallest
      evidence.equalAtEnd = min(evidence.equalAtEnd, isCut ? 0 : facts.equalAtEnd)
      let others = facts.atSmallest - (values.last == facts.smallest ? facts.equalAtEnd : 0)
      if others >= 4, others * 20 >= values.count, facts.isVaried { evidence.floored.add(place) }
      if facts.zeros == 0 { evidence.usesAll = true }
      if !evidence.usesAll {
        if evidence.isEverUsed.count < values.count {
          evidence.isEverUsed += repeatElement(
            false, count: values.count - evidence.isEverUsed.count)
        }
        for i in values.indices where values[i] > -.infinity { evidence.isEverUsed[i] = true }
      }
      if let size = evidence.tokenizerSize, size < values.count {
        var sum = 0.0
        for value in values[size...] where value.isFinite {
          sum += exponential(Double(value) - facts.logMass)
        }
        evidence.paddedMass.add(sum)
      }
      return
    }
    guard isNormalised, values.count < evidence.vocabulary else { return }
    let last = exponential(Double(facts.smallest))
    let error = 1e-5 + evidence.precision * max(1, facts.entropy)
    if last > 20 * error {
      evidence.openRows += 1
      if abs(facts.mass - 1) <= 2 * error { evidence.closedRows += 1 }
    }
    evidence.nucleusAbove = max(evidence.nucleusAbove, facts.mass - last)
    evidence.nucleusBelow = min(evidence.nucleusBelow, facts.mass)
  }

  /// What a row says of the token that came, and of those beside it.
  private mutating func addTarget(
    _ facts: RowFacts, _ values: [Float], _ ids: [Int32]?, _ target: Int32, _ r: Int,
    of sequence: LabelSequence, _ place: String
  ) {
    let V = evidence.vocabulary
    let isNormalised = evidence.interpretation.scale != .logits
    func nats(_ id: Int32) -> Double {
      -facts.logProbability(
        of: id, in: values, ids: ids, isNormalised: isNormalised, vocabulary: V)
    }
    evidence.targets += 1
    evidence.frequencies[target, default: 0] += 1
    evidence.entropy.add(facts.entropy)
    let own = nats(target)
    if ids == nil, !values.indices.contains(Int(target)) || values[Int(target)] == -.infinity {
      evidence.impossibleTargets.add(place)
    }
    if facts.largestID == target { evidence.hits += 1 }
    for by in Evidence.shifts {
      guard let other = sequence.target(r, shift: by), other >= 0 else { continue }
      let at = evidence.shift(by)
      let cost = by == 0 ? own : nats(other)
      evidence.shifted[at].add(cost)
      evidence.ownAtShift[at].add(own)
      evidence.gain[at].add(own - cost)
      evidence.surplus[at].add(cost - facts.entropy)
    }
    if !sequence.isOwnSample {
      if let ids {
        // Servers add the token that came to the likeliest; alone at the end it says nothing.
        if values.count > 3, let found = ids.firstIndex(of: target),
          values[found] > facts.smallest
        {
          evidence.temperature.add(values, largest: facts.largest, place: found)
        }
      } else if values.indices.contains(Int(target)) {
        evidence.temperature.add(values, largest: facts.largest, place: Int(target))
      }
    }
    addToMean(facts, values, ids)
  }

  /// Rows of long vocabularies are summed only until this many numbers were added.
  private static let mostSummed = 1 << 26

  private mutating func addToMean(_ facts: RowFacts, _ values: [Float], _ ids: [Int32]?) {
    guard evidence.vocabulary > 0, evidence.vocabulary <= 1 << 22,
      evidence.targets * values.count <= Self.mostSummed
    else { return }
    if evidence.meanRow.isEmpty {
      evidence.meanRow = [Double](repeating: 0, count: evidence.vocabulary)
    }
    let normaliser = ids == nil ? facts.logMass : 0
    for (place, value) in values.enumerated() where value.isFinite {
      let id = ids.map { Int($0[place]) } ?? place
      guard evidence.meanRow.indices.contains(id) else { continue }
      evidence.meanRow[id] += exponential(Double(value) - normaliser)
    }
  }
}
