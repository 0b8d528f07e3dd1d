public import Files
public import Randomness

/// Objects move between boxes; one question at the end.
///
///     A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?
///       ->  A={key} B={cup} / A={pen} C={key} / Answer: A
///
/// Each step restates the two boxes concerned. Level l has l + 1 operations; boxes grow from 4 to
/// 6 and objects from 2 to 12 (knobs `boxes`, `objects`, `operations`). Each operation is uniform
/// over all that are possible, the answer as often the box that the object begins in, or the last
/// box of the text, as chance would have it (`BoxTracking+Shares`). Renaming boxes and objects
/// gives the same problem.
public struct BoxTracking: WalkFamily {
  enum Operation: Sendable, Equatable {
    case move(object: Int, to: Int)
    /// `first` < `second`.
    case swap(first: Int, second: Int)
  }

  /// The state of the boxes and the operations to come.
  public struct Problem: Sendable, Equatable {
    var boxCount: Int
    /// Alphabetical; an object is its index here.
    var names: [String]
    /// The box of each object.
    var place: [Int]
    var operations: [Operation]
    var done = 0
    /// The object asked for.
    var query: Int
    /// The line that restated each box last, 0 for the problem.
    var boxLines: [Int] = []

    /// The line that restated a box last.
    func line(of box: Int) -> Int { box < boxLines.count ? boxLines[box] : 0 }

    /// The last box that the text names before the question; the start's last without operations.
    var lastNamed: Int {
      switch operations.last {
      case .move(_, let box): box
      case .swap(_, let second): second
      case nil: boxCount - 1
      }
    }

    var text: String {
      var text = (0..<boxCount).map(boxText).joined(separator: " ")
      for operation in operations {
        switch operation {
        case .move(let object, let box):
          text += "; move \(names[object]) to \(BoxTracking.letter(box))"
        case .swap(let first, let second):
          text += "; swap \(BoxTracking.letter(first)) \(BoxTracking.letter(second))"
        }
      }
      return text + "; where is \(names[query])?"
    }

    /// `A={cup,key}`.
    func boxText(_ box: Int) -> String {
      let contents = names.indices.filter { place[$0] == box }.map { names[$0] }
      return "\(BoxTracking.letter(box))={\(contents.joined(separator: ","))}"
    }

    /// Performs the next operation and names the two boxes concerned, in order.
    mutating func advance() -> (Int, Int) { perform(operations[done]) }

    /// Performs an operation in place of the next.
    mutating func perform(_ operation: Operation) -> (Int, Int) {
      defer { done += 1 }
      switch operation {
      case .move(let object, let box):
        let from = place[object]
        place[object] = box
        return (min(from, box), max(from, box))
      case .swap(let first, let second):
        for object in place.indices {
          if place[object] == first {
            place[object] = second
          } else if place[object] == second {
            place[object] = first
          }
        }
        return (first, second)
      }
    }
  }

  public static let name = "box-tracking"

  static let objectNames = [
    "ball", "bell", "book", "card", "coin", "comb", "cup", "drum", "fork", "key", "lamp", "leaf",
    "map", "pen", "ring", "sock",
  ]

  public init() {}

  public var about: String {
    "Objects move between boxes and boxes swap contents; the end asks where one object is."
  }

  public var knobs: [Knob] {
    [
      .settable("boxes", in: 2...6, "boxes"), .settable("objects", in: 1...12, "objects"),
      // With more than 14, the number of problems exceeds 128 bits.
      .settable("operations", in: 1...14, "moves and swaps"), .verbose,
    ]
  }

  /// The sizes that a difficulty draws from, both uniform.
  static func sizes(
    at difficulty: Difficulty
  ) -> (boxes: ClosedRange<Int>, objects: ClosedRange<Int>, operations: Int) {
    let level = difficulty.level
    precondition((1...10).contains(level), "box-tracking has no level \(level)")
    let least = 4 + (level - 1) / 3
    return (
      difficulty["boxes"].map { $0...$0 } ?? min(6, least)...min(6, 4 + level / 3),
      difficulty["objects"].map { $0...$0 } ?? level + 1...min(12, level + 3),
      difficulty["operations"] ?? level + 1
    )
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let sizes = Self.sizes(at: difficulty)
    let boxCount = stream.uniform(sizes.boxes)
    let objectCount = stream.uniform(sizes.objects)
    let shares = Shares(boxes: boxCount, objects: objectCount, operations: sizes.operations)
    let wanted = shares.draw(using: &stream)
    while true {
      let problem = Self.problem(boxCount, objectCount, sizes.operations, using: &stream)
      if Shares.Kind(of: problem) == wanted {
        return posed(problem, text: problem.text, at: difficulty)
      }
    }
  }

  /// Uniform over all of a size.
  private static func problem(
    _ boxCount: Int, _ objectCount: Int, _ operationCount: Int, using stream: inout RandomStream
  ) -> Problem {
    var names = objectNames
    stream.shuffle(&names)
    names = names.prefix(objectCount).sorted()
    var state = Problem(
      boxCount: boxCount, names: names, place: names.map { _ in stream.uniform(boxCount) },
      operations: [], query: stream.uniform(objectCount))
    let initial = state.place
    for _ in 0..<operationCount {
      state.operations.append(operation(possibleIn: state, using: &stream))
      _ = state.advance()
    }
    state.place = initial
    state.done = 0
    return state
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let sizes = Self.sizes(at: difficulty)
    guard sizes.boxes.contains(problem.boxCount), sizes.objects.contains(problem.names.count),
      problem.operations.count == sizes.operations
    else { return nil }
    return [
      "boxes": .init(problem.boxCount), "objects": .init(problem.names.count),
      "operations": .init(problem.operations.count), "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Uniform over all moves of an object to another box and all swaps of a pair of boxes.
  private static func operation(
    possibleIn state: Problem, using stream: inout RandomStream
  ) -> Operation {
    let (n, k) = (state.boxCount, state.names.count)
    var index = stream.uniform(k * (n - 1) + n * (n - 1) / 2)
    if index < k * (n - 1) {
      let object = index / (n - 1)
      let box = index % (n - 1)
      return .move(object: object, to: box < state.place[object] ? box : box + 1)
    }
    index -= k * (n - 1)
    var first = 0
    while index >= n - 1 - first {
      index -= n - 1 - first
      first += 1
    }
    return .swap(first: first, second: first + 1 + index)
  }

  public func choices(_ state: Problem) -> Int { state.done < state.operations.count ? 1 : 0 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    state.performing(state.operations[state.done])
  }

  public func answer(_ state: Problem) -> String { Self.letter(state.place[state.query]) }

  static func letter(_ box: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "A") + UInt8(box)))
  }
}
