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
  /// Whose tokens are written; `nil`: the teacher's.
  let student: StudentTokens?
  /// Makes the rows, where the pass of one teacher does not.
  let maker: (any RowMaking)?
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
    self.init(
      teacher: teacher, source: source, codec: codec, compression: compression, limit: limit,
      set: set, engine: engine, student: nil, maker: nil)
  }

  /// - Parameters:
  ///   - student: whose tokens are written; `nil`: the teacher's.
  ///   - maker: makes the rows, where the pass of one teacher does not.
  init(
    teacher: Teacher, source: LabelSource, codec: any LabelCodec, compression: LabelCompression,
    limit: Int, set: String, engine: MatrixEngine, student: StudentTokens?,
    maker: (any RowMaking)?
  ) {
    self.student = student
    self.maker = maker
    self.codec = codec
    self.compression = compression
    self.engine = engine
    self.teacher = teacher
    self.source = source
    self.limit = limit
    self.set = set
    packed =
      source == .teacher && maker == nil
      ? PackedParameters(teacher.parameters, engine: engine) : nil
  }

  /// How texts become tokens.
  var wrapping: Wrapping { student?.wrapping ?? teacher.wrapping }
  /// V of the rows.
  var vocabulary: Int { student?.vocabulary ?? teacher.vocabulary }

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
    /// Operations of the teachers' passes; `nil`: those of one pass of the teacher.
    var operations: Double?
    var spans: SpanTally?
  }

  /// - Parameter isUnfinished: whether the text was cut before its end, so that the end token does
  ///   not follow it.
  /// - Returns: `nil` for a record over the limit: it is dropped, never cut.
  /// - Throws: `SetError.turns` for a conversation that the wrapping has no form for.
  func tokenise(_ record: Record, isUnfinished: Bool = false) throws(SetError) -> Tokenised? {
    let (tokens, mask) = try wrapping.sample(
      of: record, isUnfinished: isUnfinished, set: set)
    guard tokens.count <= limit else { return nil }
    return Tokenised(record: record, tokens: tokens, mask: mask, isUnfinished: isUnfinished)
  }

  /// Memory for labelling one run at a time: that of a forward pass and of its rows.
  struct Lane: Sendable {
    fileprivate let pass: InferencePass
    /// Rows of labels of one pass; `nil` if labels do not come from passes.
    fileprivate let capture: (any LabelCapture)?
    /// Passes of whatever else makes the rows.
    fileprivate let passes: [InferencePass]
  }

  /// Rows that go through the teacher at once, unless a single sequence is longer: short ones share
  /// a pass. A constant, since the shape of a pass shows in low bits.
  private static let rowsAtOnce = 512

  func makeLane() -> Lane {
    let most = max(limit, Self.rowsAtOnce)
    let makesRows = source == .teacher && maker != nil
    return Lane(
      pass: InferencePass(
        configuration: teacher.parameters.configuration, engine: engine, parts: 1,
        maximumTokensPerPart: makesRows ? 1 : most, packed: packed),
      capture: source == .teacher && !makesRows ? codec.capture(most) : nil,
      passes: makesRows ? maker?.passes() ?? [] : [])
  }

  /// Cuts a batch into the runs that are labelled at once: for a teacher, samples of at most
  /// `rowsAtOnce` rows together, unless a single sample is longer.
  func runs(of batch: ArraySlice<Tokenised>) -> [ArraySlice<Tokenised>] {
    guard source == .teacher else { return [batch] }
    if maker != nil { return batch.indices.map { batch[$0...$0] } }
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
    let V = vocabulary
    switch source {
    case .none: return run.map { labelled($0, nil) }
    case .oracle:
      return try run.map { item in
        let rows = try OracleRows.rows(
          item.record, tokens: item.tokens, mask: item.mask, wrapping: wrapping,
          vocabulary: V, set: set)
        return labelled(
          item,
          try codec.encode(
            rows, tokens: item.tokens, mask: item.mask, sample: item.record.id))
      }
    case .teacher:
      guard let maker else { return try label(run, with: lane) }
      return try run.compactMap { try label($0, with: maker, in: lane) }
    }
  }

  /// Rows of one sample as the maker makes them; `nil` for a sample that nothing can be learnt
  /// from.
  private func label(
    _ item: Tokenised, with maker: any RowMaking, in lane: Lane
  ) throws -> Labelled? {
    guard let made = try maker.rows(of: item, with: lane.passes) else { return nil }
    let aligned = Tokenised(
      record: item.record, tokens: item.tokens, mask: made.mask, isUnfinished: item.isUnfinished)
    var found = labelled(
      aligned,
      try codec.encode(
        made.rows, tokens: item.tokens, mask: made.mask, sample: item.record.id))
    found.operations = made.operations
    found.spans = made.spans
    return found
  }

  /// One pass of the teacher; its rows are made in their stored form.
  private func label(_ run: ArraySlice<Tokenised>, with lane: Lane) throws -> [Labelled] {
    let inputs = try Batch(samples: run.map { ($0.tokens, $0.mask) })
    let places = zip(run, zip(inputs.rowStarts, inputs.rowStarts.dropFirst()))
    guard let capture = lane.capture else { preconditionFailure("a lane without rows") }
    capture.begin(inputs.tokens.count)
    capture.name(
      try places.map { item, rows in
        CapturedSample(
          id: item.record.id, rows: rows.0..<rows.1, choices: try choices(in: item))
      })
    try lane.pass.capture(into: capture, parameters: teacher.parameters, batch: inputs)
    return try places.map { item, rows in
      labelled(
        item,
        try capture.encode(
          rows.0..<rows.1, tokens: item.tokens, mask: item.mask, sample: item.record.id))
    }
  }

  /// For each row whether the family knows a choice at its token; `nil` where that is not asked, or
  /// the family does not say.
  private func choices(in item: Tokenised) throws -> [Bool]? {
    guard let positions = codec.positions else { return nil }
    let needs = positions.selection == .choices
    guard needs || OracleRows.areKnown(for: item.record) else { return nil }
    return try OracleRows.choices(
      item.record, tokens: item.tokens, wrapping: teacher.wrapping, set: set)
  }

  private func labelled(
    _ item: Tokenised, _ encoded: EncodedRows?
  ) -> Labelled {
    var fields = [
      (
        name: TokenMembers.tokensField,
        bytes: TokenMembers.encode(tokens: item.tokens, vocabulary: vocabulary)
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
