// What goes wrong in long multiplication: a neighbour in the table, a carry lost, changed or taken
// for the digit, a row without its zeros.
extension LongMultiplication {
  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ step: (line: String, state: Problem)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    if let product = state.product {
      let table = Int(state.b[state.rows.count])
      for wrong in [product + table, product - table] where (0...99).contains(wrong) {
        add("wrong-product", state.writing(product: wrong, digit: wrong % 10, carry: wrong / 10))
      }
      if state.carry > 0 {
        let wrong = product - state.carry
        add(
          "lost-carry",
          state.writing(product: wrong, digit: wrong % 10, carry: wrong / 10, adding: 0))
      }
      if product >= 10 {
        add(
          "swapped-digits",
          state.writing(product: product, digit: product / 10, carry: product % 10))
      }
      for carry in Self.wrongCarries(product / 10) {
        add("wrong-carry", state.writing(product: product, digit: product % 10, carry: carry))
      }
    } else if state.isInRows {
      let row = state.row
      if !state.rows.isEmpty, row.count > 1 {
        add("lost-shift", state.ending(row: Array(row.dropFirst(state.rows.count))))
        add("wrong-shift", state.ending(row: [0] + row))
      }
      if state.carry > 0 {
        let shifted = [UInt8](repeating: 0, count: state.rows.count) + state.written
        add("lost-carry", state.ending(row: Self.number(shifted, carry: 0)))
      }
      var wrong = row
      wrong[wrong.count - 1] = wrong[wrong.count - 1] % 9 + 1
      add("wrong-digit", state.ending(row: wrong))
    } else {
      let sum = state.columnSum
      for wrong in [sum + 1, sum - 1] where wrong >= 0 {
        add("off-by-one", state.writing(sum: wrong, digit: wrong % 10, carry: wrong / 10))
      }
      if state.carry > 0 {
        let wrong = sum - state.carry
        add(
          "lost-carry",
          state.writing(sum: wrong, digit: wrong % 10, carry: wrong / 10, adding: 0))
      }
      for carry in Self.wrongCarries(sum / 10) {
        add("wrong-carry", state.writing(sum: sum, digit: sum % 10, carry: carry))
      }
    }
    return slips
  }

  private static func wrongCarries(_ right: Int) -> [Int] {
    right > 0 ? [right - 1, right + 1] : [1]
  }
}
