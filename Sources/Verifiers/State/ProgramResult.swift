/// What a program prints, found without lines: a table of values is rewritten by each statement.
struct ProgramResult {
  let printed: Int

  init(of program: ProgramText) {
    // Variables are 0 to 4, elements follow.
    var table = program.variables.map { $0 ?? 0 } + program.elements
    let (first, count, modulus) = (program.variables.count, program.elements.count, program.modulus)
    func place(_ place: ProgramText.Place, _ table: [Int]) -> Int? {
      switch place {
      case .number: nil
      case .variable(let index): index
      case .element(let index): first + index
      case .elementBy(let variable): first + table[variable] % count
      }
    }
    func value(_ operand: ProgramText.Place, _ table: [Int]) -> Int {
      if case .number(let value) = operand { return value }
      return place(operand, table).map { table[$0] } ?? 0
    }
    func holds(_ condition: ProgramText.Condition, _ table: [Int]) -> Bool {
      let difference = value(condition.left, table) - value(condition.right, table)
      return condition.sign == "<" ? difference < 0 : difference > 0
    }
    func after(_ statements: [ProgramText.Statement], _ start: [Int]) -> [Int] {
      statements.reduce(into: start) { table, statement in
        switch statement {
        case .set(let target, let left, let sign, let right):
          let (x, y) = (value(left, table), value(right, table))
          guard let index = place(target, table) else { return }
          // Below the modulus, minus y is the same as plus the modulus minus y.
          table[index] =
            switch sign {
            case "+": (x + y) % modulus
            case "-": (x + modulus - y) % modulus
            case "*": x * y % modulus
            default: x
            }
        case .loop(let condition, let most, let body):
          var left = most
          while left > 0, holds(condition, table) {
            table = after(body, table)
            left -= 1
          }
        case .branch(let condition, let then, let otherwise):
          table = after(holds(condition, table) ? then : otherwise, table)
        }
      }
    }
    table = after(program.body, table)
    printed = table[program.printed]
  }
}
