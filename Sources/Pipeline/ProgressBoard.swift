/// Shows a run on standard error.
///
/// On a terminal: finished stages scroll up, below them one redrawn line per running stage. In a
/// file or a pipe: a line per finished stage, and every ten seconds one per running stage. Used by
/// the runner's thread only.
package final class ProgressBoard {
  package enum Style: Sendable, Equatable {
    case quiet
    case lines
    case terminal(colours: Bool)
  }

  package enum Mark: Sendable {
    case finished, cached, stopped, failed, notice

    var text: String {
      switch self {
      case .finished, .cached: "✓"
      case .stopped: "◦"
      case .failed: "✗"
      case .notice: "!"
      }
    }

    /// The number of a colour (ECMA-48, select graphic rendition).
    var colour: Int {
      switch self {
      case .finished: 32
      case .cached: 2
      case .stopped, .notice: 33
      case .failed: 31
      }
    }
  }

  private struct Running {
    let name: String
    let started: Double
    let progress: StageProgress
  }

  static let interval = 10.0

  private let style: Style
  private let nameWidth: Int
  private let kindWidth: Int
  private let clock: @Sendable () -> Double
  private let width: () -> Int
  private let write: (String) -> Void
  private var running: [Running] = []
  private var drawnLengths: [Int] = []
  private var lastLine: Double
  private let stageCount: Int
  private var endedCount = 0

  /// - Parameters:
  ///   - stages: names and kinds of all stages, for the columns.
  ///   - width: columns of the terminal, asked at each drawing.
  package init(
    style: Style, stages: [(name: String, kind: String)], clock: @escaping @Sendable () -> Double,
    width: @escaping () -> Int, write: @escaping (String) -> Void
  ) {
    self.style = style
    self.clock = clock
    self.width = width
    self.write = write
    nameWidth = min(34, stages.map(\.name.count).max() ?? 0)
    kindWidth = stages.map(\.kind.count).max() ?? 0
    stageCount = stages.count
    lastLine = clock()
  }

  /// A line that stays.
  package func say(_ text: String, mark: Mark? = nil) {
    guard style != .quiet else { return }
    let clean = Wording.plain(text)
    switch (style, mark) {
    case (.terminal, nil): put(fitted(clean, beside: 0))
    case (.terminal(true), let mark?):
      put("\u{1B}[\(mark.colour)m\(mark.text)\u{1B}[0m " + fitted(clean, beside: 2))
    case (.terminal, let mark?): put("\(mark.text) " + fitted(clean, beside: 2))
    case (_, nil): put(clean)
    case (_, let mark?): put("\(mark.text) \(clean)")
    }
  }

  package func began(_ name: String, _ progress: StageProgress) {
    running.append(Running(name: name, started: clock(), progress: progress))
  }

  package func ended(_ name: String, kind: String, mark: Mark, seconds: Double, summary: String) {
    running.removeAll { $0.name == name }
    endedCount += 1
    let word: String
    switch mark {
    case .cached: word = "cached"
    case .stopped: word = "stopped"
    case .failed: word = "failed"
    default: word = Wording.duration(seconds)
    }
    let columns = [
      Wording.padded(name, to: nameWidth), Wording.padded(kind, to: kindWidth),
      Wording.padded("", to: 8 - word.count) + word,
    ]
    say(columns.joined(separator: "  ") + (summary.isEmpty ? "" : "  " + summary), mark: mark)
  }

  /// Called a few times a second.
  package func tick() {
    switch style {
    case .quiet: return
    case .terminal: redraw(above: nil)
    case .lines:
      guard clock() - lastLine >= Self.interval else { return }
      lastLine = clock()
      for stage in running {
        write("  " + stage.name + ": " + Self.line(stage.progress.snapshot) + "\n")
      }
    }
  }

  /// Takes the redrawn lines away.
  package func close() {
    running = []
    if case .terminal = style { redraw(above: nil) }
  }

  /// Text broken at words for the window, for a line that begins with `taken` other columns.
  private func fitted(_ text: String, beside taken: Int) -> String {
    Wording.wrapped(text, to: max(20, width()) - 1 - taken, indent: 4)
  }

  private func put(_ line: String) {
    if case .terminal = style { redraw(above: line) } else { write(line + "\n") }
  }

  /// Draws all lines anew in one write; `above` scrolls up.
  private func redraw(above: String?) {
    let columns = max(20, width())
    var lines = running.map { terminalLine($0, columns: columns) }
    if !running.isEmpty {
      lines.append(
        "  \(endedCount) of \(Wording.plural(stageCount, "stage")), "
          + Wording.duration(clock()))
    }
    guard above != nil || !lines.isEmpty || !drawnLengths.isEmpty else { return }
    // A narrower window has wrapped what was drawn before.
    let rows = drawnLengths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    var out = rows > 0 ? "\r\u{1B}[\(rows)A" : ""
    if let above { out += above.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[K\n" }
    for line in lines { out += line + "\u{1B}[K\n" }
    out += "\u{1B}[J"
    drawnLengths = lines.map(\.count)
    write(out)
  }

  /// What is left of a line for words, at least, before the bar or the column of names gives way.
  private static let fewWords = 36
  private static let manyWords = 40

  private func terminalLine(_ stage: Running, columns: Int) -> String {
    let snapshot = stage.progress.snapshot
    let barColumns = Self.barWidth + 4
    let wide = columns >= nameWidth + 4 + barColumns + Self.manyWords
    let names = wide ? nameWidth : running.map(\.name.count).max() ?? 0
    var text = "  " + Wording.padded(stage.name, to: names) + "  "
    if let total = snapshot.total, total > 0, columns >= text.count + barColumns + Self.fewWords {
      text += Self.bar(snapshot.done, of: total) + "  "
    }
    text +=
      snapshot.unit.isEmpty
      ? Wording.duration(clock() - stage.started) : Self.line(snapshot)
    return text.count < columns ? text : text.prefix(columns - 2) + "\u{2026}"
  }

  static let barWidth = 20

  /// A bar of `barWidth` cells, drawn in eighths.
  static func bar(_ done: Int, of total: Int) -> String {
    let share = min(1, max(0, Double(done) / Double(total)))
    let eighths = Int(share * Double(barWidth * 8))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let full = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return "▕" + Wording.padded(full, to: barWidth) + "▏"
  }

  /// `412 of 1,000 steps, 132/s, 0:04 left, loss 1.23`
  static func line(_ snapshot: StageProgress.Snapshot) -> String {
    guard !snapshot.unit.isEmpty else { return "at work" }
    var parts = [
      Wording.count(snapshot.done) + (snapshot.total.map { " of " + Wording.count($0) } ?? "") + " "
        + snapshot.unit
    ]
    if let rate = snapshot.rate { parts.append(Wording.rate(rate) + "/s") }
    if let left = snapshot.secondsLeft { parts.append(Wording.duration(left) + " left") }
    if !snapshot.note.isEmpty { parts.append(snapshot.note) }
    return Wording.plain(parts.joined(separator: ", "))
  }
}
