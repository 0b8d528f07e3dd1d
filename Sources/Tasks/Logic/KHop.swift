public import Files
public import Randomness

/// Who is found by following relations from a person, fact by fact.
///
///     Ben boss Ada; Ada boss Cleo; Cleo boss Ben; Ben boss boss?
///       ->  Ben boss Ada: Ada boss / Ada boss Cleo: Cleo / Answer: Cleo
///
/// Every person has one of each relation, nobody to himself, and every person is that of one other:
/// so nobody is named more often than another. Facts stand in random order. Level l has l + 1 hops
/// (knob `hops`) among l + 7 people (knob `people`) with 2 or 3 relations (knob `relations`).
/// Renaming people and relations and other orders of facts give the same problem.
public struct KHop: WalkFamily {
  /// The facts, the person reached so far, and the relations left to follow.
  public struct Problem: Sendable {
    /// In the order in which facts name them as subjects, and relations first.
    var people: [String]
    var relations: [String]
    /// Row r: the person that relation r leads to, for each person.
    var table: [[Int]]
    /// Subject and relation, in the order of the text.
    var order: [(subject: Int, relation: Int)]
    var current: Int
    /// The relations left to follow.
    var path: [Int]
    var line = 0
  }

  public static let name = "k-hop"

  static let names = [
    "Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jane", "Kit", "Lena", "Max",
    "Nora", "Otto", "Pia", "Quin", "Rosa", "Sam", "Tess", "Ugo", "Vera", "Will", "Zoe",
  ]
  static let relationNames = ["boss", "coach", "friend", "heir", "idol", "tutor"]

  public init() {}

  public var about: String {
    "Relations are followed from person to person through a shuffled table of facts."
  }

  public var knobs: [Knob] {
    [
      .settable("hops", in: 1...16, "facts to follow"),
      .settable("people", in: 3...24, "people"),
      .settable("relations", in: 1...4, "relations of each person"), .verbose,
    ]
  }

  private static func sizes(
    at difficulty: Difficulty
  ) -> (hops: Int, people: Int, relations: Int) {
    let level = difficulty.level
    return (
      difficulty["hops"] ?? level + 1, difficulty["people"] ?? level + 7,
      difficulty["relations"] ?? (level < 6 ? 2 : 3)
    )
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let sizes = Self.sizes(at: difficulty)
    guard problem.path.count == sizes.hops, problem.people.count == sizes.people,
      problem.relations.count == sizes.relations
    else { return nil }
    return [
      "hops": .init(sizes.hops), "people": .init(sizes.people),
      "relations": .init(sizes.relations), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// All uniform: permutations without fixed points, the start, the relations to follow.
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let sizes = Self.sizes(at: difficulty)
    var (people, relations) = (Self.names, Self.relationNames)
    stream.shuffle(&people)
    stream.shuffle(&relations)
    var order = (0..<sizes.people).flatMap { person in
      (0..<sizes.relations).map { (subject: person, relation: $0) }
    }
    stream.shuffle(&order)
    let problem = Problem(
      people: Array(people.prefix(sizes.people)),
      relations: Array(relations.prefix(sizes.relations)),
      table: (0..<sizes.relations).map { _ in Self.derangement(sizes.people, using: &stream) },
      order: order, current: stream.uniform(sizes.people),
      path: (0..<sizes.hops).map { _ in stream.uniform(sizes.relations) })
    return posed(problem, text: Self.text(problem), at: difficulty)
  }

  private static func derangement(_ count: Int, using stream: inout RandomStream) -> [Int] {
    while true {
      var images = Array(0..<count)
      stream.shuffle(&images)
      if images.indices.allSatisfy({ images[$0] != $0 }) { return images }
    }
  }

  static func text(_ problem: Problem) -> String {
    var text: [UInt8] = []
    for (subject, relation) in problem.order {
      text += problem.people[subject].utf8
      text.append(UInt8(ascii: " "))
      text += problem.relations[relation].utf8
      text.append(UInt8(ascii: " "))
      text += problem.people[problem.table[relation][subject]].utf8
      text += "; ".utf8
    }
    text += question(problem, problem.current, problem.path[...]).utf8
    text.append(UInt8(ascii: "?"))
    return String(decoding: text, as: UTF8.self)
  }

  private static func question(
    _ problem: Problem, _ person: Int, _ path: ArraySlice<Int>
  ) -> String {
    path.reduce(problem.people[person]) { $0 + " " + problem.relations[$1] }
  }

  /// Reads loosely and keeps complete tables as this family would write them.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 8192, text.hasSuffix("?") else { return nil }
    var parts = text.dropLast().split(separator: "; ", omittingEmptySubsequences: false).map {
      $0.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    }
    let question = parts.removeLast()
    guard question.count >= 2, parts.allSatisfy({ $0.count == 3 }) else { return nil }
    var people: [String: Int] = [:]
    var relations: [String: Int] = [:]
    var problem = Problem(
      people: [], relations: [], table: [], order: [], current: 0, path: [])
    for part in parts {
      if people.updateValue(people[part[0]] ?? people.count, forKey: part[0]) == nil {
        problem.people.append(part[0])
      }
      if relations.updateValue(relations[part[1]] ?? relations.count, forKey: part[1]) == nil {
        problem.relations.append(part[1])
      }
    }
    guard (3...24).contains(people.count), (1...4).contains(relations.count),
      parts.count == people.count * relations.count,
      problem.people.allSatisfy({ Self.isWord($0, isName: true) }),
      problem.relations.allSatisfy({ Self.isWord($0, isName: false) })
    else { return nil }
    problem.table = relations.map { _ in [Int](repeating: -1, count: people.count) }
    for part in parts {
      guard let subject = people[part[0]], let relation = relations[part[1]],
        let object = people[part[2]], subject != object,
        problem.table[relation][subject] < 0
      else { return nil }
      problem.table[relation][subject] = object
      problem.order.append((subject, relation))
    }
    guard let start = people[question[0]],
      problem.table.allSatisfy({ Set($0).count == people.count })
    else { return nil }
    problem.current = start
    for word in question.dropFirst() {
      guard let relation = relations[word] else { return nil }
      problem.path.append(relation)
    }
    return problem.path.count <= 16 ? problem : nil
  }

