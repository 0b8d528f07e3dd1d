public import Files
internal import Kernels

/// Reads the rows of a labelled set back, whatever its encoding.
public struct LabelReader: Sendable {
  /// Of the set's encoding, with what its manifest says.
  public let codec: any LabelCodec

  /// A reader of labels of this encoding.
  public init(_ codec: any LabelCodec) { self.codec = codec }

  /// The reader for a set.
  ///
  /// - Parameters:
  ///   - word: the encoding's name; `nil`: `full`.
  ///   - details: what the manifest says under that name.
  ///   - fields: members of the set's samples.
  ///   - set: names the set in messages.
  /// - Throws: `SoftLabelError.shape` for a set without the members of its encoding, and what
  ///   `Readout` throws.
  public init(
    encoding word: String?, details: JSONObject?, manifest: Manifest, folder: String,
    fields: [String], vocabulary: Int, set: String
  ) throws {
    let word = word ?? Full.name
    guard let encoding = Encodings.named(word) else {
      throw SoftLabelError.shape(
        sample: set, expected: "an encoding out of " + Encodings.names.joined(separator: ", "),
        found: word)
    }
    guard fields.contains(encoding.field) else {
      throw SoftLabelError.shape(
        sample: set, expected: "members \(encoding.field)",
        found: fields.joined(separator: " "))
    }
    codec = try encoding.codec(
      reading: StoredLabelSet(
        details: details, manifest: manifest, folder: folder, fields: fields,
        vocabulary: vocabulary, name: set))
  }

  /// V.
  public var vocabulary: Int { codec.vocabulary }

  /// Members of a sample that hold its labels.
  public var fields: [String] { codec.fields }

  /// The rows of one sample, in newly allocated memory.
  ///
  /// - Parameter member: the bytes of a member by its name.
  /// - Throws: `SoftLabelError` naming the sample.
  public func rows(
    _ member: (String) -> [UInt8]?, count: Int, sample: String
  ) throws(SoftLabelError) -> any LabelRows {
    let rows = codec.rows(max(0, count))
    try rows.read(member, at: 0, count: count, sample: sample)
    return rows
  }
}

extension Encodings {
  /// As pipeline files spell them, in alphabetical order; `auto` is not among them.
  public static var names: [String] { all.map { $0.name } }

  /// The encoding of that name; `nil` if there is none.
  public static func named(_ name: String) -> (any LabelEncoding.Type)? {
    all.first { $0.name == name }
  }

  /// Whether samples with these members are labelled.
  public static func areStored(in fields: [String]) -> Bool {
    all.contains { fields.contains($0.field) }
  }
}
