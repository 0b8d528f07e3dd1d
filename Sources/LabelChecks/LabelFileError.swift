/// Why a file of labels cannot be read, or not to its end.
package enum LabelFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No reader takes the file.
  case format(path: String, reason: String)
  /// The file ends too early.
  case truncated(path: String, reason: String)
  /// Numbers in the other order of bytes.
  case byteOrder(path: String, reason: String)
  /// Something in the file contradicts the format.
  case damaged(path: String, reason: String)
  /// A reader needs to be told something.
  case missing(path: String, what: String)

  package var description: String {
    switch self {
    case .format(let path, let reason), .truncated(let path, let reason),
      .byteOrder(let path, let reason), .damaged(let path, let reason):
      "\(path): \(reason)"
    case .missing(let path, let what): "\(path): \(what)"
    }
  }

  /// The finding that reports it.
  var finding: Finding {
    let again = "write or fetch the file again"
    return switch self {
    case .format(_, let reason):
      Finding("unreadable", .broken, evidence: reason, fix: "give a file of a listed format")
    case .truncated(_, let reason): Finding("truncated", .broken, evidence: reason, fix: again)
    case .byteOrder(_, let reason):
      Finding(
        "byte-order", .broken, evidence: reason,
        fix: "write the numbers in little-endian order: array.astype('<f4')")
    case .damaged(_, let reason): Finding("damaged", .broken, evidence: reason, fix: again)
    case .missing(_, let what): Finding("unreadable", .broken, evidence: what, fix: what)
    }
  }
}
