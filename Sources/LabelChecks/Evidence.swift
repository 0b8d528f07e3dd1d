/// A count of cases, and the first of them.
struct Tally: Sendable, Equatable {
  private(set) var count = 0
  private(set) var first: String?

  mutating func add(_ place: @autoclosure () -> String) {
    if count == 0 { first = place() }
    count += 1
  }
}

/// Mean of numbers, and how sure it is.
struct Mean: Sendable, Equatable {
  private(set) var count = 0
  private var sum = 0.0
  private var squares = 0.0

  mutating func add(_ value: Double) {
    count += 1
    sum += value
    squares += value * value
  }

  var value: Double { count == 0 ? 0 : sum / Double(count) }
  /// Standard error of the mean.
  var error: Double {
    guard count > 1 else { return .infinity }
    let n = Double(count)
    return (max(0, squares / n - value * value) / (n - 1)).squareRoot()
  }
}

/// What is known of a whole file after every row was looked at once.
struct Evidence {
  /// Standard errors that a difference must exceed: by chance once in thirty thousand times.
  static let sure = 4.0
  /// Nats a token. A shift by one costs a teacher that has learnt anything several; a set of ours
  /// is held to the same (`AlignmentCheck`).
  static let lead = 0.5
  /// Fewer rows are no ground for a mean.
  static let fewestRows = 8

  var format = ""
  var sequences = 0
  var rows = 0
  /// Rows whose next token is known and a target.
  var targets = 0
  /// Length of a row, or number of ids.
  var vocabulary = 0
  var vocabularyIsKnown = true
  var isDense = false
  var interpretation = Interpretation(declared: .logProbabilities, scale: .logProbabilities)
  var precision = 0.0
  var isRanked = false
  /// Whether the format itself makes the rows' small ends.
  var tailIsMade = false
  var isCertified = false
  var hasTokens: Bool { targets > 0 }
  var hasMask = false
  /// Of the tokenizer that was given.
  var tokenizerSize: Int?

  // Single rows.
  var wrongRowCounts = Tally()
  /// Rows less tokens, of the first that do not fit.
  var rowSurplus: [Int: Int] = [:]
  var wrongWidths = Tally()
  var nan = Tally()
  var infinity = Tally()
  var aboveZero = Tally()
  var zeroRows = Tally()
  /// Rows equal to the row before, after another token; the most of them one after the other.
  var repeatedRows = Tally()
  var longestRepetition = 0
  var unsorted = Tally()
  var repeatedIDs = Tally()
  var outside = Tally()
  var outsideTokens = Tally()
  /// Texts whose stored ids are not those that the tokenizer makes of them, of those compared.
  var otherIDs = Tally()
  var comparedIDs = 0
  var emptyRows = Tally()
  /// Dense rows that do not sum to 1, by what they sum to.
  var massBelow = Tally()
  var massAbove = Tally()
  var impossibleTargets = Tally()
  var mass = Mean()

  // Shifts: index 0 is -2.
  static let shifts = Array(-2...2)
  /// Nats of the token so far from a row's own, and the own one's at the same rows.
  var shifted = [Mean](repeating: Mean(), count: 5)
  var ownAtShift = [Mean](repeating: Mean(), count: 5)
  var gain = [Mean](repeating: Mean(), count: 5)
  /// Nats of the shifted token less the row's entropy.
  var surplus = [Mean](repeating: Mean(), count: 5)
  var entropy = Mean()
  /// How often the likeliest token came.
  var hits = 0

  // The tokens themselves.
  var frequencies: [Int32: Int] = [:]
  /// Sum of all rows' probabilities.
  var meanRow: [Double] = []

  // The rows' small ends.
  /// Rows of which many entries are exactly the smallest, while others differ.
  var floored = Tally()
  /// Last columns that are equal in every row.
  var equalAtEnd = Int.max
  var paddedMass = Mean()
  /// Rows that keep so much at their last entry that something must be missing, and what they sum
  /// to.
  var openRows = 0
  var closedRows = 0
  var lengths: [Int: Int] = [:]
  /// Of sparse rows, by their number of entries whose token and number are known.
  var knownEntries: [Int: Int] = [:]
  /// Bounds of a nucleus that every row agrees with.
  var nucleusAbove = 0.0
  var nucleusBelow = 1.0
  var rowsWithZeros = 0
  /// Columns that are not 0 in every row; not kept up once a row has no 0.
  var isEverUsed: [Bool] = []
  var usesAll = false

