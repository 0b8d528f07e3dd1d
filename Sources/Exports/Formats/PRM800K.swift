internal import Files
internal import Records

/// Step labels in the shape of PRM800K: each step with one completion, rated 1 or -1; a trace ends
/// at its first bad step, as labelling did there.
struct PRM800K: ExportFormat {
  static let name = "prm800k"
  static let about = "step labels in the shape of PRM800K (ratings 1 and -1, up to the first error)"

  let options: ExportOptions
  init(_ options: ExportOptions) { self.options = options }

  func write(_ split: ExportSplit, to folder: String) throws -> ExportedSplit {
    try split.writeTraces(as: ".jsonl", to: folder, options) { trace in
      let shown = trace.lines.prefix(trace.firstBadLine ?? trace.lines.count)
      let steps = shown.enumerated().map { index, line -> JSON in
        let rating = trace.isRightPrefix(index + 1) ? 1 : -1
        return [
          "completions": [["text": JSON(line), "rating": JSON(rating), "flagged": false]],
          "human_completion": .null, "chosen_completion": rating == 1 ? 0 : .null,
        ]
      }
      let row: JSON = [
        "labeler": "retort", "generation": .null, "is_quality_control_question": false,
        "is_initial_screening_question": false,
        "question": [
          "problem": JSON(trace.record.problem),
          "ground_truth_answer": trace.record.answer.map { JSON($0) } ?? .null,
          "pre_generated_steps": JSON(trace.lines) { JSON($0) },
        ],
        "label": [
          "steps": .array(steps), "total_time": 0,
          "finish_reason": trace.firstBadLine == nil ? "solution" : "found_error",
        ],
      ]
      return row.serialized()
    }
  }
}
