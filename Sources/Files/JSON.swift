/// A JSON value (RFC 8259) whose objects keep the order of their keys.
///
/// Reading is strict (`JSON.parse`): what other parsers silently accept is an error here.
/// Writing is canonical: the same value always gives the same bytes.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case int(Int64)
  /// Any other number; always finite.
  case double(Double)
  case string(String)
  case array([JSON])
  case object(JSONObject)
}

/// The members of a JSON object, in the order in which they were written.
public struct JSONObject: Sendable, Equatable {
  /// One key and its value.
  public struct Member: Sendable, Equatable {
    /// The key without quotes and escapes.
    public var key: String
    /// Any value, objects with members of their own included.
    public var value: JSON

    /// A key with its value.
    public init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// In the order of writing; no key stands twice.
  public private(set) var members: [Member]

  /// An object without members.
  public init() { members = [] }

  /// - Precondition: no duplicate keys.
  public init(_ pairs: [(String, JSON)]) {
    members = []
    members.reserveCapacity(pairs.count)
    for (key, value) in pairs { append(key, value) }
  }

  /// For the parser, which has already checked the keys.
  init(uniqueMembers: [Member]) { members = uniqueMembers }

  /// The keys in the order of writing.
  ///
  /// - Complexity: O(n): the array is made anew.
  public var keys: [String] { members.map(\.key) }
  /// Whether the object is `{}`.
  public var isEmpty: Bool { members.isEmpty }
  /// Number of members; those of objects inside are not counted.
  public var count: Int { members.count }

  /// The value of `key`; setting replaces an existing key in place, appends a new one, and `nil`
  /// removes.
  public subscript(_ key: String) -> JSON? {
    get { members.first { $0.key == key }?.value }
    set {
      let place = members.firstIndex { $0.key == key }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(key: key, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Replaces the value at a path of keys through nested objects; creates none.
  ///
  /// - Returns: whether that value exists.
  @discardableResult
  public mutating func replace(_ path: ArraySlice<String>, by value: JSON) -> Bool {
    guard let key = path.first, let old = self[key] else { return false }
    if path.count == 1 {
      self[key] = value
      return true
    }
    guard var inner = old.objectValue, inner.replace(path.dropFirst(), by: value) else {
      return false
    }
    self[key] = .object(inner)
    return true
  }

  private mutating func append(_ key: String, _ value: JSON) {
    for member in members { precondition(member.key != key, "the key \(key) stands twice") }
    members.append(Member(key: key, value: value))
  }
}

extension JSON {
  /// The string; `nil` for any other kind, which is never converted.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// True or false; `nil` for any other kind, numbers included.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements of an array; `nil` for any other kind.
  public var arrayValue: [JSON]? { if case .array(let value) = self { value } else { nil } }
  /// The members of an object; `nil` for any other kind.
  public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  /// The integer; `nil` for any other kind, also for a whole number written as `1.0` or `1e3`.
  public var intValue: Int? { if case .int(let value) = self { Int(exactly: value) } else { nil } }

  /// The number as `Double`; integers are converted.
  public var doubleValue: Double? {
    switch self {
    case .int(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// A member of an object; `nil` for a missing key or a value that is not an object.
  public subscript(_ key: String) -> JSON? { objectValue?[key] }

  /// The kind of this value, for error messages.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .int: "an integer"
    case .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// - Precondition: no key stands twice.
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements))
  }

  /// An integer.
  public init(_ value: Int) { self = .int(Int64(value)) }

  /// A string.
  public init(_ value: String) { self = .string(value) }

  /// True or false.
  public init(_ value: Bool) { self = .bool(value) }
  /// A value that is not finite has no JSON form and becomes `null`.
  public init(_ value: Double) { self = value.isFinite ? .double(value) : .null }

  /// An array of the transformed values.
  public init<T>(_ values: [T], _ transform: (T) -> JSON) { self = .array(values.map(transform)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// - Precondition: no key stands twice.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}
