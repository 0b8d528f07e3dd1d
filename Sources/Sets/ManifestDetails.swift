public import Files

/// Reads typed keys of a stage's manifest details, with errors that name the input and the key.
public struct ManifestDetails: Sendable {
  /// Name of the input, for messages.
  public let input: String
  /// Keys that lead to this object, joined by dots.
  private let path: String
  private let object: JSONObject

  /// - Parameter input: names the set in messages.
  public init(_ object: JSONObject, of input: String) { self.init(object, of: input, path: "") }

  private init(_ object: JSONObject, of input: String, path: String) {
    self.object = object
    self.input = input
    self.path = path
  }

  /// The error for a key whose value is not what is expected.
  public func wrong(_ key: String, _ expected: String) -> SetError {
    .manifest(input: input, key: path + key, expected: expected)
  }

  /// `nil` for an absent key and for null.
  public func value(_ key: String) -> JSON? { object[key] == .null ? nil : object[key] }

  /// - Throws: `SetError.manifest` if a value is present but `read` returns nothing.
  public func optional<Value>(
    _ key: String, _ expected: String, _ read: (JSON) -> Value?
  ) throws(SetError) -> Value? {
    guard let given = value(key) else { return nil }
    guard let found = read(given) else { throw wrong(key, expected) }
    return found
  }

  /// - Throws: `SetError.manifest` for a key that is missing or no count.
  public func count(_ key: String) throws(SetError) -> Int {
    guard let value = try optionalCount(key) else { throw wrong(key, "a count") }
    return value
  }

  /// At most 2^53, so that every count is exact as a Double.
  public func optionalCount(_ key: String) throws(SetError) -> Int? {
    try optional(key, "a count") {
      $0.intValue.flatMap { (0...(1 << 53)).contains($0) ? $0 : nil }
    }
  }

  /// - Throws: `SetError.manifest` for a value that is no finite number.
  public func optionalNumber(_ key: String) throws(SetError) -> Double? {
    try optional(key, "a number") { $0.doubleValue.flatMap { $0.isFinite ? $0 : nil } }
  }

  /// - Throws: `SetError.manifest` for a value that is no string.
  public func optionalString(_ key: String) throws(SetError) -> String? {
    try optional(key, "a string", \.stringValue)
  }

  /// A string or, for a stage that describes the thing in detail, its compact JSON.
  public func optionalText(_ key: String) -> String? {
    value(key).map { $0.stringValue ?? $0.text }
  }

  /// An inner object; empty if absent.
  public func block(_ key: String) throws(SetError) -> ManifestDetails {
    let inner = try optional(key, "an object", \.objectValue) ?? [:]
    return ManifestDetails(inner, of: input, path: path + key + ".")
  }

  /// Keys and values in the order of the file.
  public var members: [(key: String, value: JSON)] { object.members.map { ($0.key, $0.value) } }
}
