package import Files
package import Records

/// What the numbers of a row are.
package enum RowScale: String, Sendable, CaseIterable {
  case logits, logProbabilities = "log-probabilities", probabilities
}

/// One row as its file has it.
package enum LabelRow: Sendable, Equatable {
  /// A number for each id.
  case dense([Float])
  /// Numbers of some ids; -1 is an id that is not known, or no entry at all.
  case sparse(ids: [Int32], values: [Float])

  var count: Int {
    switch self {
    case .dense(let values): values.count
    case .sparse(_, let values): values.count
    }
  }
}

/// One text of a label file, and its rows, which are read one at a time.
package struct LabelSequence {
  /// `line 3`, `chunk 0`.
  package var name: String
  /// L ids; `nil` where the file does not hold them.
  package var tokens: [Int32]?
  /// L values; 1 where the token is a target. `nil`: the file has none.
  package var mask: [UInt8]?
  /// T; rows are read by number, from 0 to `rowCount` - 1.
  package var rowCount: Int
  /// Row r is the distribution of token `firstTarget + r`.
  package var firstTarget = 1
  /// Whether the tokens were drawn from the labels' own teacher: then they say nothing about how
  /// well it is calibrated.
  package var isOwnSample = false
  /// Tokens of the prompt in front; `nil`: not known.
  package var prompt: Int?
  /// What the text is of, where the rows lie beside a set.
  package var record: Record?
  /// Whether the text was cut before its end.
  package var isUnfinished = false
  /// Reads row r.
  package var row: (Int) throws -> LabelRow

  /// - Parameters:
  ///   - name: in messages.
  ///   - tokens: L ids; `nil` where the file has none.
  ///   - mask: L values; 1 for a target.
  ///   - rowCount: T.
  ///   - firstTarget: place of the token that row 0 is the distribution of.
  ///   - row: reads a row by its number.
  package init(
    name: String, tokens: [Int32]?, mask: [UInt8]? = nil, rowCount: Int, firstTarget: Int = 1,
    row: @escaping (Int) throws -> LabelRow
  ) {
    self.name = name
    self.tokens = tokens
    self.mask = mask
    self.rowCount = rowCount
    self.firstTarget = firstTarget
    self.row = row
  }

  /// The token that row r is the distribution of, moved by `shift`; `nil` beyond the text.
  func target(_ row: Int, shift: Int = 0) -> Int32? {
    let place = firstTarget + row + shift
    guard let tokens, tokens.indices.contains(place) else { return nil }
    return tokens[place]
  }

  /// Whether row r counts in a training.
  func isTarget(_ row: Int) -> Bool {
    guard let mask, mask.indices.contains(firstTarget + row) else { return mask == nil }
    return mask[firstTarget + row] != 0
  }
}

/// A file of labels of some format, opened.
package protocol LabelSource {
  /// `llama.cpp`.
  var format: String { get }
  /// Length of a dense row, or the number of ids; `nil`: not known.
  var vocabulary: Int? { get }
  /// What the format says that its numbers are.
  var scale: RowScale { get }
  /// Error of a stored number, relative to it.
  var precision: Double { get }
  /// Whether sparse rows stand in order of their values by the format.
  var isRanked: Bool { get }
  /// Whether the format itself cuts small probabilities off at a floor.
  var hasFloor: Bool { get }
  /// Whether the set vouches for its rows: its certificate was reproduced.
  var isCertified: Bool { get }
  /// Whether T rows for T tokens are right: the last row is then beyond the text.
  var mayHaveLastRow: Bool { get }
  /// Whether a text may end in a token without a row: its end, which the source left out.
  var mayLackLastRow: Bool { get }
  /// What the file says of itself, for the figures.
  var facts: JSONObject { get }
  /// Faults that the format's own promises reveal.
  func ownFindings(_ given: GivenContext) throws -> [Finding]
  /// Calls `body` with each text, in order.
  ///
  /// - Throws: `LabelFileError`, and what `body` throws.
  func forEach(_ body: (LabelSequence) throws -> Void) throws
}

extension LabelSource {
  package var isRanked: Bool { false }
  package var hasFloor: Bool { false }
  package var isCertified: Bool { false }
  package var mayHaveLastRow: Bool { false }
  package var mayLackLastRow: Bool { false }
  package var facts: JSONObject { [:] }
  package func ownFindings(_ given: GivenContext) throws -> [Finding] { [] }
}
