public import Randomness

extension ProgramTrace {
  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Self.size(at: difficulty)
    let scalars = (0..<size.variables).map { _ in stream.uniform(size.modulus) }
    let array = (0..<size.array).map { _ in stream.uniform(size.modulus) }
    let body = Self.block(size.statements, depth: 0, size, using: &stream)
    var problem = Problem(
      Program(
        modulus: size.modulus, scalars: scalars, array: array, body: body, printed: 0,
        letters: scalars.indices.map { UInt8(ascii: "a") + UInt8($0) }))
    problem.program.printed = Self.lastSet(problem) ?? stream.uniform(size.variables)
    return posed(problem, text: problem.program.text, at: difficulty)
  }

  /// The variable that is set last: its value is not found without executing the program.
  private static func lastSet(_ problem: Problem) -> Int? {
    var state = problem
    var last: Int?
    while !state.isAtEnd {
      switch state.instruction {
      case .assign(let assignment):
        let outcome = state.evaluated(assignment)
        if outcome.target < state.program.scalars.count { last = outcome.target }
        state = state.assigning(assignment, outcome).state
      case .test(let test, _): state = state.testing(state.values(test), test).state
      case .jump: return last
      }
    }
    return last
  }

  /// Statements, with those inside them as many as `count`.
  private static func block(
    _ count: Int, depth: Int, _ size: Size, using stream: inout RandomStream
  ) -> [Statement] {
    var statements: [Statement] = []
    var left = count
    while left > 0 {
      let kind = left > 1 && depth < 2 ? stream.uniform(6) : 5
      let inside = left > 1 ? stream.uniform(1...min(3, left - 1)) : 0
      switch kind {
      case 0, 1:
        statements.append(
          .loop(
            test(size, using: &stream), most: stream.uniform(2...4),
            body: block(inside, depth: depth + 1, size, using: &stream)))
        left -= 1 + inside
      case 2:
        // With two statements or more inside, the last one may be for the other case.
        let other = inside > 1 && stream.uniform(2) == 0 ? 1 : 0
        statements.append(
          .branch(
            test(size, using: &stream),
            then: block(inside - other, depth: depth + 1, size, using: &stream),
            otherwise: block(other, depth: depth + 1, size, using: &stream)))
        left -= 1 + inside
      default:
        statements.append(.assign(assignment(size, using: &stream)))
        left -= 1
      }
    }
    return statements
  }

  /// A variable against a number that may be below it and above it.
  private static func test(_ size: Size, using stream: inout RandomStream) -> Test {
    Test(
      left: place(size, using: &stream),
      sign: stream.uniform(2) == 0 ? UInt8(ascii: "<") : UInt8(ascii: ">"),
      right: .number(stream.uniform(1...size.modulus - 2)))
  }

  private static func assignment(
    _ size: Size, using stream: inout RandomStream
  ) -> Assignment {
    let target = place(size, using: &stream)
    if size.array > 0, stream.uniform(5) == 0 {
      return Assignment(target: target, left: .elementBy(scalar: stream.uniform(size.variables)))
    }
    let left = place(size, using: &stream)
    let sign = [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*")][stream.uniform(3)]
    let right =
      stream.uniform(2) == 0
      ? .number(stream.uniform(2...size.modulus - 1)) : place(size, using: &stream)
    return Assignment(target: target, left: left, rest: .init(sign: sign, right: right))
  }

  /// A variable, or, a quarter of the time, an element if there is an array.
  private static func place(_ size: Size, using stream: inout RandomStream) -> Operand {
    guard size.array > 0, stream.uniform(4) == 0 else {
      return .scalar(stream.uniform(size.variables))
    }
    return stream.uniform(2) == 0
      ? .elementAt(stream.uniform(size.array)) : .elementBy(scalar: stream.uniform(size.variables))
  }

  /// Reads a program as `text` writes one.
  public func read(_ text: String) -> Problem? {
    guard text.utf8.count <= 2048 else { return nil }
    var reader = ProgramReader(Array(text.utf8))
    guard let program = reader.program(), program.text == text else { return nil }
    return Problem(program)
  }
}
