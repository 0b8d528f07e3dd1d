public import Records

/// What is wrong with a set, an order or a stored model: which, where, expected, found, what to do.
public enum SetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The manifest lacks a key, or holds an impossible value.
  case manifest(input: String, key: String, expected: String)
  /// The set holds no sample.
  case empty(set: String)
  /// The set holds no records.
  case noRecords(set: String, fields: [String])
  /// A sample whose record cannot be read.
  case record(set: String, sample: String, RecordError)
  /// The set is marked as unverified.
  case unverified(set: String)
  /// The set is marked as verified, but one of its records is not.
  case unsupported(set: String, sample: String)
  /// The set holds no tokens: it was not labelled.
  case noTokens(set: String, fields: [String])
  /// A conversation that a wrapping has no form for.
  case turns(set: String, sample: String, wrapping: String)
  /// The set has tokens but no distributions.
  case noLabels(set: String)
  /// A model file differs from the one in its manifest.
  case modelFile(model: String, file: String, expected: String?, found: String?)
  /// An order that does not fit the set or the settings.
  case order(name: String, reason: String)

  public var description: String {
    switch self {
    case .manifest(let input, let key, let expected):
      "\(input): its manifest: \"\(key)\": expected \(expected) -- make it again"
    case .empty(let set): "\(set): holds no sample -- look at the stage that made it"
    case .noRecords(let set, let fields):
      "\(set): expected a set with the field \"json\", found "
        + (fields.isEmpty ? "an empty one" : "only " + fields.joined(separator: ", "))
    case .record(let set, let sample, let error): "\(set): sample \(sample): \(error)"
    case .unverified(let set):
      "\(set): its manifest says that its traces are not verified -- verify them, or set "
        + "`unverified: true` to take them all the same"
    case .unsupported(let set, let sample):
      "\(set): its manifest says that every trace was verified, but no verifier accepted sample "
        + "\(sample) -- make the set again"
    case .noTokens(let set, let fields):
      "\(set): expected a set with tokens, found only "
        + (fields.isEmpty ? "an empty one" : fields.joined(separator: ", "))
        + " -- put a stage of kind label between, with `source: none` at least"
    case .turns(let set, let sample, let wrapping):
      "\(set): sample \(sample): a conversation with a system's turn or several turns, and the "
        + "template \(wrapping) says how to put one question only -- leave such conversations out, or "
        + "name another template"
    case .noLabels(let set):
      "\(set): holds no distributions -- label it with `source: teacher` or `source: oracle`"
    case .modelFile(let model, let file, let expected, let found):
      "\(model): \(file): its manifest names SHA-256 \(expected ?? "none"), found "
        + "\(found ?? "no such file") -- train or import the model again"
    case .order(let name, let reason): "the order \(name): \(reason)"
    }
  }
}
