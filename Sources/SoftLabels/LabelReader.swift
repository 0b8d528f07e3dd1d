public import Files
public import Kernels

/// Reads the rows of a labelled set back, whatever its encoding.
public struct LabelReader: Sendable {
  /// What is needed to read a row.
  public enum Form: Sendable {
    case full
    case hidden(Readout, HiddenStates.Format)
  }

  public let form: Form
  /// V.
  public let vocabulary: Int

  public init(_ form: Form, vocabulary: Int) {
    self.form = form
    self.vocabulary = vocabulary
  }

  /// The reader for a set, by what its manifest says of it.
  ///
  /// - Parameters:
  ///   - encoding, hidden: what the manifest says of the rows.
  ///   - fields: members of the set's samples.
  ///   - sample: names the set in messages.
  /// - Throws: `SoftLabelError.shape` for a set without the members of its encoding, and what
  ///   `Readout` throws.
  public init(
    encoding word: String?, hidden: JSONObject?, manifest: Manifest, folder: String,
    fields: [String], vocabulary: Int, set: String
  ) throws {
    self.vocabulary = vocabulary
    let word = word ?? LabelEncoding.full.rawValue
    guard let encoding = LabelEncoding(rawValue: word) else {
      throw SoftLabelError.shape(
        sample: set,
        expected: "an encoding out of "
          + LabelEncoding.allCases.map(\.rawValue).joined(separator: ", "), found: word)
    }
    guard fields.contains(encoding.field) else {
      throw SoftLabelError.shape(
        sample: set, expected: "members \(encoding.field)",
        found: fields.joined(separator: " "))
    }
    switch encoding {
    case .full: form = .full
    case .hidden:
      guard let width = hidden?["width"]?.intValue, (1...(1 << 20)) ~= width,
        let format = hidden?["type"]?.stringValue
          .flatMap(HiddenStates.Format.init(rawValue:)),
        HiddenLabels.fields(format).allSatisfy(fields.contains)
      else {
        throw SoftLabelError.shape(
          sample: set, expected: "the manifest's \"hidden\" with type and width",
          found: hidden.map { JSON.object($0).text } ?? "nothing")
      }
      form = .hidden(
        try Readout(in: folder, manifest: manifest, vocabulary: vocabulary, width: width), format)
    }
  }

  public var encoding: LabelEncoding {
    switch form {
    case .full: .full
    case .hidden: .hidden
    }
  }

  /// Members of a sample that hold its labels.
  public var fields: [String] {
    switch form {
    case .full: [FullLabels.field]
    case .hidden(_, let format): HiddenLabels.fields(format)
    }
  }

  /// Logarithms of the probabilities of a sample's rows, renormalised in float32.
  ///
  /// - Parameter member: the bytes of a member by its name.
  /// - Returns: `(rowCount, vocabulary)`.
  /// - Throws: `SoftLabelError` naming the sample.
  public func logProbabilities(
    _ member: (String) -> [UInt8]?, rowCount: Int, sample: String
  ) throws(SoftLabelError) -> [Float] {
    switch form {
    case .full:
      return try FullLabels.decode(
        member(FullLabels.field) ?? [], rowCount: rowCount, vocabulary: vocabulary, sample: sample)
    case .hidden(let readout, let format):
      let states = HiddenStates(format, rowCount: rowCount, width: readout.width)
      try HiddenLabels.read(member, into: states, at: 0, rowCount: rowCount, sample: sample)
      let rows = Floats(zeros: rowCount * vocabulary)
      readout.forEachTile(of: states, rows: (0..<rowCount).map { Int32($0) }) {
        first, count, tile in
        rows[(first * vocabulary)..<((first + count) * vocabulary)].copy(from: tile)
      }
      return rows.array
    }
  }

  /// What the alignment check counts of one sample.
  ///
  /// - Parameter position: of the sample in the set.
  /// - Throws: `SoftLabelError` naming the sample.
  public func alignmentPart(
    _ member: (String) -> [UInt8]?, at position: Int, tokens: [Int32], mask: [UInt8],
    sample: String
  ) throws(SoftLabelError) -> AlignmentCheck.Part {
    switch form {
    case .full:
      let halves = try FullLabels.readHalves(
        member(FullLabels.field) ?? [], rowCount: tokens.count - 1, vocabulary: vocabulary,
        sample: sample)
      return try AlignmentCheck.part(
        halves: halves, tokens: tokens, mask: mask, vocabulary: vocabulary, sample: sample)
    case .hidden(let readout, let format):
      let states = HiddenStates(
        format, rowCount: max(0, tokens.count - 1), width: readout.width)
      try HiddenLabels.read(
        member, into: states, at: 0, rowCount: tokens.count - 1, sample: sample)
      return try AlignmentCheck.part(
        states: states, from: 0, readout: readout, at: position, tokens: tokens, mask: mask,
        sample: sample)
    }
  }
}
