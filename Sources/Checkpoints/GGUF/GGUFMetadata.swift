internal import Files
public import Tensors

/// The metadata of a GGUF file: keys and values, in file order.
public struct GGUFMetadata: Sendable {
  /// One key and its value.
  public struct Member: Sendable, Equatable {
    /// Unique in the file, such as `general.architecture`.
    public let key: String
    /// With the type that the file gives it: readers such as `int` take any width.
    public let value: GGUFValue
  }

  /// In file order.
  public let members: [Member]
  /// The file, for messages.
  public let file: String
  private let places: [String: Int]

  /// - Precondition: no duplicate keys.
  public init(_ members: [(String, GGUFValue)], named file: String = "metadata") {
    self.members = members.map { Member(key: $0.0, value: $0.1) }
    self.file = file
    places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.0, $0) })
  }

  /// Reads `count` members.
  init(
    _ cursor: inout GGUFCursor, count: Int, of mapped: MappedFile
  ) throws(CheckpointError) {
    var members: [Member] = []
    var places: [String: Int] = [:]
    var stringBytes = 0
    for index in 0..<count {
      let place = cursor.at
      let key = try cursor.string("a metadata key", limit: GGUFLimits.keyBytes)
      guard places.updateValue(index, forKey: key) == nil else {
        throw cursor.wrong(
          "the metadata key \(CheckpointError.quoted(key)) stands twice", at: place)
      }
      let value = try Self.value(&cursor, key: key, of: mapped)
      if case .string(let text) = value { stringBytes += text.utf8.count }
      guard stringBytes <= GGUFLimits.stringBytes else {
        throw cursor.wrong(
          "metadata strings of more than \(GGUFLimits.stringBytes) bytes in all", at: place)
      }
      members.append(Member(key: key, value: value))
    }
    self.members = members
    self.places = places
    file = cursor.file
  }

  private static func value(
    _ cursor: inout GGUFCursor, key: String, of mapped: MappedFile
  ) throws(CheckpointError) -> GGUFValue {
    switch try cursor.valueType() {
    case .uint8: return .uint8(try cursor.read())
    case .int8: return .int8(try cursor.read())
    case .uint16: return .uint16(try cursor.read())
    case .int16: return .int16(try cursor.read())
    case .uint32: return .uint32(try cursor.read())
    case .int32: return .int32(try cursor.read())
    case .uint64: return .uint64(try cursor.read())
    case .int64: return .int64(try cursor.read())
    case .float32: return .float32(Float(bitPattern: try cursor.read()))
    case .float64: return .float64(Double(bitPattern: try cursor.read()))
    case .bool:
      let byte = try cursor.read(UInt8.self)
      guard byte <= 1 else {
        throw cursor.wrong(
          "the truth value of \(CheckpointError.quoted(key)) is \(byte)", at: cursor.at - 1)
      }
      return .bool(byte == 1)
    case .string:
      return .string(
        try cursor.string(
          "the value of \(CheckpointError.quoted(key))", limit: GGUFLimits.stringBytes))
    case .array:
      let (type, count, range) = try cursor.skipArray()
      return .array(GGUFArray(elementType: type, count: count, file: mapped, range: range))
    }
  }

  /// The value of `key`; `nil` if there is none.
  public subscript(_ key: String) -> GGUFValue? { places[key].map { members[$0].value } }

  /// In file order, none twice.
  public var keys: [String] { members.map(\.key) }
}

extension GGUFMetadata {
  /// Reads `key` through `convert`, which returns `nil` for a value of another type.
  ///
  /// - Returns: `nil` if the key is missing.
  private func optional<T>(
    _ key: String, _ wanted: String, _ convert: (GGUFValue) -> T?
  ) throws(CheckpointError) -> T? {
    guard let value = self[key] else { return nil }
    guard let converted = convert(value) else {
      throw .key(
        file: file, key: key, reason: "expected \(wanted), found a value of type \(value.type.name)"
      )
    }
    return converted
  }

  private func required<T>(_ key: String, _ value: T?) throws(CheckpointError) -> T {
    guard let value else { throw .key(file: file, key: key, reason: "is missing") }
    return value
  }

  /// An integer of any width; `nil` if the key is missing.
  ///
  /// - Throws: `CheckpointError.key` for a value of another type; the methods below do the same.
  public func optionalInt(_ key: String) throws(CheckpointError) -> Int? {
    try optional(key, "an integer", \.intValue)
  }

  /// - Throws: as `optionalInt`, also for a number that is not finite.
  public func optionalDouble(_ key: String) throws(CheckpointError) -> Double? {
    let number = try optional(key, "a number", \.doubleValue)
    if let number, !number.isFinite {
      throw .key(file: file, key: key, reason: "is \(number), expected a finite number")
    }
    return number
  }

  /// - Throws: as `optionalInt`.
  public func optionalBool(_ key: String) throws(CheckpointError) -> Bool? {
    try optional(key, "true or false", \.boolValue)
  }

  /// - Throws: as `optionalInt`.
  public func optionalString(_ key: String) throws(CheckpointError) -> String? {
    try optional(key, "a string", \.stringValue)
  }

  /// - Throws: as `optionalInt`.
  public func optionalStrings(_ key: String) throws(CheckpointError) -> [[UInt8]]? {
    try optional(key, "an array of strings") { $0.arrayValue?.strings }
  }

  /// - Throws: as `optionalInt`.
  public func optionalIntegers(_ key: String) throws(CheckpointError) -> [Int]? {
    try optional(key, "an array of integers") { $0.arrayValue?.integers }
  }

  /// - Throws: as `optionalInt`, also for an element that is not finite.
  public func optionalFloats(_ key: String) throws(CheckpointError) -> [Float]? {
    let floats = try optional(key, "an array of float32") { $0.arrayValue?.floats }
    if let floats, let at = floats.firstIndex(where: { !$0.isFinite }) {
      throw .key(
        file: file, key: key, reason: "element \(at) is \(floats[at]), expected finite numbers")
    }
    return floats
  }

  /// An integer of any width.
  ///
  /// - Throws: `CheckpointError.key` if the key is missing or has another type; the methods below
  ///   do the same.
  public func int(_ key: String) throws(CheckpointError) -> Int {
    try required(key, optionalInt(key))
  }

  /// - Throws: as `int`.
  public func double(_ key: String) throws(CheckpointError) -> Double {
    try required(key, optionalDouble(key))
  }

  /// - Throws: as `int`.
  public func string(_ key: String) throws(CheckpointError) -> String {
    try required(key, optionalString(key))
  }

  /// - Throws: as `int`.
  public func strings(_ key: String) throws(CheckpointError) -> [[UInt8]] {
    try required(key, optionalStrings(key))
  }
}
