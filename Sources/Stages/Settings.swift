public import Files

/// Reads the `with` block of a stage, strictly, and writes out every resolved value.
///
/// Each key is taken once with its type, bounds and default; the resulting value goes into
/// `resolved`, in the order of taking. `finish` refuses the keys that were not taken, so a misspelt
/// setting is an error and never a silent default.
///
/// Reading a key also declares it: each reader takes one line of meaning, and documentation, help
/// and schema are made from `declared`. A describing reader answers with defaults.
public struct Settings: Sendable {
  var given: JSONObject
  var path: [String]
  private let pipelineSeed: UInt64
  let locate: @Sendable (_ key: [String], _ path: String) -> String
  var known: [String] = []
  let placeholders: Placeholders?
  var condition: SettingDeclaration.Condition?
  /// Every setting that was read, in that order.
  public internal(set) var declared: [SettingDeclaration] = []
  /// Every setting with its value, defaults written out: what the stage key hashes.
  public internal(set) var resolved: JSONObject = [:]
  /// Locations of the files that the settings name: a key's path in the block, and a value to write
  /// there that opens from anywhere.
  public internal(set) var locations: [(key: [String], value: JSON)] = []

  /// - Parameters:
  ///   - path: keys that lead to this block, for messages.
  ///   - pipelineSeed: the value of `seed` if the block names none.
  ///   - locate: turns the path written at a key into one that opens; by default it stays as it is.
  public init(
    _ given: JSONObject, path: [String] = [], pipelineSeed: UInt64 = 0,
    locate: @escaping @Sendable (_ key: [String], _ path: String) -> String = { $1 }
  ) {
    self.given = given
    self.path = path
    self.pipelineSeed = pipelineSeed
    self.locate = locate
    placeholders = nil
  }

  init(
    _ given: JSONObject, path: [String], pipelineSeed: UInt64,
    locate: @escaping @Sendable (_ key: [String], _ path: String) -> String,
    _ placeholders: Placeholders?
  ) {
    self.given = given
    self.path = path
    self.pipelineSeed = pipelineSeed
    self.locate = locate
    self.placeholders = placeholders
  }

  mutating func declare(
    _ key: String, _ kind: SettingDeclaration.Kind, _ fallback: SettingDeclaration.Fallback,
    low: JSON? = nil, high: JSON? = nil, _ meaning: String, _ derived: Derived = Derived()
  ) {
    declared.append(
      SettingDeclaration(
        path: path + [key], kind: kind,
        fallback: derived.fallback.map { .words($0) } ?? fallback,
        low: derived.low.map { .words($0) } ?? low.map { .value($0) },
        high: derived.high.map { .words($0) } ?? high.map { .value($0) },
        condition: condition, meaning: meaning))
  }

  /// An error for a setting already taken, for a stage that checks more than its bounds.
  public func error(_ key: String, _ reason: String) -> ConfigurationError {
    ConfigurationError(path: path + [key], reason: reason)
  }

  /// Whether the file names this key.
  public func has(_ key: String) -> Bool { given[key] != nil }

  /// The text at a path of keys, which stays to be taken; `nil` for a missing key or another type.
  ///
  /// For what must be known before its block is read.
  public func text(at keys: [String]) -> String? {
    var value: JSON? = .object(given)
    for key in keys { value = value?[key] }
    return value?.stringValue
  }

  /// The first key that the file names in this block and that is not taken yet, other than these.
  public func firstKey(except keys: [String]) -> String? {
    given.keys.first { !keys.contains($0) }
  }

  /// Takes a value unchanged; `nil` if it is not given. It is not put into `resolved`.
  ///
  /// - Parameter example: the answer of a describing reader.
  public mutating func takeRaw(
    _ key: String, _ kind: SettingDeclaration.Kind,
    default fallback: SettingDeclaration.Fallback = .nothing, _ meaning: String,
    example: JSON? = nil
  ) -> JSON? {
    declare(key, kind, fallback, meaning)
    return take(key) ?? (placeholders == nil ? nil : example)
  }

  mutating func take(_ key: String) -> JSON? {
    known.append(key)
    let value = given[key]
    given[key] = nil
    return value == .null ? nil : value
  }

  /// Puts a value that no single key gives into `resolved`, and so into the stage key.
  public mutating func resolve(_ key: String, _ value: JSON) { resolved[key] = value }

  /// Takes what was resolved for a key out again: the value changes no byte of the stage's output,
  /// and so does not belong into its key.
  public mutating func leaveOut(_ key: String) { resolved[key] = nil }

