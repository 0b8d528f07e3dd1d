public import Files

/// One setting of a stage, as its reader declares it; help, documentation and schema are made from
/// it.
public struct SettingDeclaration: Sendable, Equatable {
  /// Type of a value.
  public enum Kind: Sendable, Equatable {
    case integer, number, boolean, string
    /// A file or folder.
    case path
    /// One word of a list.
    case choice([String])
    /// A mapping whose keys come from a list of names; the contents of each are declared
    /// separately.
    case names([String])
    /// One of these names, or a block with a name and the settings of that alternative; the
    /// fallback is the name of a block without one.
    case alternatives([String], fallback: String)
    /// Any other type: its name, and its JSON Schema.
    case other(String, schema: JSONObject)

    /// Paths of files.
    public static let paths = Kind.other(
      "list of paths",
      schema: ["type": "array", "items": ["type": "string", "minLength": 1]])
    /// A list of anything; the stage checks the elements.
    public static let list = Kind.other("list", schema: ["type": "array"])
    /// SHA-256, 64 hex digits.
    public static let hexDigest = Kind.other(
      "string", schema: ["type": "string", "pattern": "^[0-9a-fA-F]{64}$"])
  }

  /// The value used if the file gives none.
  public enum Fallback: Sendable, Equatable {
    case required
    /// The setting then has no value; its meaning says what that does.
    case nothing
    case value(JSON)
    /// Derived from other settings, in words.
    case words(String)
  }

  /// One end of a range.
  public enum Bound: Sendable, Equatable {
    case value(JSON)
    /// Set by other settings, in words.
    case words(String)
  }

  /// Under which condition the key is known.
  public enum Condition: Sendable, Equatable {
    /// Another setting of the same block has this value.
    case setting(String, is: String)
    /// The block `of`, which contains the setting, names this alternative.
    case alternative(of: String, is: String)
    /// The setting is beside the block that it belongs to: `of` names one of these alternatives.
    case beside(Beside)
    /// Another setting of the same block is left out.
    case without(String)
    /// Decided by inputs, in words.
    case words(String)
  }

  /// When a setting of an alternative may be placed beside the block that names it.
  public struct Beside: Sendable, Equatable {
    /// The key of the block.
    public let key: String
    /// The block's names that have the setting.
    public let names: [String]
    /// Whether a block without a name has it too.
    public let isFallback: Bool
    /// Another key that may give the name.
    public let alias: String?
  }

  /// Keys from `with` down to the setting; `<family>` stands for any key of a mapping of names.
  public let path: [String]
  /// Type of the value, with the words that a choice allows.
  public let kind: Kind
  /// What holds if the file does not give the setting.
  public let fallback: Fallback
  /// The least value allowed; `nil`: none.
  public let low: Bound?
  /// The greatest value allowed; `nil`: none.
  public let high: Bound?
  /// When the key is known; `nil`: always.
  public let condition: Condition?
  /// One line: what the value does.
  public let meaning: String

  /// Spelling for `--set`: `model.hidden_size`.
  public var name: String { path.joined(separator: ".") }

  /// Whether its default or bounds depend on other settings, which a schema cannot express.
  public var dependsOnOthers: Bool {
    for bound in [low, high] { if case .words = bound { return true } }
    if case .words = fallback { return true }
    return false
  }
}

extension SettingDeclaration {
  /// The type in a word or two, for help and documentation; not a type of JSON Schema.
  public var typeName: String {
    switch kind {
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .string: "string"
    case .path: "path"
    case .choice: "choice"
    case .names: "mapping"
    case .alternatives: "name or block"
    case .other(let word, _): word
    }
  }

  /// `{name, type, required, default, bounds, meaning}`: a default in words if it comes from
  /// other settings; `bounds` is `{min, max}`, a list of words, or null.
  public var json: JSON {
    [
      "name": JSON(name), "type": JSON(typeName), "required": JSON(fallback == .required),
      "default": defaultJSON, "bounds": boundsJSON, "meaning": JSON(meaningInFull),
    ]
  }

  private var defaultJSON: JSON {
    switch fallback {
    case .required, .nothing: .null
    case .value(let value): value
    case .words(let words): JSON(words)
    }
  }

  private var boundsJSON: JSON {
    switch kind {
    case .choice(let words), .names(let words), .alternatives(let words, _):
      return JSON(words) { JSON($0) }
    default: break
    }
    var bounds: JSONObject = [:]
    for (key, bound) in [("min", low), ("max", high)] {
      switch bound {
      case .value(let value): bounds[key] = value
      case .words(let words): bounds[key] = JSON(words)
      case nil: break
      }
    }
    return bounds.isEmpty ? .null : .object(bounds)
  }

  /// The meaning and, if the key is not always known, the condition.
  public var meaningInFull: String {
    switch condition {
    case nil: meaning
    case .setting(let key, let value): "\(meaning); only with \(key): \(value)"
    case .alternative(let key, let name): "\(meaning); only with \(key): \(name)"
    case .beside(let beside):
      "\(meaning); only with \(beside.key): \(beside.names.joined(separator: " or "))"
    case .without(let key): "\(meaning); only without \(key)"
    case .words(let words): "\(meaning); only where \(words)"
    }
  }

  /// The default, for people.
  public var defaultText: String {
    switch fallback {
    case .required: "required"
    case .nothing: "none"
    case .value(let value): Self.text(value)
    case .words(let words): words
    }
  }

  /// The bounds, for people; empty where there are none.
  public var boundsText: String {
    switch kind {
    case .choice(let words), .names(let words), .alternatives(let words, _):
      return words.joined(separator: ", ")
    default: break
    }
    func text(_ bound: Bound) -> String {
      switch bound {
      case .value(let value): Self.text(value)
      case .words(let words): words
      }
    }
    switch (low, high) {
    case (nil, nil): return ""
    case (let low?, nil): return "at least \(text(low))"
    case (nil, let high?): return "at most \(text(high))"
    case (let low?, let high?): return "\(text(low)) to \(text(high))"
    }
  }

  /// A value as people write it: `10000` for 10000.0.
  private static func text(_ value: JSON) -> String {
    if case .double(let number) = value, let whole = Int(exactly: number) { return "\(whole)" }
    return value.stringValue ?? value.text
  }
}
