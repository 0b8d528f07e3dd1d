import Files
import Randomness
import Tasks
import Testing

struct `Finite automata` {
  let family = Automaton()

  static let run = "run abba from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3"

  private func traces(_ problem: String) -> [String] {
    var traces: [String] = []
    family.eachSolution(of: problem) { traces.append($0.text) }
    return traces
  }

  @Test(arguments: [
    (run, "a: 1 2\nb: 3\nb: 1 3\na: 1 2\naccept: 2\nAnswer: 1 2 yes"),
    // What leads nowhere is empty from then on.
    ("run ab from 1: 1b>1, 1a>2; accept 1", "a: 2\nb: none\naccept: none\nAnswer: none no"),
    // Moves that read nothing are followed however many there are.
    (
      "run ab from 1: 1e>2, 2a>3, 3e>1, 3b>3; accept 2",
      "e: 1 2\na: 3\ne: 1 2 3\nb: 3\ne: 1 2 3\naccept: 2\nAnswer: 1 2 3 yes"
    ),
    (
      "run ab from 10: 10a>2 16, 16b>9 10, 1a>3 4 5 6 7 8 11 12 13 14 15; accept 9 10",
      "a: 2 16\nb: 9 10\naccept: 9 10\nAnswer: 9 10 yes"
    ),
  ])
  func `read words with all states at once`(problem: String, text: String) {
    #expect(traces(problem) == [text])
  }

