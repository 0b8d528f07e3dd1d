internal import Archives
internal import Models
internal import Records
internal import SoftLabels
internal import Tokenization

/// Where the rows of a label set come from.
enum LabelSource: String, CaseIterable, Sendable {
  /// The model's own distributions.
  case teacher
  /// The exact distributions of the families' traces (`OracleRows`).
  case oracle
  /// Nowhere: the set holds tokens and masks alone.
  case none
}

/// Turns batches of records into labelled samples; every batch is a function of its records alone.
struct Labeller: Sendable {
  let teacher: Teacher
  let source: LabelSource
  /// Longest sample in tokens; the same for every source, so that sets of the same records with
  /// labels of different sources hold the same samples.
  let limit: Int
  /// Name of the set, for messages.
  let set: String

  /// A record with its tokens.
  struct Tokenised: Sendable {
    let record: Record
    let tokens: [Int32]
    let mask: [UInt8]
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

  /// - Throws: `SoftLabelError` for rows that are no distributions, `ModelError`, `TaskError`.
  func label(_ batch: some Collection<Tokenised>) throws -> [Labelled] {
    let V = teacher.vocabulary
    switch source {
    case .none: return try batch.map { try labelled($0, rows: nil) }
    case .oracle:
      return try batch.map { item in
        let rows = try OracleRows.rows(
          item.record, tokens: item.tokens, mask: item.mask, tokenizer: teacher.tokenizer,
          vocabulary: V, set: set)
        return try labelled(item, rows: rows)
      }
    case .teacher:
      let pass = InferencePass(
        configuration: teacher.parameters.configuration, parts: 1,
        // Short sequences share a pass; a constant, since the shape of a pass shows in low bits.
        maximumTokensPerPart: max(limit, 512))
      let inputs = try Batch(samples: batch.map { ($0.tokens, $0.mask) })
      let all = try pass.logProbabilities(parameters: teacher.parameters, batch: inputs)
      return try zip(batch, zip(inputs.rowStarts, inputs.rowStarts.dropFirst())).map { item, rows in
        try labelled(item, rows: Array(all[(rows.0 * V)..<(rows.1 * V)]))
      }
    }
  }

  private func labelled(_ item: Tokenised, rows: [Float]?) throws -> Labelled {
    var fields = [
      (
        name: TokenMembers.tokensField,
        bytes: TokenMembers.encode(tokens: item.tokens, vocabulary: teacher.vocabulary)
      ),
      (name: TokenMembers.maskField, bytes: TokenMembers.encode(mask: item.mask)),
    ]
    var figures: LabelFigures?
    if let rows {
      let encoded = try FullLabels.encode(
        rows: rows, tokens: item.tokens, mask: item.mask, vocabulary: teacher.vocabulary,
        sample: item.record.id)
      fields.append((name: FullLabels.field, bytes: encoded.bytes))
      figures = encoded.figures
    }
    return Labelled(
      sample: ArchiveSample(record: item.record, fields: fields), figures: figures,
      tokens: item.tokens.count, targets: item.mask.count { $0 == 1 })
  }
}
