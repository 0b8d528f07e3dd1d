public import Files
public import Randomness

/// A list of digits, reduced line by line: any adjacent pair becomes its sum modulo 10.
///
///     9+8+2+5  ->  7+2+5 / 7+7 / 4 / Answer: 4
///
/// Every adjacent pair is an equally likely next step, so the distribution of the next line is
/// known exactly. Level l has l + 2 terms (knob `terms`). No two problems are equal, so the
/// canonical form is the text itself.
public struct SumReduce: WalkFamily {
  /// The remaining digits, 1…64 of them.
  public typealias Problem = [UInt8]

  public static let name = "sum-reduce"

  public init() {}

  public var about: String {
    "A list of digits is rewritten line by line, one adjacent pair becoming its sum modulo 10."
  }

  public var knobs: [Knob] {
    [.settable("terms", in: 2...64, "digits to begin with"), .verbose]
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let digits = (0..<Self.terms(at: difficulty)).map { _ in UInt8(stream.uniform(10)) }
    return posed(digits, text: Self.text(digits), at: difficulty)
  }

  public func knobs(of problem: [UInt8], at difficulty: Difficulty) -> JSONObject? {
    problem.count == Self.terms(at: difficulty)
      ? ["terms": .init(problem.count), "verbose": difficulty.isVerbose ? 1 : 0] : nil
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let terms = Self.terms(at: difficulty)
    guard terms <= 6 else { return false }
    var digits = [UInt8](repeating: 0, count: terms)
    while true {
      try body(Self.text(digits))
      guard let place = digits.lastIndex(where: { $0 < 9 }) else { return true }
      digits[place] += 1
      for after in place + 1..<terms { digits[after] = 0 }
    }
  }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let terms = Self.terms(at: difficulty)
    let count = (0..<terms).reduce(1.0) { product, _ in product * 10 }
    return ProblemSpace(
      problems: "1" + String(repeating: "0", count: terms), collision: 1 / count,
      collisionIsExact: true, heaviest: 1 / count, note: "10^\(terms) lists of digits, uniform")
  }

  private static func terms(at difficulty: Difficulty) -> Int {
    difficulty["terms"] ?? difficulty.level + 2
  }

  public func read(_ text: String) -> [UInt8]? {
    let bytes = Array(text.utf8)
    guard (3...127).contains(bytes.count), bytes.count % 2 == 1 else { return nil }
    var digits: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if index % 2 == 1 {
        guard byte == UInt8(ascii: "+") else { return nil }
      } else {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        digits.append(byte - UInt8(ascii: "0"))
      }
    }
    return digits
  }

  public func canonicalText(_ problem: [UInt8]) -> String { Self.text(problem) }

  public func choices(_ state: [UInt8]) -> Int { state.count - 1 }

  public func step(_ state: [UInt8], _ choice: Int) -> (line: String, state: [UInt8]) {
    var next = state
    next[choice] = (state[choice] + state[choice + 1]) % 10
    next.remove(at: choice + 1)
    return (Self.text(next), next)
  }

  public func note(_ state: [UInt8], _ choice: Int, line: Int) -> StepNote? {
    StepNote("add-pair", from: [line - 1])
  }

  public func slips(_ state: [UInt8], _ choice: Int) -> [Slip<[UInt8]>] {
    let right = step(state, choice).state
    func slip(_ kind: String, _ digit: UInt8) -> Slip<[UInt8]> {
      var wrong = right
      wrong[choice] = digit % 10
      return Slip(kind, line: Self.text(wrong), state: wrong)
    }
    return [
      slip("off-by-one", right[choice] + 1), slip("off-by-one", right[choice] + 9),
      slip("lost-digit", state[choice]), slip("wrong-operator", state[choice] * state[choice + 1]),
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.15 }

  public func answer(_ state: [UInt8]) -> String { Self.text(state) }

  private static func text(_ digits: [UInt8]) -> String {
    var bytes: [UInt8] = []
    for digit in digits {
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "+")) }
      bytes.append(digit + UInt8(ascii: "0"))
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