  /// Takes an integer; the resulting value goes into `resolved`.
  ///
  /// - Parameters:
  ///   - fallback: the default; `nil`: the setting is required.
  ///   - meaning: one line for the documentation: what the value does.
  ///   - derived: words for a default or bounds that depend on other settings.
  /// - Throws: `ConfigurationError` if it is missing, not an integer, or out of range.
  public mutating func int(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = 0...Int.max,
    _ meaning: String, _ derived: Derived = Derived()
  ) throws(ConfigurationError) -> Int {
    declare(
      key, .integer, fallback.map { .value(JSON($0)) } ?? .required, low: JSON(range.lowerBound),
      high: Self.end(of: range), meaning, derived)
    let fallback = placeholders.map { $0.number(fallback, range, by: 960) } ?? fallback
    guard let value = try takenInt(key, in: range) ?? fallback else { throw missing(key) }
    resolved[key] = JSON(value)
    return value
  }

  /// Takes an integer that may be left out; `resolved` then says null.
  ///
  /// - Throws: `ConfigurationError` if it is not an integer, or out of range.
  public mutating func optionalInt(
    _ key: String, in range: ClosedRange<Int> = 0...Int.max, _ meaning: String
  ) throws(ConfigurationError) -> Int? {
    declare(
      key, .integer, .nothing, low: JSON(range.lowerBound),
      high: Self.end(of: range), meaning)
    return try takenInt(key, in: range)
  }

  /// Takes an integer that may be left out; then nothing of it is in `resolved`.
  ///
  /// - Throws: `ConfigurationError` if it is not an integer, or out of range.
  public mutating func unnotedInt(
    _ key: String, in range: ClosedRange<Int>, _ meaning: String
  ) throws(ConfigurationError) -> Int? {
    let value = try optionalInt(key, in: range, meaning)
    if value == nil { resolved[key] = nil }
    return value
  }

  private mutating func takenInt(
    _ key: String, in range: ClosedRange<Int>
  ) throws(ConfigurationError) -> Int? {
    guard let raw = take(key) else {
      resolved[key] = .null
      return nil
    }
    guard let value = raw.intValue, range.contains(value) else {
      throw wrong(key, "an integer \(Self.words(for: range))", raw)
    }
    resolved[key] = JSON(value)
    return value
  }

