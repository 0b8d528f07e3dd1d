extension ProgramTrace {
  /// One place of the flat code that a program becomes.
  enum Instruction: Sendable {
    case assign(Assignment)
    /// A loop's or a branch's condition.
    case test(Test, isLoop: Bool)
    case jump(to: Int)
  }

  /// A program in the middle of its execution.
  public struct Problem: Sendable {
    var program: Program
    var code: [Instruction] = []
    /// Where a test that fails leads, and the most rounds of a loop; by place.
    var exits: [Int] = []
    var most: [Int] = []

    var place = 0
    /// Rounds begun of the loop at each place.
    var rounds: [Int] = []
    /// The variables, then the elements; and the line that set each, 0 for the problem.
    var values: [Int]
    var setLines: [Int]
    var line = 0

    init(_ program: Program) {
      self.program = program
      values = program.scalars + program.array
      setLines = values.map { _ in 0 }
      compile(program.body)
      rounds = code.map { _ in 0 }
      settle()
    }

    var isAtEnd: Bool { place >= code.count }

    /// - Precondition: not at the end.
    var instruction: Instruction { code[place] }

    private mutating func emit(_ instruction: Instruction, most: Int = 0) -> Int {
      code.append(instruction)
      exits.append(0)
      self.most.append(most)
      return code.count - 1
    }

    private mutating func compile(_ statements: [Statement]) {
      for statement in statements {
        switch statement {
        case .assign(let assignment): _ = emit(.assign(assignment))
        case .loop(let test, let most, let body):
          let top = emit(.test(test, isLoop: true), most: most)
          compile(body)
          _ = emit(.jump(to: top))
          exits[top] = code.count
        case .branch(let test, let then, let otherwise):
          let top = emit(.test(test, isLoop: false))
          compile(then)
          let skip = otherwise.isEmpty ? nil : emit(.jump(to: 0))
          exits[top] = code.count
          compile(otherwise)
          if let skip { code[skip] = .jump(to: code.count) }
        }
      }
    }

    /// Follows jumps and leaves loops that have had their rounds.
    private mutating func settle() {
      while place < code.count {
        switch code[place] {
        case .assign, .test(_, isLoop: false): return
        case .jump(let target): place = target
        case .test(_, isLoop: true):
          if rounds[place] < most[place] { return }
          rounds[place] = 0
          place = exits[place]
        }
      }
    }

    // Reading.

    /// The index in `values` of what an operand names; `nil` for a number.
    func index(_ operand: Operand) -> Int? {
      let scalars = program.scalars.count
      return switch operand {
      case .number: nil
      case .scalar(let index): index
      case .elementAt(let index): scalars + index % program.array.count
      case .elementBy(let scalar): scalars + values[scalar] % program.array.count
      }
    }

    func value(_ operand: Operand) -> Int {
      if case .number(let value) = operand { return value }
      return index(operand).map { values[$0] } ?? 0
    }

    /// The problem, and the lines that set what is read.
    func sources(of operands: [Operand]) -> [Int] {
      var lines: Set<Int> = [0]
      for operand in operands {
        if let index = index(operand) { lines.insert(setLines[index]) }
        if case .elementBy(let scalar) = operand { lines.insert(setLines[scalar]) }
      }
      return lines.sorted()
    }

    // Assignments.

    struct Outcome {
      var target: Int
      var left: Int
      var right: Int
      var value: Int
    }

    private func raw(_ left: Int, _ sign: UInt8, _ right: Int) -> Int {
      switch sign {
      case UInt8(ascii: "+"): left + right
      case UInt8(ascii: "-"): left - right
      default: left * right
      }
    }

    private func reduced(_ value: Int) -> Int {
      let rest = value % program.modulus
      return rest < 0 ? rest + program.modulus : rest
    }

    func evaluated(_ assignment: Assignment) -> Outcome {
      outcome(
        assignment, target: index(assignment.target) ?? 0, left: value(assignment.left),
        right: assignment.rest.map { value($0.right) } ?? 0)
    }

    private func outcome(
      _ assignment: Assignment, target: Int, left: Int, right: Int
    ) -> Outcome {
      let value = assignment.rest.map { reduced(raw(left, $0.sign, right)) } ?? left
      return Outcome(target: target, left: left, right: right, value: value)
    }

    func assigning(_ assignment: Assignment, _ outcome: Outcome) -> (line: String, state: Self) {
      var next = self
      next.line += 1
      next.values[outcome.target] = outcome.value
      next.setLines[outcome.target] = next.line
      next.place += 1
      next.settle()
      let scalars = program.scalars.count
      var bytes: [UInt8] = []
      if outcome.target < scalars {
        bytes.append(program.letters[outcome.target])
      } else {
        bytes += "p[\(outcome.target - scalars)]".utf8
      }
      bytes.append(UInt8(ascii: "="))
      if let rest = assignment.rest {
        bytes += String(outcome.left).utf8
        bytes.append(rest.sign)
        bytes += String(outcome.right).utf8
        bytes.append(UInt8(ascii: "="))
      }
      bytes += String(outcome.value).utf8
      return (String(decoding: bytes, as: UTF8.self), next)
    }

    func slips(_ assignment: Assignment) -> [Slip<Self>] {
      let right = evaluated(assignment)
      var slips: [Slip<Self>] = []
      func add(_ kind: String, _ outcome: Outcome) {
        let step = assigning(assignment, outcome)
        slips.append(Slip(kind, line: step.line, state: step.state))
      }
      var wrong = right
      wrong.value = reduced(right.value + 1)
      add("off-by-one", wrong)
      if let rest = assignment.rest {
        wrong.value = raw(right.left, rest.sign, right.right)
        if wrong.value >= program.modulus { add("not-reduced", wrong) }
        // Another variable's value is read.
        if let other = values.first(where: { $0 != right.left }) {
          add(
            "wrong-operand",
            outcome(assignment, target: right.target, left: other, right: right.right))
        }
      }
      if let other = program.scalars.indices.first(where: { $0 != right.target }) {
        wrong = right
        wrong.target = other
        add("wrong-target", wrong)
      }
      return slips
    }

    // Tests.

    func values(_ test: Test) -> (left: Int, right: Int) { (value(test.left), value(test.right)) }

    func holds(_ values: (left: Int, right: Int), _ test: Test) -> Bool {
      test.sign == UInt8(ascii: "<") ? values.left < values.right : values.left > values.right
    }

    func testing(
      _ values: (left: Int, right: Int), _ test: Test, turned: Bool = false
    ) -> (line: String, state: Self) {
      let isTrue = holds(values, test) != turned
      var next = self
      next.line += 1
      if isTrue {
        next.rounds[place] += 1
        next.place += 1
      } else {
        next.rounds[place] = 0
        next.place = exits[place]
      }
      next.settle()
      var bytes = Array(String(values.left).utf8)
      bytes.append(test.sign)
      bytes += String(values.right).utf8
      bytes += (isTrue ? " yes" : " no").utf8
      return (String(decoding: bytes, as: UTF8.self), next)
    }

    func slips(_ test: Test) -> [Slip<Self>] {
      let right = values(test)
      let wrongBranch = testing(right, test, turned: true)
      let other = testing((reduced(right.left + 1), right.right), test)
      return [
        Slip("wrong-branch", line: wrongBranch.line, state: wrongBranch.state),
        Slip("wrong-operand", line: other.line, state: other.state),
      ]
    }
  }
}
