import Files
import Pipeline
import Synchronization
import Testing

private final class Stand: Sendable {
  let seconds = Mutex(0.0)
  let out = Mutex("")

  func board(_ style: ProgressBoard.Style, width: Int = 60) -> ProgressBoard {
    ProgressBoard(
      style: style, stages: [("problems", "generate"), ("teacher", "train")],
      clock: { [self] in seconds.withLock { $0 } }, width: { width },
      write: { [self] text in out.withLock { $0 += text } })
  }

  func progress() -> StageProgress { StageProgress { [self] in seconds.withLock { $0 } } }
  func pass(_ time: Double) { seconds.withLock { $0 += time } }

  var taken: String {
    out.withLock { text in
      defer { text = "" }
      return text
    }
  }
}

struct `The progress board` {
  @Test func `writes a line per interval where nobody watches`() {
    let stand = Stand()
    let board = stand.board(.lines)
    let progress = stand.progress()
    board.began("teacher", progress)
    for step in 0..<80 {
      progress.report(done: step * 10, of: 1000, unit: "steps", note: "loss 1.2")
      board.tick()
      stand.pass(0.125)
    }
    #expect(stand.taken == "")
    progress.report(done: 800, of: 1000, unit: "steps", note: "loss 1.2")
    board.tick()
    board.tick()
    #expect(stand.taken == "  teacher: 800 of 1,000 steps, 80/s, 2.50 s left, loss 1.2\n")
    board.ended("teacher", kind: "train", mark: .finished, seconds: 12.34, summary: "1,000 steps")
    #expect(stand.taken == "✓ teacher   train       12.3 s  1,000 steps\n")
    #expect(!stand.taken.contains("\u{1B}"))
  }

  @Test func `says nothing when quiet`() {
    let stand = Stand()
    let board = stand.board(.quiet)
    board.began("teacher", stand.progress())
    stand.pass(100)
    board.tick()
    board.say("x", mark: .notice)
    board.ended("teacher", kind: "train", mark: .failed, seconds: 1, summary: "")
    board.close()
    #expect(stand.taken == "")
  }

  @Test func `redraws in place on a terminal and leaves nothing behind`() {
    let stand = Stand()
    let board = stand.board(.terminal(colours: true), width: 80)
    let progress = stand.progress()
    board.began("teacher", progress)
    progress.report(done: 250, of: 1000, unit: "steps", note: "")
    board.tick()
    let first = stand.taken
    #expect(
      first == "  teacher   ▕█████               ▏  250 of 1,000 steps\u{1B}[K\n"
        + "  0 of 2 stages, 0.00 s\u{1B}[K\n\u{1B}[J")
    board.tick()
    #expect(stand.taken == "\r\u{1B}[2A" + first)
    board.ended("teacher", kind: "train", mark: .finished, seconds: 1, summary: "")
    #expect(
      stand.taken
        == "\r\u{1B}[2A\u{1B}[32m✓\u{1B}[0m teacher   train       1.00 s\u{1B}[K\n\u{1B}[J")
    board.close()
    #expect(!stand.taken.contains("\u{1B}[1A"))
  }

  /// A line that wraps would make the next redraw overwrite the wrong rows.
  @Test func `keeps lines within the window`() {
    let stand = Stand()
    let board = stand.board(.terminal(colours: false), width: 40)
    let progress = stand.progress()
    board.began("teacher", progress)
    progress.report(done: 1, of: 3, unit: "steps", note: String(repeating: "long ", count: 30))
    board.tick()
    for line in stand.taken.split(separator: "\n") {
      #expect(line.replacing("\u{1B}[K", with: "").count < 40)
    }
  }

  /// A rate that is cut is another rate; and a line that is longer than the window breaks the
  /// drawing.
  @Test func `fits any window, with a shorter bar and fewer words`() {
    for (width, line) in [
      (120, "  teacher   ▕█████               ▏  250 of 1,000 steps, 25/s, 30.0 s left"),
      (74, "  teacher  ▕█████               ▏  250 of 1,000 steps, 25/s, 30.0 s left"),
      (60, "  teacher  ▕█▌    ▏  250 of 1,000 steps, 25/s, 30.0 s left"),
      (40, "  teacher  ▕█▌    ▏  250 of 1,000 steps"),
      (30, "  teacher  250 of 1,000 steps"),
      (20, "  teacher  250 of …"),
      (4, "  teach…  …"),
    ] {
      let stand = Stand()
      let board = stand.board(.terminal(colours: false), width: width)
      let progress = stand.progress()
      board.began("teacher", progress)
      progress.report(done: 0, of: 1000, unit: "steps", note: "")
      stand.pass(10)
      progress.report(done: 250, of: 1000, unit: "steps", note: "")
      board.tick()
      let drawn = stand.taken.replacing("\u{1B}[K", with: "").split(separator: "\n").first
      #expect(drawn.map(String.init) == line)
    }
  }

  /// A wide character takes two columns: counted as one, its line wraps, and is drawn over.
  @Test(arguments: [20, 33, 40, 61, 80])
  func `fits a window with wide characters`(width: Int) {
    let stand = Stand()
    let board = stand.board(.terminal(colours: false), width: width)
    let progress = stand.progress()
    board.began("teacher", progress)
    progress.report(
      done: 1, of: 3, unit: "文", note: "蒸留は成功しました e\u{301} \u{1B}[2J 👩‍🔬 long notes go on")
    stand.pass(3)
    board.tick()
    board.say(String(repeating: "報告は長い ", count: 9), mark: .notice)
    board.ended(
      "teacher", kind: "train", mark: .finished, seconds: 1,
      summary: "目標は千です, well learnt \u{9B}31m")
    let drawn = stand.taken.replacing("\u{1B}[K", with: "").replacing("\u{1B}[J", with: "")
      .replacing("\r\u{1B}[2A", with: "")
    #expect(!drawn.contains("\u{1B}"), "\(drawn.debugDescription)")
    for line in drawn.split(separator: "\n") {
      #expect(TerminalText.columns(of: line) < width, "\(line)")
    }
  }

  @Test func `breaks what stays at words`() {
    let stand = Stand()
    let board = stand.board(.terminal(colours: false), width: 40)
    board.ended(
      "teacher", kind: "train", mark: .finished, seconds: 1, summary: "1,000 steps, well learnt")
    #expect(
      stand.taken.replacing("\u{1B}[K", with: "").replacing("\u{1B}[J", with: "")
        == "✓ teacher   train       1.00 s  1,000\n    steps, well learnt\n")
  }
}
