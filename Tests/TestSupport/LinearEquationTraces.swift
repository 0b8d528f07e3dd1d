public import Files
public import Records

/// Traces of `linear-equation`. Both `add` and `subtract` are tried with the size of each term;
/// those stay that remove the right side's x-term or the left side's constant.
public struct LinearEquationTraces: TraceEnumerator {
  public let family = "linear-equation"
  /// An equation as (x, constant) of both sides, or the solution.
  public enum State {
    case equation(left: (x: Int, n: Int), right: (x: Int, n: Int))
    case solved(String)
  }

  public let alphabet = "0123456789x+-=/ \naddsubtractdivideby:Answer"

  public init() {}

  public var levelsShareProblems: Bool { true }

  public func knobs(of record: Record) -> [String: JSON]? {
    let values = record.problem.split { !$0.isNumber }.compactMap { Int($0) }
    guard let coefficient = record.knobs["coefficient_bound"]?.intValue,
      let constant = record.knobs["constant_bound"]?.intValue,
      values.allSatisfy({ $0 <= max(coefficient, constant) })
    else { return nil }
    for term in record.problem.split(separator: "x", omittingEmptySubsequences: false).dropLast() {
      let digits = String(term.reversed().prefix { $0.isNumber }.reversed())
      guard digits.isEmpty || Int(digits).map({ $0 <= coefficient }) ?? false else { return nil }
    }
    return [
      "coefficient_bound": JSON(coefficient), "constant_bound": JSON(constant),
      "fractions": JSON(record.answer?.contains("/") ?? false),
    ]
  }

  public func begin(_ lexemes: [String]) -> State? {
    let sides = lexemes.split(separator: "=", omittingEmptySubsequences: false).map { Array($0) }
    guard sides.count == 2, let left = Self.read(sides[0]), let right = Self.read(sides[1]),
      left.x != right.x
    else { return nil }
    return .equation(left: left, right: right)
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    guard case .equation(let left, let right) = state else {
      if case .solved(let value) = state { return [("Answer: \(value)", nil)] }
      return []
    }
    if left.x == 1, left.n == 0, right.x == 0 { return [("Answer: \(right.n)", nil)] }
    var lines: [(String, State?)] = []
    for (word, sign) in [("add", 1), ("subtract", -1)] {
      if right.x != 0 {
        let size = abs(right.x)
        let (l, r) = ((left.x + sign * size, left.n), (right.x + sign * size, right.n))
        if r.0 == 0 {
          lines.append(
            (
              "\(word) \(Self.term(size)): \(Self.write(l))=\(Self.write(r))",
              .equation(left: l, right: r)
            ))
        }
      }
      if left.n != 0 {
        let size = abs(left.n)
        let (l, r) = ((left.x, left.n + sign * size), (right.x, right.n + sign * size))
        if l.1 == 0 {
          lines.append(
            ("\(word) \(size): \(Self.write(l))=\(Self.write(r))", .equation(left: l, right: r)))
        }
      }
    }
    if right.x == 0, left.n == 0 {
      let value = Self.ratio(right.n, left.x)
      lines.append(("divide by \(left.x): x=\(value)", .solved(value)))
    }
    return lines
  }

  /// A sum of signed terms, kept only if it is the canonical writing of what it adds up to.
  private static func read(_ lexemes: [String]) -> (x: Int, n: Int)? {
    var side = (x: 0, n: 0)
    var sign = 1
    for lexeme in lexemes {
      switch lexeme {
      case "+": sign = 1
      case "-": sign = -1
      default:
        let digits = lexeme.hasSuffix("x") ? String(lexeme.dropLast()) : lexeme
        guard digits.count <= 9, digits.allSatisfy({ "0123456789".contains($0) }),
          let number = digits.isEmpty && lexeme == "x" ? 1 : Int(digits)
        else { return nil }
        if lexeme.hasSuffix("x") { side.x += sign * number } else { side.n += sign * number }
      }
    }
    let written = NormalText.lexemes(Array(write(side).utf8))
    return written.map { String(decoding: $0, as: UTF8.self) } == lexemes ? side : nil
  }

  private static func term(_ x: Int) -> String { (x == 1 ? "" : x == -1 ? "-" : "\(x)") + "x" }

  private static func write(_ side: (x: Int, n: Int)) -> String {
    switch (side.x, side.n) {
    case (0, let n): "\(n)"
    case (let x, 0): term(x)
    case (let x, let n): term(x) + (n > 0 ? "+" : "") + "\(n)"
    }
  }

  /// The fraction with the least positive denominator.
  private static func ratio(_ p: Int, _ q: Int) -> String {
    func common(_ a: Int, _ b: Int) -> Int { b == 0 ? a : common(b, a % b) }
    let divisor = common(max(abs(p), abs(q)), min(abs(p), abs(q)))
    let bottom = abs(q) / divisor
    let top = (q < 0 ? -p : p) / divisor
    return bottom == 1 ? "\(top)" : "\(top)/\(bottom)"
  }
}
