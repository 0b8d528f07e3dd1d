public import Files
public import SoftLabels

/// The typed part of a set's manifest `details`: read and written only here.
///
/// Entries specific to one stage (how it drew, what it dropped) are added unchanged.
public struct SetManifest: Sendable, Equatable {
  /// Where the rows of a label set come from.
  public enum Source: String, CaseIterable, Sendable { case teacher, oracle, none }

  /// Whether a verifier accepted every record; `nil` where the set does not say.
  public var isVerified: Bool?
  /// `nil`: the set was never labelled, not even with tokens.
  public var source: Source?
  /// How distributions are stored; `nil` where there are none.
  public var encoding: String?
  /// What the encoding's reader needs to know besides its name; the key is that name.
  public var encodingDetails: JSONObject?
  /// 64 hex: the teacher's weights.
  public var teacher: String?
  /// 64 hex: the tokenizer that wrote the tokens.
  public var tokenizer: String?
  /// Name and digest of the wrapping that made one sequence of problem and solution.
  public var wrapping: JSON?
  /// V of the rows.
  public var vocabulary: Int?
  /// `train`, `validation`, `test` or `any`.
  public var split: String?
  /// How many were drawn, kept and dropped; keys depend on the stage that made the set.
  public var counts: JSONObject?
  private var certificateJSON: JSON?

  /// - Parameter isVerified: `nil` where nothing is claimed.
  public init(isVerified: Bool?) { self.isVerified = isVerified }

  /// How well the labels keep the teacher's distributions; `nil` if there are none.
  ///
  /// - Throws: `SoftLabelError` for a certificate that lacks a figure.
  public func certificate() throws -> Certificate? {
    guard let certificateJSON else { return nil }
    return try Certificate(json: certificateJSON)
  }

  /// Sets how well the labels keep the teacher's distributions.
  public mutating func certify(_ certificate: Certificate?) {
    certificateJSON = certificate?.json
  }

  /// Name of the wrapping; `nil` for a set without one.
  public var wrappingName: String? { wrapping?["name"]?.stringValue }

  /// The manifest details of the set, keys in the order of the format; `more` comes last.
  public func details(_ more: JSONObject = [:]) -> JSONObject {
    var details: JSONObject = ["verified": isVerified.map { JSON($0) } ?? .null]
    if let source {
      details["source"] = JSON(source.rawValue)
      details["encoding"] = encoding.map { JSON($0) } ?? .null
    }
    if let teacher { details["teacher"] = JSON(teacher) }
    if let tokenizer { details["tokenizer"] = JSON(tokenizer) }
    if let wrapping { details["wrapping"] = wrapping }
    if let vocabulary { details["vocab_size"] = JSON(vocabulary) }
    if let split { details["split"] = JSON(split) }
    if let counts { details["counts"] = .object(counts) }
    if source != nil { details["certificate"] = certificateJSON ?? .null }
    if let encoding, let encodingDetails { details[encoding] = .object(encodingDetails) }
    for member in more.members { details[member.key] = member.value }
    return details
  }

  /// - Parameter name: of the input, for messages.
  /// - Throws: `SetError.manifest` for a key of the wrong type.
  public init(_ manifest: Manifest, name: String) throws(SetError) {
    let details = ManifestDetails(manifest.details, of: name)
    isVerified = try details.optional("verified", "true or false", \.boolValue)
    source = try details.optional("source", "teacher, oracle or none") {
      $0.stringValue.flatMap(Source.init(rawValue:))
    }
    encoding = try details.optionalString("encoding")
    if let encoding {
      encodingDetails = try details.optional(encoding, "an object", \.objectValue)
    }
    teacher = try details.optionalString("teacher")
    tokenizer = try details.optionalString("tokenizer")
    wrapping = details.value("wrapping")
    vocabulary = try details.optional("vocab_size", "a size from 1 to 2^24") {
      $0.intValue.flatMap { (1...(1 << 24)).contains($0) ? $0 : nil }
    }
    split = details.optionalText("split")
    counts = try details.optional("counts", "an object", \.objectValue)
    certificateJSON = details.value("certificate")
  }
}
