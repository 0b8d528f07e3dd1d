internal import Files
internal import Records

/// TRL's stepwise supervision: `prompt`, `completions`, `labels`; a label says whether the solution
/// is right up to and including that step.
struct TRLStepwise: ExportFormat {
  static let name = "trl-prm"
  static let about = "TRL's stepwise supervision: prompt, completions, labels (true or false)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    try split.writeTraces(as: ".jsonl", to: folder, options) { trace in
      let row: JSON = [
        "prompt": JSON(trace.record.problem), "completions": JSON(trace.lines) { JSON($0) },
        "labels": .array(trace.lines.indices.map { JSON(trace.isRightPrefix($0 + 1)) }),
      ]
      return row.serialized()
    }
  }
}
