public import Files

/// A fault in a tensor file: which file, where, what was expected, what was found.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read at all.
  case file(FileError)
  /// The file ends before the end of the part that starts at `at`.
  case truncated(file: String, at: Int, needs: Int, has: Int)
  /// The file's framing is wrong: magic, version, header length, trailing bytes.
  case frame(file: String, at: Int, reason: String)
  /// The header is not JSON (safetensors) or not an array description (.npy).
  case header(file: String, at: Int, reason: String)
  /// The header's entry for one tensor is wrong, or disagrees with the data.
  case tensor(file: String, name: String, reason: String)
  /// A tensor that must be finite holds NaN or an infinity.
  case notFinite(file: String, name: String, at: Int, value: String)
  /// No tensor of that name.
  case missing(file: String, name: String)
  /// A metadata key of a GGUF file, or a field of `config.json`, is missing, has the wrong type, or
  /// has an unsupported value.
  case key(file: String, key: String, reason: String)
  /// The manifest of the file's folder does not confirm it.
  case seal(ManifestError)
  /// The path is not a supported form of a model.
  case form(path: String, reason: String)

  public var description: String {
    switch self {
    case .file(let error): error.description
    case .truncated(let file, let at, let needs, let has):
      "\(file): byte \(at): needs \(needs.counted("byte")), has \(has); the copy was cut short"
        + " -- fetch or write the file again"
    case .frame(let file, let at, let reason):
      "\(file): byte \(at): \(reason) -- fetch or write the file again"
    case .header(let file, let at, let reason):
      "\(file): header, byte \(at) of the file: \(reason) -- fetch or write the file again"
    case .tensor(let file, let name, let reason):
      "\(file): tensor \(Self.quoted(name)): \(reason) -- write the file again"
    case .notFinite(let file, let name, let at, let value):
      "\(file): tensor \(Self.quoted(name)): element \(at) is \(value), expected finite numbers"
        + " -- take an earlier checkpoint"
    case .key(let file, let key, let reason):
      "\(file): \(Self.quoted(key)): \(reason)"
    case .seal(let error): error.description
    case .form(let path, let reason): "\(path): \(reason)"
    case .missing(let file, let name):
      "\(file): holds no tensor \(Self.quoted(name)) -- check that it is the model you mean"
    }
  }

  /// An untrusted name, made safe for one line of a terminal: control characters escaped, cut at 80
  /// characters.
  package static func quoted(_ name: String) -> String {
    let short = name.count > 80 ? String(name.prefix(80)) + "…" : name
    let escaped = short.unicodeScalars.map { scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        ? "\\u{" + String(scalar.value, radix: 16) + "}" : String(scalar)
    }
    return "\"" + escaped.joined() + "\""
  }
}
