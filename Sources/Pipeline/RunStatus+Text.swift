public import Files

extension RunStatus {
  /// The status as text for readers.
  public var text: String {
    var lines = ["\(pipeline) in \(folder)" + (owner.map { ", held by \($0)" } ?? "")]
    let names = stages.map(\.name.count).max() ?? 0
    let kinds = stages.map(\.kind.count).max() ?? 0
    for stage in stages {
      let time = stage.seconds.map(Wording.duration) ?? ""
      let note = [stage.why, Self.expectation(stage), stage.summary].compactMap { $0 }
        .filter { !$0.isEmpty }
      let columns = [
        "  " + Self.mark(stage.state) + " " + Wording.padded(stage.name, to: names),
        Wording.padded(stage.kind, to: kinds),
        Wording.padded(stage.state.rawValue, to: 11),
        Wording.padded(String(stage.key?.prefix(12) ?? "-"), to: 12),
        Wording.padded("", to: 8 - time.count) + time,
        note.joined(separator: "; "),
      ]
      var line = columns.joined(separator: "  ")
      while line.hasSuffix(" ") { line.removeLast() }
      lines.append(line)
    }
    let states: [State] = [
      .finished, .running, .interrupted, .failed, .ready, .waiting, .damaged,
    ]
    let counts = states.compactMap { state in
      count(state) > 0 ? "\(count(state)) \(state.rawValue)" : nil
    }
    lines.append("\(Wording.plural(stages.count, "stage")): " + counts.joined(separator: ", "))
    let seconds = stages.compactMap { $0.threadSeconds ?? $0.seconds }.reduce(0, +)
    if seconds > 0 {
      // Compare only stages for which both times are known, in the work of one thread.
      let both = stages.filter { $0.seconds != nil && $0.expected?.seconds != nil }
      let expected = both.compactMap { $0.expected?.seconds }.reduce(0, +)
      let taken = both.compactMap { $0.threadSeconds ?? $0.seconds }.reduce(0, +)
      lines.append(
        "work of the finished stages, on one thread: \(Wording.duration(seconds))"
          + (both.isEmpty
            ? ""
            : "; of \(Wording.plural(both.count, "stage")) \(Wording.duration(expected)) was "
              + "expected, \(Wording.duration(taken)) taken"))
    }
    if !unused.isEmpty {
      lines.append(
        "not used by this plan: " + unused.joined(separator: ", ")
          + "; `retort clean \(folder)` removes what no pipeline of the folder names")
    }
    if let report { lines.append("report: \(report)") }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The estimate, with the actual size beside it.
  private static func expectation(_ stage: Entry) -> String? {
    guard let expected = stage.expected else { return nil }
    var words: [String] = []
    if let seconds = expected.seconds { words.append(Wording.duration(seconds)) }
    if let bytes = expected.bytes {
      words.append(
        Wording.bytes(bytes) + (stage.bytes.map { " (is \(Wording.bytes($0)))" } ?? ""))
    }
    return words.isEmpty ? nil : "expected " + words.joined(separator: ", ")
  }

  /// What a run would do: cached, to run, unknown.
  public var planText: String {
    var lines = ["\(pipeline) into \(folder)"]
    let names = stages.map(\.name.count).max() ?? 0
    let kinds = stages.map(\.kind.count).max() ?? 0
    for stage in stages {
      let word: String
      switch stage.state {
      case .finished: word = "cached"
      case .waiting: word = "to run, key not known yet: \(stage.why ?? "")"
      case .damaged: word = "to run: \(stage.why ?? "")"
      case .failed: word = "to run again; it failed: \(stage.why ?? "")"
      case .interrupted, .running: word = "to go on"
      case .ready: word = "to run"
      }
      lines.append(
        "  " + Wording.padded(stage.name, to: names) + "  "
          + Wording.padded(stage.kind, to: kinds) + "  "
          + Wording.padded(String(stage.key?.prefix(12) ?? "-"), to: 12) + "  "
          + word)
    }
    let cached = count(.finished)
    lines.append(
      "\(Wording.plural(stages.count, "stage")): \(cached) cached, \(stages.count - cached) to run")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The status for programs.
  public var json: JSON {
    [
      "folder": JSON(folder), "pipeline": JSON(pipeline),
      "owner": owner.map { JSON($0) } ?? .null,
      "stages": JSON(stages) { stage in
        [
          "name": JSON(stage.name), "kind": JSON(stage.kind), "state": JSON(stage.state.rawValue),
          "key": stage.key.map { JSON($0) } ?? .null,
          "folder": stage.folder.map { JSON($0) } ?? .null,
          "from": JSON(stage.from) { JSON($0) }, "why": stage.why.map { JSON($0) } ?? .null,
          "seconds": stage.seconds.map { JSON($0) } ?? .null,
          "thread_seconds": stage.threadSeconds.map { JSON($0) } ?? .null,
          "summary": stage.summary.map { JSON($0) } ?? .null, "counts": stage.counts ?? .null,
          "bytes": stage.bytes.map { JSON($0) } ?? .null,
          "expected": stage.expected?.json ?? .null,
        ]
      },
      "unused": JSON(unused) { JSON($0) }, "report": report.map { JSON($0) } ?? .null,
    ]
  }

  private static func mark(_ state: State) -> String {
    switch state {
    case .finished: "✓"
    case .running: "▶"
    case .interrupted: "◦"
    case .ready, .waiting: "·"
    case .damaged, .failed: "✗"
    }
  }
}
