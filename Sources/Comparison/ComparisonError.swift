internal import Files

/// Why a comparison is refused. A refusal is not a bad result: the items are not comparable.
public enum ComparisonError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A line of an input cannot be read.
  case line(file: String, line: Int, reason: String)
  /// A manifest lacks a key that the comparison needs, or the key has the wrong type.
  case manifest(input: String, key: String, expected: String)
  /// The stage has inputs or roles that do not fit.
  case roles(String)
  /// A guard found arms that are not comparable.
  case guardFailed(name: String, reason: String)
  /// A report file that is not ours, or that differs from what its own facts give.
  case report(String)
  /// A page that differs from the one its report.json gives.
  case page(String)

  public var description: String {
    switch self {
    case .line(let file, let line, let reason): "\(file): line \(line): \(reason)"
    case .manifest(let input, let key, let expected):
      "the manifest of \(input): the key \"\(key)\" should be \(expected) -- run that stage again"
    case .roles(let reason): "roles: \(reason)"
    case .guardFailed(let name, let reason): "not comparable (\(name)): \(reason)"
    case .report(let reason): "report.json: \(reason)"
    case .page(let path):
      "\(path): is not the page of the report.json beside it -- it was edited, or another version of "
        + "this program wrote it; make it again with `retort compare report`"
    }
  }
}
