internal import Files
internal import Records

/// All that is known of each step: whether it follows from the lines as they stand, whether all up
/// to it is right, and what the mistake was.
struct StepLabels: ExportFormat {
  static let name = "step-labels"
  static let about = "each step with its label, the first bad step and the kind of mistake"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    try split.writeTraces(as: ".jsonl", to: folder, options) { trace in
      let steps = trace.lines.enumerated().map { index, line -> JSON in
        [
          "text": JSON(line), "follows": trace.follows(index + 1).map { JSON($0) } ?? .null,
          "right_so_far": JSON(trace.isRightPrefix(index + 1)),
        ]
      }
      let row: JSON = [
        "id": JSON(trace.record.id), "family": JSON(trace.record.family),
        "level": JSON(trace.record.level), "knobs": JSON(JSON.object(trace.record.knobs).text),
        "problem": JSON(trace.record.problem), "steps": .array(steps),
        "form": JSON(trace.form), "first_bad_step": trace.firstBadLine.map { JSON($0) } ?? .null,
        "error": trace.error.map { JSON($0) } ?? .null, "answer_is_right": JSON(trace.endsRight),
        "content": JSON(trace.record.content), "split": JSON(trace.record.split.rawValue),
      ]
      return row.serialized()
    }
  }
}
