package import Files

/// Rows of DistillKit's codec, as JSON Lines: a text a line with `input_ids`, and for each row the
/// bytes `compressed_logprobs` and `bytepacked_indices`; or uncompressed `token_ids` and
/// `top_values`.
///
/// Bytes of a row: `exact_k` numbers; a coefficient for each term; for each bin of residuals a
/// scale and packed integers. A row's numbers after the exact ones are sum(coefficient * term(t)) +
/// residual for t = 0, 1, …; with `delta_encoding` each is the difference to the one before. Ids
/// have ceil(log2 d) bits each, the highest first. Source: arcee-ai/DistillKit,
/// distillkit/compression.
package struct DistillKitRows: LabelSource {
  package let format = "distillkit"
  package let scale = RowScale.logProbabilities
  /// Of the fit: its makers state 0.15 %, and values below the exact ones are coarser.
  package let precision = 0x1p-8
  package let mayHaveLastRow = true
  /// `d` of the codec; `nil` where no codec is known, and for uncompressed rows alone.
  package var vocabulary: Int? { codec?.d }
  /// `d`, `k` and `exact_k` of the codec; empty without one.
  package var facts: JSONObject {
    codec.map { ["d": JSON($0.d), "k": JSON($0.k), "exact_k": JSON($0.exactCount)] } ?? [:]
  }

  private let path: String
  private let codec: DistillKitCodec?

  /// Whether a line is one of these.
  static func holds(_ line: JSON) -> Bool {
    line["compressed_logprobs"] != nil || line["packed_indices"] != nil
      || line["top_values"] != nil && line["token_ids"] != nil
      || line["compression"] != nil
  }

  /// Reads the first line, and the codec's settings: from `given.codec`, else the first line's
  /// `compression`, else `compression.json` beside the file. Uncompressed rows need none.
  ///
  /// - Throws: `LabelFileError.format` for the legacy codec, `LabelFileError.damaged` for settings
  ///   of a codec that cannot be; `JSONError` where a codec's file is not JSON; `FileError`.
  package init(_ path: String, _ given: GivenContext) throws {
    self.path = path
    var source = try LineSource(path, limit: LogprobLines.longestLine)
    let first = try source.next().flatMap { try? JSON.parse($0) }
    let beside = Paths.parent(of: path) + "/compression.json"
    if let file = given.codec {
      codec = try DistillKitCodec(JSON.parse(readFile(file, limit: 1 << 20)), named: file)
    } else if let block = first?["compression"] {
      codec = try DistillKitCodec(block, named: path)
    } else if fileExists(beside) {
      codec = try DistillKitCodec(JSON.parse(readFile(beside, limit: 1 << 20)), named: beside)
    } else {
      codec = nil
    }
    if first?["packed_indices"] != nil {
      throw LabelFileError.format(
        path: path,
        reason:
          "rows of DistillKit's legacy codec (packed_indices, exact_values, coeffs), which is not "
          + "read -- decompress them with DistillKit")
    }
  }

  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    var source = try LineSource(path, limit: LogprobLines.longestLine)
    while let bytes = try source.next() {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      let number = source.number
      let line = try LogprobLines.parse(bytes, path: path, number: number)
      if line["compression"] != nil { continue }
      func wrong(_ reason: String) -> LabelFileError {
        .damaged(path: path, reason: "line \(number): \(reason)")
      }
      let tokens = line["input_ids"]?.arrayValue.map(LogprobLines.ids)
      if let values = line["top_values"]?.arrayValue, let ids = line["token_ids"]?.arrayValue {
        guard values.count == ids.count else { throw wrong("token_ids and top_values differ") }
        try body(
          LabelSequence(name: "line \(number)", tokens: tokens, rowCount: ids.count) { r in
            guard let row = ids[r].arrayValue, let numbers = values[r].arrayValue,
              row.count == numbers.count
            else { throw wrong("row \(r): token_ids and top_values differ in length") }
            return .sparse(
              ids: LogprobLines.ids(row), values: numbers.map(LogprobLines.number))
          })
        continue
      }
      guard let rows = line["compressed_logprobs"]?.arrayValue,
        let ids = line["bytepacked_indices"]?.arrayValue, rows.count == ids.count
      else { throw wrong("expected compressed_logprobs and bytepacked_indices of one length") }
      guard let codec else {
        throw LabelFileError.missing(
          path: path,
          what: "the codec's settings are not in the file: give them with --codec FILE.json (d, k, "
            + "exact_k, exact_dtype, polynomial_terms, term_dtype, residual_bins, delta_encoding, "
            + "normalize_t)")
      }
      try body(
        LabelSequence(name: "line \(number)", tokens: tokens, rowCount: rows.count) { r in
          guard let packed = Self.bytes(rows[r]), let places = Self.bytes(ids[r]),
            packed.count == codec.logprobBytes, places.count == codec.idBytes
          else {
            throw wrong(
              "row \(r): expected \(codec.logprobBytes) and \(codec.idBytes) bytes, found "
                + "\(rows[r].arrayValue?.count ?? 0) and \(ids[r].arrayValue?.count ?? 0)")
          }
          return codec.row(packed, places)
        })
    }
  }

  private static func bytes(_ json: JSON) -> [UInt8]? {
    guard let values = json.arrayValue else { return nil }
    let bytes = values.compactMap { $0.intValue.flatMap { UInt8(exactly: $0) } }
    return bytes.count == values.count ? bytes : nil
  }
}
