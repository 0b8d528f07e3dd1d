public import Files

/// What is wrong with a setting of a stage: the pipeline file's fault (exit code 2).
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Keys from the stage's `with` down to the setting: `["model", "hidden_size"]`.
  public let path: [String]
  public let reason: String

  public init(path: [String], reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String {
    (path.isEmpty ? "" : path.joined(separator: ".") + ": ") + reason
  }
}

/// Reads the `with` block of a stage, strictly, and writes out what it means.
///
/// Each key is taken once with its type, bounds and default; the value that holds goes into
/// `resolved`, in the order of taking. `finish` refuses the keys that nobody took, so a misspelt
/// setting is an error and never a silent default.
public struct Settings: Sendable {
  private var given: JSONObject
  private let path: [String]
  private let pipelineSeed: UInt64
  private let locate: @Sendable (_ key: [String], _ path: String) -> String
  private var known: [String] = []
  /// Every setting with its value, defaults written out: what the stage key hashes.
  public private(set) var resolved: JSONObject = [:]
  /// Where the files are that the settings name: a key's path in the block, and the path that was
  /// taken for it.
  public private(set) var locations: [(key: [String], path: String)] = []

  /// - Parameters:
  ///   - path: keys that lead to this block, for messages.
  ///   - pipelineSeed: what `seed` gives where the block names none.
  ///   - locate: turns a path as it is written at a key into one that opens; as it is by default.
  public init(
    _ given: JSONObject, path: [String] = [], pipelineSeed: UInt64 = 0,
    locate: @escaping @Sendable (_ key: [String], _ path: String) -> String = { $1 }
  ) {
    self.given = given
    self.path = path
    self.pipelineSeed = pipelineSeed
    self.locate = locate
  }

  public func error(_ key: String, _ reason: String) -> ConfigurationError {
    ConfigurationError(path: path + [key], reason: reason)
  }

  /// Whether the file names this key.
  public func has(_ key: String) -> Bool { given[key] != nil }

  /// Takes a value as it is; `nil` when it is not given. It is not put into `resolved`.
  public mutating func takeRaw(_ key: String) -> JSON? {
    known.append(key)
    let value = given[key]
    given[key] = nil
    return value == .null ? nil : value
  }

  /// Puts a value into `resolved` that no single key gives.
  public mutating func resolve(_ key: String, _ value: JSON) { resolved[key] = value }

  public mutating func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 0...Int.max
  ) throws(ConfigurationError) -> Int {
    guard let value = try optionalInt(key, in: range) ?? fallback else { throw missing(key) }
    resolved[key] = JSON(value)
    return value
  }

  /// An integer that may be left out; `resolved` then says null.
  public mutating func optionalInt(
    _ key: String, in range: ClosedRange<Int> = 0...Int.max
  ) throws(ConfigurationError) -> Int? {
    guard let raw = takeRaw(key) else {
      resolved[key] = .null
      return nil
    }
    guard let value = raw.intValue, range.contains(value) else {
      throw wrong(key, "an integer \(Self.words(for: range))", raw)
    }
    resolved[key] = JSON(value)
    return value
  }

  public mutating func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>
  ) throws(ConfigurationError) -> Double {
    let raw = takeRaw(key)
    guard let value = raw?.doubleValue ?? (raw == nil ? fallback : nil) else {
      if let raw { throw wrong(key, "a number", raw) }
      throw missing(key)
    }
    guard range.contains(value) else {
      throw wrong(
        key, "a number from \(range.lowerBound) to \(range.upperBound)", raw ?? JSON(value))
    }
    resolved[key] = JSON(value)
    return value
  }

  public mutating func bool(_ key: String, default fallback: Bool) throws(ConfigurationError)
    -> Bool
  {
    let raw = takeRaw(key)
    guard let value = raw.map(\.boolValue) ?? fallback else {
      throw wrong(key, "true or false", raw ?? .null)
    }
    resolved[key] = JSON(value)
    return value
  }

  public mutating func string(_ key: String, default fallback: String? = nil)
    throws(ConfigurationError) -> String
  {
    let raw = takeRaw(key)
    guard let value = raw?.stringValue ?? (raw == nil ? fallback : nil) else {
      if let raw { throw wrong(key, "a string", raw) }
      throw missing(key)
    }
    resolved[key] = JSON(value)
    return value
  }

  /// A file or folder, by a path that opens. Relative ones of a pipeline file start at the file's
  /// folder. Where a file lies is no part of the key, so the stage puts what it holds into
  /// `resolved` itself.
  ///
  /// - Parameter what: what is expected there, for messages: `a .gguf file or a model's folder`.
  public mutating func location(_ key: String, _ what: String) throws(ConfigurationError)
    -> String
  {
    guard let raw = takeRaw(key) else { throw missing(key) }
    guard let written = raw.stringValue, !written.isEmpty else { throw wrong(key, what, raw) }
    let place = locate(path + [key], written)
    locations.append((path + [key], place))
    return place
  }

  /// One word out of a few.
  public mutating func choice<T: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: T? = nil
  ) throws(ConfigurationError) -> T where T.RawValue == String {
    let raw = takeRaw(key)
    let words = T.allCases.map(\.rawValue).joined(separator: ", ")
    guard let value = raw.map({ $0.stringValue.flatMap(T.init(rawValue:)) }) ?? fallback else {
      if let raw { throw wrong(key, "one of \(words)", raw) }
      throw missing(key)
    }
    resolved[key] = JSON(value.rawValue)
    return value
  }

  /// A seed: any non-negative integer; the pipeline's own where none is given.
  public mutating func seed(_ key: String = "seed") throws(ConfigurationError) -> UInt64 {
    UInt64(try int(key, default: Int(clamping: pipelineSeed)))
  }

  /// A block of settings; an absent one is an empty one.
  public mutating func block<T>(
    _ key: String, _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T {
    let raw = takeRaw(key) ?? .object([:])
    guard let object = raw.objectValue else { throw wrong(key, "a block of settings", raw) }
    var inner = Settings(
      object, path: path + [key], pipelineSeed: pipelineSeed, locate: locate)
    let value = try read(&inner)
    try inner.finish()
    locations += inner.locations
    resolved[key] = .object(inner.resolved)
    return value
  }

  /// - Throws: `ConfigurationError` for a key that nobody took.
  public func finish() throws(ConfigurationError) {
    guard let key = given.keys.first else { return }
    throw error(
      key,
      "unknown key\(Nearness.hint(key, among: known)); known here: "
        + known.sorted().joined(separator: ", "))
  }

  private func missing(_ key: String) -> ConfigurationError { error(key, "is missing") }

  private func wrong(_ key: String, _ expected: String, _ found: JSON) -> ConfigurationError {
    error(key, "expected \(expected), found \(String(found.text.prefix(60)))")
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }
}
