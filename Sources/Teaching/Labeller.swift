internal import Archives
internal import Files
package import Kernels
internal import Models
internal import Sets
package import Records
package import SoftLabels
internal import Tokenization

/// Where the rows of a label set come from.
package enum LabelSource: String, CaseIterable, Sendable {
  /// The model's own distributions.
  case teacher
  /// The exact distributions of the families' traces (`OracleRows`).
  case oracle
  /// No labels: the set holds tokens and masks alone.
  case none
}

/// Turns batches of records into labelled samples; every batch is a function of its records alone.
package struct Labeller: Sendable {
  let teacher: Teacher
  let source: LabelSource
  /// How rows are stored.
  package let codec: any LabelCodec
  let compression: LabelCompression
  /// Longest sample in tokens; the same for every source, so that sets of the same records with
  /// labels of different sources hold the same samples.
  let limit: Int
  /// Name of the set, for messages.
  let set: String
  /// Matrix-product engine of the teacher.
  let engine: MatrixEngine
  /// The teacher's weights packed for `engine`, if it uses packed ones.
  private let packed: PackedParameters?

  /// - Parameters:
  ///   - limit: most tokens of a sample.
  ///   - set: names the set in messages.
  ///   - engine: makes the matrix products.
  package init(
    teacher: Teacher, source: LabelSource, codec: any LabelCodec,
    compression: LabelCompression = .zstd, limit: Int, set: String, engine: MatrixEngine
  ) {
    self.codec = codec
    self.compression = compression
    self.engine = engine
    self.teacher = teacher
    self.source = source
    self.limit = limit
    self.set = set
    packed = source == .teacher ? PackedParameters(teacher.parameters, engine: engine) : nil
  }

  /// A record with its tokens.
  package struct Tokenised: Sendable {
    let record: Record
    let tokens: [Int32]
    let mask: [UInt8]
    /// Whether the text was cut before its end, so that no end of text is a target.
    let isUnfinished: Bool

    /// - Parameter isUnfinished: whether the text was cut before its end.
    package init(
      record: Record, tokens: [Int32], mask: [UInt8], isUnfinished: Bool = false
    ) {
      self.record = record
      self.tokens = tokens
      self.mask = mask
      self.isUnfinished = isUnfinished
    }
  }

  /// A sample to be written, with its counts for the certificate; no figures without labels.
  struct Labelled: Sendable {
    let sample: ArchiveSample
    let figures: LabelFigures?
    let tokens: Int
    let targets: Int
  }

  /// - Parameter isUnfinished: whether the text was cut before its end, so that the end token does
  ///   not follow it.
  /// - Returns: `nil` for a record over the limit: it is dropped, never cut.
  /// - Throws: `SetError.turns` for a conversation that the wrapping has no form for.
  func tokenise(_ record: Record, isUnfinished: Bool = false) throws(SetError) -> Tokenised? {
    let (tokens, mask) = try teacher.wrapping.sample(
      of: record, isUnfinished: isUnfinished, set: set)
    guard tokens.count <= limit else { return nil }
    return Tokenised(record: record, tokens: tokens, mask: mask, isUnfinished: isUnfinished)
  }

  /// Memory for labelling one run at a time: that of a forward pass and of its rows.
  struct Lane: Sendable {
    fileprivate let pass: InferencePass
    /// Rows of labels of one pass; `nil` if labels do not come from passes.
    fileprivate let capture: (any LabelCapture)?
  }

  /// Rows that go through the teacher at once, unless a single sequence is longer: short ones share
  /// a pass. A constant, since the shape of a pass shows in low bits.
  private static let rowsAtOnce = 512

  func makeLane() -> Lane {
    let most = max(limit, Self.rowsAtOnce)
    return Lane(
      pass: InferencePass(
        configuration: teacher.parameters.configuration, engine: engine, parts: 1,
        maximumTokensPerPart: most, packed: packed),
      capture: source == .teacher ? codec.capture(most) : nil)
  }

  /// Cuts a batch into the runs that are labelled at once: for a teacher, samples of at most
  /// `rowsAtOnce` rows together, unless a single sample is longer.
  func runs(of batch: ArraySlice<Tokenised>) -> [ArraySlice<Tokenised>] {
    guard source == .teacher else { return [batch] }
    var runs: [Range<Int>] = []
    var rows = 0
    for (place, item) in zip(batch.indices, batch) {
      let count = item.tokens.count - 1
      if let last = runs.last, rows + count <= Self.rowsAtOnce {
        runs[runs.count - 1] = last.lowerBound..<(place + 1)
        rows += count
      } else {
        runs.append(place..<(place + 1))
        rows = count
      }
    }
    return runs.map { batch[$0] }
  }

  /// Labels one run.
  ///
  /// - Throws: `SoftLabelError` for rows that are not distributions, `ModelError`, `TaskError`.
  func label(_ run: ArraySlice<Tokenised>, in lane: Lane) throws -> [Labelled] {
    let V = teacher.vocabulary
    switch source {
    case .none: return run.map { labelled($0, nil) }
    case .oracle:
      return try run.map { item in
        let rows = try OracleRows.rows(
          item.record, tokens: item.tokens, mask: item.mask, wrapping: teacher.wrapping,
          vocabulary: V, set: set)
        return labelled(
          item,
          try codec.encode(
            rows, tokens: item.tokens, mask: item.mask, sample: item.record.id))
      }
    case .teacher: return try label(run, with: lane)
    }
  }

  /// One pass of the teacher; its rows are made in their stored form.
  private func label(_ run: ArraySlice<Tokenised>, with lane: Lane) throws -> [Labelled] {
    let inputs = try Batch(samples: run.map { ($0.tokens, $0.mask) })
    let places = zip(run, zip(inputs.rowStarts, inputs.rowStarts.dropFirst()))
    guard let capture = lane.capture else { preconditionFailure("a lane without rows") }
    capture.begin(inputs.tokens.count)
    try lane.pass.capture(into: capture, parameters: teacher.parameters, batch: inputs)
    return try places.map { item, rows in
      labelled(
        item,
        try capture.encode(
          rows.0..<rows.1, tokens: item.tokens, mask: item.mask, sample: item.record.id))
    }
  }

  private func labelled(
    _ item: Tokenised, _ encoded: EncodedRows?
  ) -> Labelled {
    var fields = [
      (
        name: TokenMembers.tokensField,
        bytes: TokenMembers.encode(tokens: item.tokens, vocabulary: teacher.vocabulary)
      ),
      (name: TokenMembers.maskField, bytes: TokenMembers.encode(mask: item.mask)),
    ]
    if let encoded { fields += encoded.members }
    return Labelled(
      sample: ArchiveSample(
        record: item.record, fields: fields,
        columns: item.isUnfinished ? [RecordSet.unfinishedColumn: 1] : [:]),
      figures: encoded?.figures,
      tokens: item.tokens.count, targets: item.mask.count { $0 == 1 })
  }
}
