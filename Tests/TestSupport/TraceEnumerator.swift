public import Files
public import Records

/// All valid traces of a problem, written for the tests from the family's text specification
/// alone: it shares no code with the module that works the problems nor with the one that
/// verifies them.
public protocol TraceEnumerator: Sendable {
  /// What is left to write; `nil` as a successor's state: nothing, the trace is complete.
  associatedtype State

  /// Whose traces these are.
  var family: String { get }

  /// The bytes that valid texts of the family are made of.
  var alphabet: String { get }

  /// Reads a problem, given as its lexemes; `nil` for an unreadable one.
  func begin(_ lexemes: [String]) -> State?

  /// Every line that may come next. The last is the answer, with no state after it.
  func successors(_ state: State) -> [(line: String, state: State?)]

  /// A record's knobs by another reading of its texts; `nil` where they cannot be true.
  func knobs(of record: Record) -> [String: JSON]?

  /// Kinds of mutants (`Mutations`) that change none of the family's texts, such as `digit` where
  /// there are no numbers.
  var kindsWithoutUse: Set<String> { get }

  /// Levels at which traces have no more steps than a level below: only their length grows.
  var levelsOfEqualSteps: ClosedRange<Int>? { get }

  /// Whether a problem of one level can be one of another as well.
  var levelsShareProblems: Bool { get }
}

extension TraceEnumerator {
  public var kindsWithoutUse: Set<String> { [] }
  public var levelsOfEqualSteps: ClosedRange<Int>? { nil }
  public var levelsShareProblems: Bool { false }
}

extension Enumerators {
  /// The enumerator of the family called `family`, if there is one.
  public static func named(_ family: String) -> (any TraceEnumerator)? {
    all.first { $0.family == family }
  }
}

/// What a text is by the enumerator's lights.
public enum Judgement: Sendable, Equatable {
  /// One of the valid traces; its answer as the enumerator writes it.
  case valid(answer: String)
  /// The first line that no valid trace with the same lines before it has; 0: the problem.
  case invalid(step: Int)
}

/// The tree of all valid traces of one problem, grown where texts lead.
public final class TraceTree<Enumerator: TraceEnumerator> {
  private let enumerator: Enumerator
  private let root: Node?

  private final class Node {
    let state: Enumerator.State?
    /// What was written to come here.
    let line: String
    var children: [[UInt8]: Node]?
    init(_ state: Enumerator.State?, after line: String = "") {
      (self.state, self.line) = (state, line)
    }
  }

  public init(_ enumerator: Enumerator, problem: [UInt8]) {
    self.enumerator = enumerator
    let lines = NormalText.lines(problem)
    if lines.count == 1, lines[0].allSatisfy({ $0 < 0x80 }) {
      let lexemes = NormalText.lexemes(lines[0]).map { String(decoding: $0, as: UTF8.self) }
      root = enumerator.begin(lexemes).map { Node($0) }
    } else {
      root = nil
    }
  }

  public var isReadable: Bool { root != nil }

  public func judge(_ solution: [UInt8]) -> Judgement {
    guard var node = root else { return .invalid(step: 0) }
    let lines = NormalText.lines(solution)
    for (index, line) in lines.enumerated() {
      guard let child = children(of: node)[NormalText.normal(line)] else {
        return .invalid(step: index + 1)
      }
      node = child
    }
    guard node.state == nil, !lines.isEmpty else { return .invalid(step: lines.count + 1) }
    return .valid(answer: String(node.line.dropFirst("Answer: ".count)))
  }

  /// Every valid trace, in the enumerator's own writing.
  public func everyTrace() -> [[String]] {
    guard let state = root?.state else { return [] }
    return traces(from: state)
  }

  private func traces(from state: Enumerator.State) -> [[String]] {
    enumerator.successors(state).flatMap { line, next in
      next.map { traces(from: $0).map { [line] + $0 } } ?? [[line]]
    }
  }

  /// One valid trace, each line chosen by `choose` from the number of lines that may come next.
  public func trace(choosing choose: (Int) -> Int) -> [String]? {
    guard var state = root?.state else { return nil }
    var lines: [String] = []
    while true {
      let next = enumerator.successors(state)
      let choice = next[choose(next.count)]
      lines.append(choice.line)
      guard let after = choice.state else { return lines }
      state = after
    }
  }

  private func children(of node: Node) -> [[UInt8]: Node] {
    if let children = node.children { return children }
    var children: [[UInt8]: Node] = [:]
    if let state = node.state {
      for next in enumerator.successors(state) {
        children[NormalText.normal(Array(next.line.utf8))] = Node(
          next.state, after: next.line)
      }
    }
    node.children = children
    return children
  }
}
