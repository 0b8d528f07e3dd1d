internal import Auditing
internal import Randomness
internal import Records
internal import Tasks
internal import Verifiers

/// A solution whose steps are each known to be right or wrong.
struct LabelledTrace {
  let record: Record
  /// `right`, or how the trace goes on after its mistake.
  let form: String
  /// The kind of mistake; `nil` in a right trace.
  let error: String?
  /// Steps and answer.
  let lines: [String]
  /// 1-based; `nil` in a right trace.
  let firstBadLine: Int?
  /// Of a flawed trace: the right one with the same lines before the mistake.
  let right: [String]
  /// Whether the answer is right, in any writing that the family's verifier takes.
  let endsRight: Bool

  /// Whether a line and all before it are right.
  func isRightPrefix(_ line: Int) -> Bool { firstBadLine.map { line < $0 } ?? true }

  /// Whether a line follows from those before it as they stand; `nil` where that is not known.
  func follows(_ line: Int) -> Bool? {
    guard let firstBadLine, line >= firstBadLine else { return true }
    if line == firstBadLine { return false }
    return form == FlawedTrace.Form.carried.rawValue ? true : nil
  }
}

/// Draws flawed traces beside right ones; the verifier confirms each label before it is given.
struct TraceLabelling {
  let options: ExportOptions

  /// Counts of what could not be labelled.
  struct Tally {
    var flawed = 0
    var withoutMistakes = 0
    var unconfirmed = 0

    var notes: [String] {
      ["\(flawed) flawed traces"]
        + (withoutMistakes == 0
          ? [] : ["\(withoutMistakes) times the family knew no mistake for a record"])
        + (unconfirmed == 0
          ? [] : ["\(unconfirmed) drawn flaws that the verifier did not confirm were left out"])
    }
  }

  /// The record's own trace and flawed ones of its problem, whose first bad line the verifier names
  /// and, where the rest is carried on, finds no other.
  func traces(of record: Record, _ tally: inout Tally) -> [LabelledTrace] {
    let lines = record.solution.split(separator: "\n", omittingEmptySubsequences: false).map(
      String.init)
    var traces = [
      LabelledTrace(
        record: record, form: "right", error: nil, lines: lines, firstBadLine: nil, right: lines,
        endsRight: true)
    ]
    guard let family = Families.named(record.family) as? any WalkFamily,
      let verifier = Verifiers.named(record.family)
    else {
      tally.withoutMistakes += options.flaws
      return traces
    }
    var stream = Seed(options.seed).child("flaws").child(record.id).stream()
    let forms = FlawedTrace.Form.allCases
    for number in 0..<options.flaws {
      // Each record begins with another form, so that one flaw a record gives all three evenly.
      let start = stream.uniform(forms.count)
      let drawn = (0..<forms.count).lazy.compactMap { step in
        family.flawed(
          record.problem, forms[(start + number + step) % forms.count], using: &stream)
      }.first
      guard let flawed = drawn else {
        tally.withoutMistakes += 1
        continue
      }
      guard Self.confirms(verifier, flawed, record.problem) else {
        tally.unconfirmed += 1
        continue
      }
      tally.flawed += 1
      traces.append(
        LabelledTrace(
          record: record, form: flawed.form.rawValue, error: flawed.error, lines: flawed.lines,
          firstBadLine: flawed.firstBadLine, right: flawed.right,
          endsRight: Self.endsRight(verifier, flawed, record.problem)))
    }
    return traces
  }

  private static func confirms(
    _ verifier: any Verifier, _ flawed: FlawedTrace, _ problem: String
  ) -> Bool {
    let (problem, solution) = (Array(problem.utf8), Array(flawed.text.utf8))
    guard
      case .rejected(flawed.firstBadLine, _) = verifier.verify(
        problem: problem, solution: solution)
    else { return false }
    guard flawed.form == .carried else { return true }
    return verifier.verify(
      problem: problem, solution: solution, granting: flawed.firstBadLine)?.isAccepted ?? false
  }
}

extension TraceLabelling {
  /// Whether the answer line says what a right trace's does, or the same in other words: a mistake
  /// need not change the value.
  private static func endsRight(
    _ verifier: any Verifier, _ flawed: FlawedTrace, _ problem: String
  ) -> Bool {
    guard let answer = flawed.lines.last else { return false }
    if answer == flawed.right.last { return true }
    let verdict = verifier.judgeAnswer(
      problem: problem.utf8.span, text: Array(answer.utf8).span)
    return if case .right = verdict { true } else { false }
  }
}

extension ExportSplit {
  /// Passes every record's traces to `row`, and its rows to the files of a split.
  func writeTraces(
    as suffix: String, to folder: String, _ options: ExportOptions,
    row: (LabelledTrace) -> [UInt8]?
  ) throws -> ExportedSplit {
    var files = try PartFiles(of: name, suffix: suffix, in: folder, limit: options.recordsPerFile)
    var tally = TraceLabelling.Tally()
    let labelling = TraceLabelling(options: options)
    try forEachRecord { record in
      for trace in labelling.traces(of: record, &tally) {
        if let row = row(trace) { try files.add(row + [0x0A]) }
      }
    }
    let names = try files.finish()
    return ExportedSplit(
      name: name, files: names, rows: files.rows, bytes: files.bytes, notes: tally.notes)
  }
}
