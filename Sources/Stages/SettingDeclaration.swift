public import Files

/// One setting of a stage, as its reader declares it: what help, documentation and schema say of it.
public struct SettingDeclaration: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case integer, number, boolean, string
    /// A file or folder.
    case path
    /// One word of a list.
    case choice([String])
    /// A mapping whose keys are names out of a list; what stands under each is declared by itself.
    case names([String])
    /// One of these names, or a block with a name and settings of what is named; the fallback is what
    /// a block without a name means.
    case alternatives([String], fallback: String)
    /// Anything else: its word, and its JSON Schema.
    case other(String, schema: JSONObject)

    public static let list = Kind.other("list", schema: ["type": "array"])
    /// SHA-256, 64 hex digits.
    public static let hexDigest = Kind.other(
      "string", schema: ["type": "string", "pattern": "^[0-9a-fA-F]{64}$"])
  }

  /// What holds where the file names nothing.
  public enum Fallback: Sendable, Equatable {
    case required
    /// The setting has no value then; its meaning says what that does.
    case nothing
    case value(JSON)
    /// Worked out from other settings, in words.
    case words(String)
  }

  /// One end of a range.
  public enum Bound: Sendable, Equatable {
    case value(JSON)
    /// The value of other settings, in words.
    case words(String)
  }

  /// When the key is known at all.
  public enum Condition: Sendable, Equatable {
    /// Another setting of the same block has this value.
    case setting(String, is: String)
    /// The block `of`, in which the setting stands, names this alternative.
    case alternative(of: String, is: String)
    /// The setting stands beside the block that it belongs to: `of` names one of these alternatives.
    case beside(Beside)
    /// Another setting of the same block is left out.
    case without(String)
    /// What inputs decide, in words.
    case words(String)
  }

  /// When a setting of an alternative may stand beside the block that names it.
  public struct Beside: Sendable, Equatable {
    /// The key of the block, and those of its names that have the setting.
    public let key: String
    public let names: [String]
    /// Whether a block that names nothing has it too.
    public let isFallback: Bool
    /// Another key that may say the name.
    public let alias: String?
  }

  /// Keys from `with` down to the setting; `<family>` stands for any key of a mapping of names.
  public let path: [String]
  public let kind: Kind
  public let fallback: Fallback
  public let low: Bound?
  public let high: Bound?
  public let condition: Condition?
  /// One line: what the value does.
  public let meaning: String

  /// As `--set` spells it: `model.hidden_size`.
  public var name: String { path.joined(separator: ".") }

  /// Whether its default or its bounds depend on other settings, which no schema can see.
  public var dependsOnOthers: Bool {
    for bound in [low, high] { if case .words = bound { return true } }
    if case .words = fallback { return true }
    return false
  }
}

extension SettingDeclaration {
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

  /// `{name, type, required, default, bounds, meaning}`: a default in words where it comes from
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

  /// The meaning, and when the key is known where that is not always.
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
