/// What is wrong with soft labels: which sample, which row, expected, found, what to do.
public enum SoftLabelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Tokens, mask and rows do not belong together.
  case shape(sample: String, expected: String, found: String)
  /// A log-probability that is NaN, +infinity, or above 0.
  case value(sample: String, row: Int, token: Int, found: String)
  /// A row whose probabilities do not sum to 1.
  case mass(sample: String, row: Int, sum: Double)
  /// A target to which the teacher gives probability 0.
  case impossible(sample: String, row: Int, token: Int)
  /// The rows do not belong to the tokens beside them.
  case misaligned(recorded: Double, found: Double, tolerance: Double)
  /// The rows predict the tokens beside their own better: by -1 the one before, by 1 the one after.
  case shifted(by: Int, own: Double, other: Double)
  /// Another number of targets than the certificate counts.
  case targets(recorded: Int, found: Int)
  /// A certificate that cannot be read.
  case certificate(reason: String)
  /// A hidden state that its stored form cannot hold.
  case range(sample: String, row: Int)
  /// Rounding to a grid costs far more nats a row than were asked for.
  case rounding(sample: String, found: Double, asked: Double)
  /// The file of the rows cannot be read.
  case unreadable(sample: String, reason: String)

  public var description: String {
    switch self {
    case .shape(let sample, let expected, let found):
      "\(sample): expected \(expected), found \(found) -- L tokens have exactly L-1 rows; label the "
        + "set again"
    case .value(let sample, let row, let token, let found):
      "\(sample): row \(row), token \(token): the logarithm of a probability is \(found), expected "
        + "a number of at most 0 or -infinity -- the teacher is broken or the file was changed"
    case .mass(let sample, let row, let sum):
      "\(sample): row \(row): the probabilities sum to \(sum), expected 1 within "
        + "\(FullLabels.massTolerance) -- the rows "
        + "are no distributions; give logarithms of probabilities, not logits"
    case .impossible(let sample, let row, let token):
      "\(sample): row \(row): the next token \(token) is a target, and the row says that it cannot "
        + "come -- rows and tokens may be shifted against each other"
    case .misaligned(let recorded, let found, let tolerance):
      "the labels do not belong to their tokens: cross-entropy on the next token is \(found) nats, "
        + "the certificate says \(recorded) (tolerance \(tolerance)) -- rows may be shifted by one; "
        + "label the set again"
    case .shifted(let shift, let own, let other):
      "the labels do not belong to their tokens: cross-entropy on the next token is \(own) nats, on "
        + "the one \(shift < 0 ? "before" : "after") it \(other) -- rows are shifted by one; label "
        + "the set again"
    case .targets(let recorded, let found):
      "the certificate counts \(recorded) targets, the set has \(found) -- label the set again"
    case .certificate(let reason):
      "the certificate in the manifest: \(reason) -- label the set again"
    case .range(let sample, let row):
      "\(sample): row \(row): a hidden state is not finite, or beyond a half's 65504 or a grid's 32767 "
        + "steps -- label with `encoding: full`, or with `hidden_type: int8` if it is finite"
    case .rounding(let sample, let found, let asked):
      "\(sample): rounding hidden states to the grid costs \(found) nats a row in its batch, "
        + "\(asked) were asked for: this readout's likely rows lie further apart than nine of ten -- "
        + "label with `hidden_type: float16`"
    case .unreadable(let sample, let reason): "\(sample): \(reason)"
    }
  }
}