  var temperature = TemperatureFit()
  var sketches: [RowSketch] = []
  var masks = MaskFacts()
  var padding = PaddingFacts()
  var beginnings = BeginningFacts()

  func shift(_ by: Int) -> Int { by + 2 }

  /// Nats on the token that a row claims to be the distribution of.
  var crossEntropy: Double { shifted[2].value }

  /// `-2: 7.1, -1: 6.9, 0: 0.4, +1: 7.0, +2: 7.2 nats`.
  var shiftWords: String {
    let parts = Self.shifts.filter { shifted[shift($0)].count > 0 }.map {
      "\($0 > 0 ? "+" : "")\($0): \(short(shifted[shift($0)].value))"
    }
    return "cross-entropy at shifts " + parts.joined(separator: ", ") + " nats a token"
  }

  /// Entropy of the tokens' own frequencies: what knowing nothing but these would cost.
  var unigramEntropy: Double {
    let total = Double(frequencies.values.reduce(0, +))
    guard total > 0 else { return 0 }
    return frequencies.values.reduce(0.0) {
      $0 - Double($1) / total * logarithm(Double($1) / total)
    }
  }

  /// Nats of the tokens under the mean of all rows: small where rows and tokens are of one
  /// vocabulary, whichever text each belongs to.
  var mixtureCrossEntropy: Double? {
    let total = Double(frequencies.values.reduce(0, +))
    let mass = meanRow.reduce(0, +)
    guard total > 0, mass > 0 else { return nil }
    return frequencies.reduce(0.0) { sum, entry in
      let p = meanRow.indices.contains(Int(entry.key)) ? meanRow[Int(entry.key)] / mass : 0
      return sum - Double(entry.value) / total * logarithm(max(p, 1e-13))
    }
  }

  /// Whether the rows are sure of themselves and wrong about the tokens beside them: worse than the
  /// tokens' own frequencies, by more than chance, and no better than about tokens two places away.
  var contradictsTokens: Bool {
    guard targets >= Self.fewestRows, !isCertified else { return false }
    let own = shifted[2]
    guard [0, 4].allSatisfy({ gain[$0].count == 0 || gain[$0].value > -1 }) else { return false }
    return own.value > unigramEntropy + 1 && entropy.value < unigramEntropy
      && surplus[2].value > 2 && surplus[2].value > Self.sure * surplus[2].error
  }

  /// What rows must predict better than to have learnt anything: the tokens' own frequencies, or
  /// where the text is too short to know these, part of what an equal choice would cost.
  var chance: Double {
    let isKnown = targets >= 10 * frequencies.count
    return isKnown
      ? unigramEntropy : max(unigramEntropy, 0.6 * logarithm(Double(max(2, vocabulary))))
  }

  /// The shift at which rows and tokens belong together, if it is not 0.
  ///
  /// The rows' own entropy says how many nats the right tokens cost. A shift explains the rows if
  /// it costs less than the claimed place, by more than chance, and accounts for most of the
  /// difference to the entropy. A teacher that has learnt nothing may repeat the token that it has
  /// just read: it does so more often than it is sure of, which a shifted row never does.
  var explainingShift: Int? {
    Self.shifts.filter { $0 != 0 }.filter { by in
      let at = shift(by)
      let (better, over) = (gain[at], surplus[at])
      guard better.count >= Self.fewestRows, better.value > Self.lead,
        better.value > Self.sure * better.error, shifted[at].value < chance
      else { return false }
      let own = ownAtShift[at].value - entropy.value
      guard over.value < own / 2 else { return false }
      let noise = Self.sure * max(over.error, 1e-3)
      // Rows that their own certificate vouches for must fit the other place as well as they can.
      if isCertified { return better.value > 2 && abs(over.value) < max(noise, 0.1) }
      return by != -1 || over.value > -max(noise, 0.1)
    }.min { shifted[shift($0)].value < shifted[shift($1)].value }
  }
}