  private static func isWord(_ word: String, isName: Bool) -> Bool {
    guard (2...12).contains(word.utf8.count), let first = word.utf8.first else { return false }
    let small = UInt8(ascii: "a")...UInt8(ascii: "z")
    let capital = UInt8(ascii: "A")...UInt8(ascii: "Z")
    return (isName ? capital : small).contains(first)
      && word.utf8.dropFirst().allSatisfy { small.contains($0) }
  }

  public func canonicalText(_ problem: Problem) -> String { KHopNaming.canonicalText(problem) }

  /// There are D(n)^r n r^h problems of named people and relations, all equally likely, where D(n)
  /// counts the permutations without fixed points; at most n! r! of them are one problem.
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let sizes = Self.sizes(at: difficulty)
    // D(n) = (n - 1) (D(n - 1) + D(n - 2)).
    var derangements = (0.0, 1.0)
    for count in stride(from: 2, through: sizes.people, by: 1) {
      derangements = (derangements.1, Double(count - 1) * (derangements.0 + derangements.1))
      if count == 2 { derangements = (0, 1) }
    }
    var bound = 1 / Double(sizes.people)
    for index in 1...sizes.people { bound *= Double(index) }
    for index in 1...sizes.relations { bound *= Double(index) / derangements.1 }
    for _ in 0..<sizes.hops { bound /= Double(sizes.relations) }
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: min(1, bound), collisionIsExact: false,
      heaviest: min(1, bound),
      note:
        "\(sizes.people) people, \(sizes.relations) relations without fixed points, \(sizes.hops) hops, "
        + "up to renaming and order; bounded by renamings / named problems")
  }

  public func choices(_ state: Problem) -> Int { state.path.isEmpty ? 0 : 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    let relation = state.path[0]
    return Self.step(
      state, subject: state.current, relation: relation,
      object: state.table[relation][state.current], path: Array(state.path.dropFirst()))
  }

  private static func step(
    _ state: Problem, subject: Int, relation: Int, object: Int, path: [Int]
  ) -> (line: String, state: Problem) {
    var next = state
    next.current = object
    next.path = path
    next.line += 1
    let line =
      "\(state.people[subject]) \(state.relations[relation]) \(state.people[object]): "
      + question(state, object, path[...])
    return (line, next)
  }

  public func answer(_ state: Problem) -> String { state.people[state.current] }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    StepNote("look-up", from: line == 1 ? [0] : [0, line - 1])
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    let relation = state.path[0]
    let path = Array(state.path.dropFirst())
    let right = state.table[relation][state.current]
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, subject: Int, object: Int, path: [Int]) {
      let (line, next) = Self.step(
        state, subject: subject, relation: relation, object: object, path: path)
      slips.append(Slip(kind, line: line, state: next))
    }
    let other = (relation + 1) % state.relations.count
    let neighbour = state.table[other][state.current]
    if neighbour != right {
      add("wrong-relation", subject: state.current, object: neighbour, path: path)
    }
    if let source = state.table[relation].firstIndex(of: state.current), source != right {
      add("wrong-direction", subject: state.current, object: source, path: path)
    }
    let stranger = (state.current + 1 + state.line) % state.people.count
    if stranger != state.current {
      add("wrong-person", subject: stranger, object: state.table[relation][stranger], path: path)
    }
    if !path.isEmpty {
      add("lost-hop", subject: state.current, object: right, path: Array(path.dropFirst()))
    }
    return slips
  }

  public func guesses(_ problem: Problem) -> [(name: String, answer: String)] {
    let last = problem.order.last.map { problem.table[$0.relation][$0.subject] } ?? 0
    let first = problem.order.first.map { problem.table[$0.relation][$0.subject] } ?? 0
    let near = problem.path.last.map { problem.table[$0][problem.current] } ?? 0
    return [
      ("the start", problem.people[problem.current]), ("the last name", problem.people[last]),
      ("the first object", problem.people[first]),
      ("the last relation alone", problem.people[near]),
    ]
  }

  /// At level 1 the answer is one of eight.
  public func shortcutBound(level: Int) -> Double { level < 3 ? 0.25 : 0.2 }
}
