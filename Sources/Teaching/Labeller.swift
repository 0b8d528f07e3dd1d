internal import Archives
package import Kernels
internal import Models
package import Records
internal import SoftLabels
internal import Tokenization

/// Where the rows of a label set come from.
package enum LabelSource: String, CaseIterable, Sendable {
  /// The model's own distributions.
  case teacher
  /// The exact distributions of the families' traces (`OracleRows`).
  case oracle
  /// Nowhere: the set holds tokens and masks alone.
  case none
}

/// Turns batches of records into labelled samples; every batch is a function of its records alone.
package struct Labeller: Sendable {
  let teacher: Teacher
  let source: LabelSource
  /// Longest sample in tokens; the same for every source, so that sets of the same records with
  /// labels of different sources hold the same samples.
  let limit: Int
  /// Name of the set, for messages.
  let set: String
  /// What makes the teacher's matrix products.
  let engine: MatrixEngine

  package init(
    teacher: Teacher, source: LabelSource, limit: Int, set: String, engine: MatrixEngine
  ) {
    self.engine = engine
    self.teacher = teacher
    self.source = source
    self.limit = limit
    self.set = set
  }

  /// A record with its tokens.
  package struct Tokenised: Sendable {
    let record: Record
    let tokens: [Int32]
    let mask: [UInt8]

    package init(record: Record, tokens: [Int32], mask: [UInt8]) {
      self.record = record
      self.tokens = tokens
      self.mask = mask
    }
  }

  /// A sample to be written, with what the certificate counts; no figures without labels.
  struct Labelled: Sendable {
    let sample: ArchiveSample
    let figures: LabelFigures?
    let tokens: Int
    let targets: Int
  }

  /// - Returns: `nil` for a record over the limit: it is dropped, never cut.
  func tokenise(_ record: Record) -> Tokenised? {
    let (tokens, mask) = teacher.tokenizer.encodeSample(
      problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
    return tokens.count <= limit ? Tokenised(record: record, tokens: tokens, mask: mask) : nil
  }

  /// What one batch at a time is labelled with: the memory of a forward pass and of its rows.
  struct Lane: Sendable {
    fileprivate let pass: InferencePass
    fileprivate let halves: Halves
  }

  /// Rows that go through the teacher at once, where sequences are not longer: short ones share a
  /// pass. A constant, since the shape of a pass shows in low bits.
  private static let rowsAtOnce = 512

  func makeLane() -> Lane {
    let most = max(limit, Self.rowsAtOnce)
    return Lane(
      pass: InferencePass(
        configuration: teacher.parameters.configuration, engine: engine, parts: 1,
        maximumTokensPerPart: most),
      halves: Halves(count: source == .teacher ? most * teacher.vocabulary : 0))
  }

  /// - Throws: `SoftLabelError` for rows that are no distributions, `ModelError`, `TaskError`.
  func label(_ batch: ArraySlice<Tokenised>, in lane: Lane) throws -> [Labelled] {
    let V = teacher.vocabulary
    switch source {
    case .none: return batch.map { labelled($0, nil) }
    case .oracle:
      return try batch.map { item in
        let rows = try OracleRows.rows(
          item.record, tokens: item.tokens, mask: item.mask, tokenizer: teacher.tokenizer,
          vocabulary: V, set: set)
        let encoded = try FullLabels.encode(
          rows: rows, tokens: item.tokens, mask: item.mask, vocabulary: V, sample: item.record.id)
        return labelled(item, encoded)
      }
    case .teacher:
      return try runs(of: batch).flatMap { try label(batch[$0], with: lane) }
    }
  }

  /// Runs of samples of at most `rowsAtOnce` rows, where samples are not longer.
  private func runs(of batch: ArraySlice<Tokenised>) -> [Range<Int>] {
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
    return runs
  }

  /// One pass of the teacher; the rows are halves from the start.
  private func label(_ run: ArraySlice<Tokenised>, with lane: Lane) throws -> [Labelled] {
    let inputs = try Batch(samples: run.map { ($0.tokens, $0.mask) })
    let figures = try lane.pass.labelRows(
      into: lane.halves, parameters: teacher.parameters, batch: inputs)
    return try zip(run, zip(inputs.rowStarts, inputs.rowStarts.dropFirst())).map { item, rows in
      let encoded = try FullLabels.encode(
        rows: rows.0..<rows.1, of: lane.halves, figures: figures, tokens: item.tokens,
        mask: item.mask, vocabulary: teacher.vocabulary, sample: item.record.id)
      return labelled(item, encoded)
    }
  }

  private func labelled(
    _ item: Tokenised, _ encoded: (bytes: [UInt8], figures: LabelFigures)?
  ) -> Labelled {
    var fields = [
      (
        name: TokenMembers.tokensField,
        bytes: TokenMembers.encode(tokens: item.tokens, vocabulary: teacher.vocabulary)
      ),
      (name: TokenMembers.maskField, bytes: TokenMembers.encode(mask: item.mask)),
    ]
    if let encoded { fields.append((name: FullLabels.field, bytes: encoded.bytes)) }
    return Labelled(
      sample: ArchiveSample(record: item.record, fields: fields), figures: encoded?.figures,
      tokens: item.tokens.count, targets: item.mask.count { $0 == 1 })
  }
}
