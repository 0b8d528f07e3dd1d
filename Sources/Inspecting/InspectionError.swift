package import Files

/// Why a file is not inspected, or is not what its kind demands.
package enum InspectionError: Error, Equatable, CustomStringConvertible {
  /// A Git LFS pointer in place of the file.
  case pointer(file: String)
  /// A file of a kind that retort does not read, known by its first bytes.
  case signature(file: String, FileSignature)
  /// A file of no kind that retort knows.
  case format(file: String)
  /// An element of an array that is NaN or +infinity.
  case element(file: String, at: Int, found: String)
  /// A line that is not JSON.
  case line(file: String, number: Int, reason: String)
  /// A file that is not JSON.
  case json(file: String, reason: String)

  package var description: String {
    switch self {
    case .pointer(let file): "\(file): \(LargeFilePointer.advice)"
    case .signature(let file, let found): "\(file): is \(found.rawValue) -- \(found.advice)"
    case .format(let file):
      "\(file): byte 0: none of the formats that retort reads: .tar.zst, .tar, .npy, .safetensors, "
        + ".gguf, .json, .jsonl, .yaml, SQLite, a stage's or a model's folder"
    case .element(let file, let at, let found):
      "\(file): element \(at) is \(found), expected numbers or -inf -- make the file again"
    case .line(let file, let number, let reason): "\(file): line \(number): \(reason)"
    case .json(let file, let reason): "\(file): \(reason)"
    }
  }
}
