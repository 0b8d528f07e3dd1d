internal import Files

/// Shows a run on standard error.
///
/// On a terminal: finished stages scroll up, below them one redrawn line per running stage. In a
/// file or a pipe: a line per finished stage, and every ten seconds one per running stage. Used by
/// the runner's thread only.
package final class ProgressBoard {
  /// How progress is shown.
  package enum Style: Sendable, Equatable {
    case quiet
    case lines
    case terminal(colours: Bool)
  }

  /// How a stage ended.
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

  /// Prints a permanent line.
  package func say(_ text: String, mark: Mark? = nil) {
    guard style != .quiet else { return }
    let clean = TerminalText.line(text)
    switch (style, mark) {
    case (.terminal, nil): put(fitted(clean, beside: 0))
    case (.terminal(true), let mark?):
      put("\u{1B}[\(mark.colour)m\(mark.text)\u{1B}[0m " + fitted(clean, beside: 2))
    case (.terminal, let mark?): put("\(mark.text) " + fitted(clean, beside: 2))
    case (_, nil): put(clean)
    case (_, let mark?): put("\(mark.text) \(clean)")
    }
  }

  /// Adds a stage to those that run.
  package func began(_ name: String, _ progress: StageProgress) {
    running.append(Running(name: name, started: clock(), progress: progress))
  }

  /// Takes a stage off the board and prints its last line.
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
    var columns = [
      Wording.padded(name, to: nameWidth), Wording.padded(kind, to: kindWidth),
      Wording.padded("", to: 8 - word.count) + word,
    ]
    // In a window too narrow for the columns, nothing is aligned.
    if case .terminal = style, windowColumns < nameWidth + kindWidth + 16 {
      columns = [name, kind, word]
    }
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
        write(
          "  " + TerminalText.line(stage.name) + ": " + Self.line(stage.progress.snapshot) + "\n")
      }
    }
  }

  /// Removes the redrawn lines.
  package func close() {
    running = []
    if case .terminal = style { redraw(above: nil) }
  }

  /// Text wrapped for the window, for a line that already uses `taken` columns.
  private func fitted(_ text: String, beside taken: Int) -> String {
    Wording.wrapped(text, to: windowColumns - 1 - taken, indent: 4)
  }

  /// Columns of the window; a narrower one is drawn as if it had 12.
  private var windowColumns: Int { max(12, width()) }

  private func put(_ line: String) {
    if case .terminal = style { redraw(above: line) } else { write(line + "\n") }
  }

  /// Redraws all lines in one write; `above` scrolls up.
  private func redraw(above: String?) {
    let columns = windowColumns
    var lines = running.map { terminalLine($0, columns: columns) }
    if !running.isEmpty {
      let text =
        "  \(endedCount) of \(Wording.plural(stageCount, "stage")), " + Wording.duration(clock())
      lines.append(Self.cut(text, to: columns - 1))
    }
    guard above != nil || !lines.isEmpty || !drawnLengths.isEmpty else { return }
    // A window that became narrower has wrapped the earlier lines.
    let rows = drawnLengths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    var out = rows > 0 ? "\r\u{1B}[\(rows)A" : ""
    if let above { out += above.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[K\n" }
    for line in lines { out += line + "\u{1B}[K\n" }
    out += "\u{1B}[J"
    drawnLengths = lines.map { TerminalText.columns(of: $0) }
    write(out)
  }

  /// Cells of a bar: the most that leave room for the words, or none.
  private static let barWidths = [20, 10, 6]
  /// Columns of a bar besides its cells: its ends and the space after it.
  private static let barEnds = 4
  /// Least columns kept free for words by a bar of more than the fewest cells: words change from
  /// one drawing to the next, the bar should not.
  private static let manyWords = 36

  private func terminalLine(_ stage: Running, columns: Int) -> String {
    let snapshot = stage.progress.snapshot
    let parts =
      snapshot.unit.isEmpty
      ? [Wording.duration(clock() - stage.started)]
      : Self.parts(snapshot).map { TerminalText.line($0) }
    let name = Self.cut(TerminalText.line(stage.name), to: columns / 2)
    let wide = columns >= nameWidth + Self.barWidths[0] + Self.barEnds + Self.manyWords + 8
    let names = wide ? nameWidth : running.map { TerminalText.columns(of: $0.name) }.max() ?? 0
    var text = "  " + Wording.padded(name, to: min(names, columns / 2)) + "  "
    let room = columns - 1 - TerminalText.columns(of: text)
    if let total = snapshot.total, total > 0,
      let cells = Self.barWidths.first(where: { cells in
        let words = parts.prefix(cells == Self.barWidths.last ? 1 : 3).joined(separator: ", ")
        let wanted = TerminalText.columns(of: words)
        let kept = cells == Self.barWidths.last ? wanted : max(wanted, Self.manyWords)
        return cells + Self.barEnds + kept <= room
      })
    {
      text += Self.bar(snapshot.done, of: total, cells: cells) + "  "
    }
    return text + Self.fitted(parts, to: columns - 1 - TerminalText.columns(of: text))
  }

  /// The parts that fit; the first is cut if it alone does not fit, and so is the note.
  private static func fitted(_ parts: [String], to columns: Int) -> String {
    var text = cut(parts.first ?? "", to: columns)
    for (index, part) in parts.enumerated().dropFirst() {
      let longer = text + ", " + part
      if TerminalText.columns(of: longer) > columns {
        // A rate or time that is cut would show another value; a note may be cut.
        let room = columns - TerminalText.columns(of: text) - 2
        return index == parts.count - 1 && room >= 8 ? text + ", " + cut(part, to: room) : text
      }
      text = longer
    }
    return text
  }

  private static func cut(_ text: String, to columns: Int) -> String {
    guard TerminalText.columns(of: text) > columns else { return text }
    return TerminalText.prefix(of: text[...], columns: columns - 1) + "\u{2026}"
  }

  /// A bar, drawn in eighths of its cells.
  static func bar(_ done: Int, of total: Int, cells: Int) -> String {
    let share = min(1, max(0, Double(done) / Double(total)))
    let eighths = Int(share * Double(cells * 8))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let full = String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    return "▕" + Wording.padded(full, to: cells) + "▏"
  }

  /// `412 of 1,000 steps, 132/s, 0:04 left, loss 1.23`
  static func line(_ snapshot: StageProgress.Snapshot) -> String {
    snapshot.unit.isEmpty ? "at work" : TerminalText.line(parts(snapshot).joined(separator: ", "))
  }

  /// Progress, rate, time left and note, as far as they are known.
  private static func parts(_ snapshot: StageProgress.Snapshot) -> [String] {
    var parts = [
      Wording.count(snapshot.done) + (snapshot.total.map { " of " + Wording.count($0) } ?? "") + " "
        + snapshot.unit
    ]
    if let rate = snapshot.rate { parts.append(Wording.rate(rate) + "/s") }
    if let left = snapshot.secondsLeft { parts.append(Wording.duration(left) + " left") }
    if !snapshot.note.isEmpty { parts.append(snapshot.note) }
    return parts
  }
}