  /// Takes a number; integers are accepted. The resulting value goes into `resolved`.
  ///
  /// - Parameters: as for `int`.
  /// - Throws: `ConfigurationError` if it is missing, not a number, or out of range.
  public mutating func double(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>,
    _ meaning: String, _ derived: Derived = Derived()
  ) throws(ConfigurationError) -> Double {
    declare(
      key, .number, fallback.map { .value(JSON($0)) } ?? .required, low: JSON(range.lowerBound),
      high: JSON(range.upperBound), meaning, derived)
    let fallback = placeholders.map { $0.number(fallback, range, by: 0.125) } ?? fallback
    let raw = take(key)
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

  /// Takes true or false; the resulting value goes into `resolved`.
  ///
  /// - Throws: `ConfigurationError` for anything else.
  public mutating func bool(
    _ key: String, default fallback: Bool, _ meaning: String
  ) throws(ConfigurationError) -> Bool {
    declare(key, .boolean, .value(JSON(fallback)), meaning)
    let raw = take(key)
    guard let value = raw.map(\.boolValue) ?? fallback else {
      throw wrong(key, "true or false", raw ?? .null)
    }
    resolved[key] = JSON(value)
    return value
  }

  /// Takes a string; the resulting value goes into `resolved`.
  ///
  /// - Parameter fallback: the default; `nil`: the setting is required.
  /// - Throws: `ConfigurationError` if it is missing, or not a string.
  public mutating func string(
    _ key: String, default fallback: String? = nil, _ meaning: String
  ) throws(ConfigurationError) -> String {
    declare(key, .string, fallback.map { .value(JSON($0)) } ?? .required, meaning)
    let fallback = fallback ?? (placeholders == nil ? nil : "")
    let raw = take(key)
    guard let value = raw?.stringValue ?? (raw == nil ? fallback : nil) else {
      if let raw { throw wrong(key, "a string", raw) }
      throw missing(key)
    }
    resolved[key] = JSON(value)
    return value
  }

  /// A string that may be left out; `resolved` then says null.
  public mutating func optionalString(
    _ key: String, _ meaning: String
  ) throws(ConfigurationError) -> String? {
    declare(key, .string, .nothing, meaning)
    resolved[key] = .null
    guard let raw = take(key) else { return nil }
    guard let value = raw.stringValue else { throw wrong(key, "a string", raw) }
    resolved[key] = JSON(value)
    return value
  }

  /// Takes one of the words of `T`; the word goes into `resolved`.
  ///
  /// - Throws: `ConfigurationError` for another word, listing those that are known.
  public mutating func choice<T: RawRepresentable & CaseIterable>(
    _ key: String, default fallback: T? = nil, _ meaning: String
  ) throws(ConfigurationError) -> T where T.RawValue == String {
    let words = T.allCases.map(\.rawValue).joined(separator: ", ")
    declare(
      key, .choice(T.allCases.map(\.rawValue)),
      fallback.map { .value(JSON($0.rawValue)) } ?? .required, meaning)
    let fallback = fallback ?? (placeholders == nil ? nil : T.allCases.first)
    let raw = take(key)
    guard let value = raw.map({ $0.stringValue.flatMap(T.init(rawValue:)) }) ?? fallback else {
      if let raw { throw wrong(key, "one of \(words)", raw) }
      throw missing(key)
    }
    resolved[key] = JSON(value.rawValue)
    return value
  }

  /// A seed: any non-negative integer; the pipeline's own if none is given.
  public mutating func seed(_ key: String = "seed") throws(ConfigurationError) -> UInt64 {
    UInt64(
      try int(
        key, default: Int(clamping: pipelineSeed), "what all draws of the stage are made from",
        Derived(default: "the pipeline's seed")))
  }

  /// Reads settings that exist only if `key`, taken before, has `value`.
  public mutating func when<T>(
    _ key: String, is value: String,
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T? {
    try reading(under: .setting(key, is: value), if: resolved[key] == JSON(value), read)
  }

  /// Reads settings that exist only without `key`, taken before, of the same block.
  public mutating func without<T>(
    _ key: String, isGiven: Bool,
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T? {
    try reading(under: .without(key), if: !isGiven, read)
  }

  /// Reads settings that exist only if the inputs make `isTrue`; `words` describe that condition.
  public mutating func when<T>(
    _ isTrue: Bool, _ words: String,
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T? {
    try reading(under: .words(words), if: isTrue, read)
  }

  private mutating func reading<T>(
    under new: SettingDeclaration.Condition, if isTrue: Bool,
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T? {
    guard isTrue || placeholders != nil else { return nil }
    let outer = condition
    condition = new
    defer { condition = outer }
    return try read(&self)
  }

  /// A block of settings; an absent one is treated as empty.
  public mutating func block<T>(
    _ key: String, _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T {
    let raw = take(key) ?? .object([:])
    guard let object = raw.objectValue else { throw wrong(key, "a block of settings", raw) }
    let (value, inner) = try readInner(object, at: [key], named: [key], read)
    locations += inner.locations
    resolved[key] = .object(inner.resolved)
    return value
  }

  /// Whether the reader only describes what is read, and answers with placeholders.
  public var isDescription: Bool { placeholders != nil }

  /// A block of settings that may be left out; then nothing of it is in `resolved`.
  public mutating func optionalBlock<T>(
    _ key: String, _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T? {
    guard placeholders != nil || (given[key] != nil && given[key] != .null) else {
      _ = take(key)
      return nil
    }
    return try block(key, read)
  }

  /// Reads the value under one name of a mapping that was taken already; it puts nothing into
  /// `resolved`.
  ///
  /// - Parameters:
  ///   - name: as written.
  ///   - noun: the placeholder for names in declarations: `<family>`.
  public mutating func entry<T>(
    _ key: String, _ name: String, as noun: String, _ given: JSONObject,
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T {
    try readInner(given, at: [key, name], named: [key, noun], read).value
  }

  /// Within `entry`: reads settings that exist under one name alone; declarations then contain the
  /// name itself instead of the noun.
  public mutating func only<T>(
    under name: String, _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> T {
    let outer = path
    path = path.dropLast() + [name]
    defer { path = outer }
    return try read(&self)
  }

  /// Reads an inner block with its own reader.
  mutating func readInner<T>(
    _ object: JSONObject, at keys: [String], named names: [String],
    _ read: (inout Settings) throws(ConfigurationError) -> T
  ) throws(ConfigurationError) -> (value: T, inner: Settings) {
    var inner = Settings(
      object, path: path + (placeholders == nil ? keys : names), pipelineSeed: pipelineSeed,
      locate: locate, placeholders)
    inner.condition = condition
    let value = try read(&inner)
    try inner.finish()
    for setting in inner.declared where !declared.contains(setting) { declared.append(setting) }
    return (value, inner)
  }

  /// - Throws: `ConfigurationError` for a key that was not taken.
  public func finish() throws(ConfigurationError) {
    guard let key = given.keys.first else { return }
    throw error(
      key,
      "unknown key\(Nearness.hint(key, among: known)); known here: "
        + known.sorted().joined(separator: ", "))
  }

  func missing(_ key: String) -> ConfigurationError { error(key, "is missing") }

  func wrong(_ key: String, _ expected: String, _ found: JSON) -> ConfigurationError {
    error(key, "expected \(expected), found \(String(found.text.prefix(60)))")
  }

  /// `nil` if the values are unlimited.
  private static func end(of range: ClosedRange<Int>) -> JSON? {
    if range.upperBound == .max { return .none }
    return JSON(range.upperBound)
  }

  private static func words(for range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
  }
}
