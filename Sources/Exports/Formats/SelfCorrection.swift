internal import Files
internal import Records

/// Traces that err, notice and mend: a wrong step and what follows from it, a line that names the
/// wrong step, then the right lines from there on.
///
/// `spans` are the bytes of `completion` to learn nothing from: the erroneous lines. Without them
/// and the line that names the mistake, the completion is a right trace.
struct SelfCorrection: ExportFormat {
  static let name = "self-correction"
  static let about = "traces that err, notice and mend, with the erroneous bytes to mask"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    try split.writeTraces(as: ".jsonl", to: folder, options) { trace in
      guard let bad = trace.firstBadLine, trace.form == "carried" else { return nil }
      // The mistake, and at most two lines that build on it.
      let end = min(bad + 2, trace.lines.count - 1)
      let before = trace.lines[..<(bad - 1)].map { $0 + "\n" }.joined()
      let wrong = trace.lines[(bad - 1)..<end].map { $0 + "\n" }.joined()
      let notice = "Wait: step \(bad) is wrong.\n"
      let right = trace.right[(bad - 1)...].joined(separator: "\n")
      let start = before.utf8.count
      let row: JSON = [
        "id": JSON(trace.record.id), "family": JSON(trace.record.family),
        "level": JSON(trace.record.level), "prompt": JSON(trace.record.problem),
        "completion": JSON(before + wrong + notice + right),
        "spans": [[JSON(start), JSON(start + wrong.utf8.count)]],
        "first_bad_step": JSON(bad), "error": trace.error.map { JSON($0) } ?? .null,
        "content": JSON(trace.record.content), "split": JSON(trace.record.split.rawValue),
      ]
      return row.serialized()
    }
  }
}
