public import Stages

/// How the rows of a set are to be stored: the setting `encoding`, one encoding by name or the
/// smallest of the exact ones, each with settings of its own.
public struct EncodingChoice: Sendable {
  /// Selects the smallest of the exact encodings that can store the rows.
  public static let smallest = "auto"

  private let candidates: [any LabelEncoding]

  /// One encoding.
  public init(_ encoding: any LabelEncoding) { candidates = [encoding] }

  /// Reads the key `encoding`, a word or a block with a name and settings; `auto` by default, which
  /// takes the settings of all exact encodings.
  ///
  /// - Throws: `ConfigurationError` for an unknown name, and for a setting out of range.
  public init(_ settings: inout Settings) throws(ConfigurationError) {
    self = try settings.alternative(
      "encoding", among: [Self.smallest] + Encodings.names, default: Self.smallest,
      "how distributions are stored: "
        + Encodings.all.map { "\($0.name), \($0.about)" }.joined(separator: "; ")
        + "; or the smallest of the exact ones"
    ) { name, inner throws(ConfigurationError) in
      var candidates: [any LabelEncoding] = []
      for encoding in Encodings.all
      where encoding.name == name || name == Self.smallest && encoding.isExact {
        candidates.append(try encoding.init(&inner))
      }
      let positions = try LabelledPositions(&inner)
      for place in candidates.indices { candidates[place].positions = positions }
      return Self(candidates)
    }
  }

  /// Why no encoding suits rows of a model; `nil` if one does.
  public func misfit(_ rows: LabelledRows) -> String? {
    guard candidates.count == 1 || codec(writing: rows) == nil else { return nil }
    return candidates.compactMap { $0.misfit(rows) }.first
  }

  /// Whether rows are made for one student's readout.
  public var needsStudent: Bool { candidates.count == 1 && candidates[0] is Projected }

  /// Whether only some targets will hold a label.
  public var labelsSome: Bool { candidates.contains { $0.positions != nil } }

  /// What the rows of the set will say.
  public var meaning: TargetMeaning { candidates.count == 1 ? candidates[0].meaning : .whole }

  /// The codec for rows of which a source gave the `count` likeliest tokens: `topk`, or the
  /// smallest of what is chosen.
  ///
  /// - Returns: `nil`: another encoding is asked for.
  public func codec(ofLikeliest count: Int, vocabulary: Int) -> SparseCodec? {
    let form: SparseForm
    if candidates.count > 1 {
      form = SparseForm(
        head: SparseForm.Head(count: count), draws: nil, positions: candidates[0].positions)
    } else if let top = candidates.first as? TopK {
      form = top.form(ofLikeliest: count)
    } else {
      return nil
    }
    return SparseCodec(TopK.self, form, vocabulary: vocabulary)
  }

  private init(_ candidates: [any LabelEncoding]) { self.candidates = candidates }

  /// The codec of the set; of several encodings, the one with the fewest bytes a row, the first by
  /// name among equals. `nil` if none can store rows of that source.
  public func codec(writing rows: LabelledRows) -> (any LabelCodec)? {
    candidates.compactMap { $0.codec(writing: rows) }
      .min { $0.storedRowBytes < $1.storedRowBytes }
  }
}
