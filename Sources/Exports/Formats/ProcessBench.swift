internal import Files
internal import Records

/// The form of ProcessBench: `label` is the index of the first bad step from 0, -1 where there is
/// none.
struct ProcessBench: ExportFormat {
  static let name = "processbench"
  static let about = "ProcessBench's form: steps, label (index of the first bad step, or -1)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    try split.writeTraces(as: ".jsonl", to: folder, options) { trace in
      let suffix = trace.firstBadLine.map { "-\(trace.form)-\($0)" } ?? ""
      let row: JSON = [
        "id": JSON(trace.record.id + suffix), "generator": "retort",
        "problem": JSON(trace.record.problem), "steps": JSON(trace.lines) { JSON($0) },
        "final_answer_correct": JSON(trace.endsRight),
        "label": JSON(trace.firstBadLine.map { $0 - 1 } ?? -1),
      ]
      return row.serialized()
    }
  }
}