  @Test func `are made minimal by any order of splits`() {
    let problem =
      "minimal: 1a>2, 1b>3, 2a>1, 2b>4, 3a>5, 3b>1, 4a>5, 4b>2, 5a>6, 5b>6, 6a>6, "
      + "6b>5; accept 5 6"
    let found = traces(problem)
    #expect(
      found == ["1 2 3 4 | 5 6\na on 1 2 3 4: 1 2 | 3 4 | 5 6\nAnswer: 1 2 | 3 4 | 5 6"])
    let chain = "minimal: 1a>2, 1b>1, 2a>3, 2b>1, 3a>4, 3b>4, 4a>4, 4b>4; accept 4"
    let all = traces(chain)
    #expect(all.count > 1 && Set(all).count == all.count)
    for trace in all {
      #expect(trace.hasPrefix("1 2 3 | 4\n") && trace.hasSuffix("\nAnswer: 1 | 2 | 3 | 4"))
    }
  }

  @Test(arguments: [
    "", "run", "minimal", "run ab from 1: ; accept 1", "run  from 1: 1a>1; accept 1",
    "run ab from 0: 1a>1, 1b>1; accept 1", "run a from 17: 17a>17; accept 17",
    "run a from 1: 1a>1 1; accept 1", "run a from 1: 1a>2 1; accept 1",
    "run a from 1: 1a>1; accept 2 1", "run a from 1: 1a>1, 1a>1; accept 1",
    "run a from 1: 1a>1; accept", "run a from 1: 1a>1; accept none", "run e from 1: 1a>1; accept 1",
    "run a from 1: 1a>1,1e>1; accept 1", "run a from 1:1a>1; accept 1",
    "run a from 1: 1 a>1; accept 1", "run a from 1: 1f>1; accept 1",
    "run a from 1: 01a>1; accept 1", "run a from 1: 1a>1; accept 1 ",
    // A state that nothing names, a letter that is not read.
    "run a from 1: 1a>3; accept 1", "run a from 1: 1a>1, 1b>1; accept 1",
    "minimal: 1a>1 2, 2a>1; accept 1", "minimal: 1a>2, 2a>1; accept 1 2",
    "minimal: 1a>2; accept 1", "minimal: 1a>2, 2b>1; accept 1", "minimal: 1e>2, 2e>1; accept 1",
    "minimal from 1: 1a>2, 2a>1; accept 1",
    "run \(String(repeating: "a", count: 33)) from 1: 1a>1; accept 1",
  ])
  func `a text they would not write is not read`(text: String) {
    #expect(family.read(text) == nil)
  }

  /// Every renaming of states and letters, every order of moves.
  @Test func `every renaming has one canonical text`() {
    var stream = Seed(2).stream()
    for level in 1...10 {
      for _ in 0..<60 {
        let posed = family.pose(level: level, using: &stream)
        #expect(family.canonical(posed.canonical) == posed.canonical)
        let renamed = Self.renamed(posed.text, using: &stream)
        #expect(family.canonical(renamed) == posed.canonical, "\(posed.text) / \(renamed)")
      }
    }
  }

  /// Automata with many symmetries are where singling out matters, and where it may take long.
  @Test(arguments: [
    // Circles of two, a circle of eight, states that are all alike.
    "minimal: 1a>2, 2a>1, 3a>4, 4a>3, 5a>6, 6a>5, 7a>8, 8a>7; accept 1 3 5 7",
    "minimal: 1a>2, 2a>3, 3a>4, 4a>5, 5a>6, 6a>7, 7a>8, 8a>1; accept 1 3 5 7",
    "run ab from 1: 1a>1, 1b>1; accept 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
    "minimal: 1a>2, 1b>1, 2a>1, 2b>2, 3a>4, 3b>3, 4a>3, 4b>4; accept 1 3",
    "minimal: 1a>2, 1b>3, 2a>1, 2b>4, 3a>4, 3b>1, 4a>3, 4b>2; accept 1 4",
  ])
  func `so has every renaming of one with symmetries`(text: String) {
    var stream = Seed(3).stream()
    let canonical = family.canonical(text)
    #expect(canonical != nil)
    for _ in 0..<50 {
      let renamed = Self.renamed(text, using: &stream)
      #expect(family.canonical(renamed) == canonical, "\(renamed)")
    }
  }

  @Test func `different automata have different canonical texts`() {
    let texts = [
      Self.run, "run abba from 2: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3",
      "run abba from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 1 3",
      "run abab from 1: 1a>1 2, 2b>3, 3a>2, 3b>1 3; accept 2 3",
      "run abba from 1: 1a>1 2, 2b>3, 3a>1, 3b>1 3; accept 2 3",
      "run abba from 1: 1a>1 2, 2e>3, 3a>2, 3b>1 3; accept 2 3",
      "minimal: 1a>2, 2a>1, 3a>4, 4a>3; accept 1 3", "minimal: 1a>2, 2a>3, 3a>4, 4a>1; accept 1 3",
    ]
    #expect(Set(texts.compactMap(family.canonical)).count == texts.count)
  }

  /// A text with other names for states and letters and its moves in another order, by plain words.
  private static func renamed(_ text: String, using stream: inout RandomStream) -> String {
    let parts = text.split { ":;".contains($0) }.map(String.init)
    let count = text.split { !$0.isNumber }.compactMap { Int($0) }.max() ?? 0
    var numbers = Array(1...count)
    stream.shuffle(&numbers)
    var letters = Array("abcd")
    stream.shuffle(&letters)
    let names = Dictionary(uniqueKeysWithValues: zip("abcde", letters + ["e"]))
    func set(_ text: some StringProtocol) -> String {
      text.split(separator: " ").compactMap { Int($0) }.map { numbers[$0 - 1] }.sorted()
        .map(String.init).joined(separator: " ")
    }
    var moves = parts[1].split(separator: ",").map { move in
      let sides = move.split(separator: ">")
      let place = sides[0].filter { $0 != " " }
      return set(place.dropLast()) + String(place.last.flatMap { names[$0] } ?? "?") + ">"
        + set(sides[1])
    }
    stream.shuffle(&moves)
    var head = parts[0]
    let words = head.split(separator: " ")
    if words[0] == "run" {
      head = "run \(String(words[1].compactMap { names[$0] })) from \(set(words[3]))"
    }
    let accepting = set(parts[2].dropFirst(" accept".count))
    return "\(head): \(moves.joined(separator: ", ")); accept \(accepting)"
  }

  @Test(arguments: [
    (["kind": 0, "length": 0], "a run has"), (["kind": 1, "length": 8], "a run has"),
    (["length": 8, "blocks": 4], "a run has"), (["kind": 1, "silent": 1], "a run has"),
    (["kind": 0, "blocks": 4], "a run has"), (["length": 3], "4 letters"),
    (["blocks": 2], "nothing to split"), (["states": 6, "blocks": 6], "more states"),
  ])
  func `knobs that no problem has together are refused`(settings: [String: Int], words: String) {
    let error = #expect(throws: TaskError.self) {
      try family.difficulty(level: 10, settings: settings)
    }
    #expect(error?.description.contains(words) == true)
  }

  @Test(arguments: [
    ["kind": 0, "silent": 4, "letters": 4, "length": 24, "states": 12],
    ["kind": 1, "blocks": 8, "letters": 4, "states": 12], ["blocks": 3, "states": 5],
    ["length": 4, "letters": 4, "blocks": 0], ["length": 0, "silent": 0],
  ])
  func `knobs that belong together are met`(settings: [String: Int]) throws {
    let difficulty = try family.difficulty(level: 1, settings: settings)
    var stream = Seed(5).stream()
    for _ in 0..<20 {
      let posed = family.pose(at: difficulty, using: &stream)
      for (knob, value) in settings { #expect(posed.knobs[knob]?.intValue == value) }
      #expect(family.knobs(ofText: posed.text, level: 1, stated: posed.knobs) == posed.knobs)
    }
  }

  /// Sets that die out and runs without choices would teach to skip the work.
  @Test(arguments: [1, 5, 10])
  func `ask what is not seen at a glance`(level: Int) {
    var stream = Seed(6).stream()
    var (runs, wide, empty) = (0, 0, 0)
    for _ in 0..<400 {
      let problem = family.pose(level: level, using: &stream).text
      let lines = family.work(problem, using: &stream).lines
      guard problem.hasPrefix("run") else { continue }
      runs += 1
      if lines.contains(where: { $0.hasSuffix("none") && !$0.hasPrefix("accept") }) { empty += 1 }
      if lines.dropLast(2).contains(where: { $0.split(separator: " ").count > 2 }) { wide += 1 }
    }
    #expect(runs > 150)
    #expect(empty * 20 < runs && wide * 20 > runs * 19)
  }
}
