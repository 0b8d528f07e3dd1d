extension LinearSystem {
  /// A fraction in lowest terms, the sign in front. Numbers of a system stay far below 128 bits.
  struct Fraction: Sendable {
    var top: Int128
    var bottom: Int128

    init(_ top: Int128, over bottom: Int128) {
      var (a, b) = (top.magnitude, bottom.magnitude)
      while b != 0 { (a, b) = (b, a % b) }
      let divisor = Int128(a) * (bottom < 0 ? -1 : 1)
      (self.top, self.bottom) = (top / divisor, bottom / divisor)
    }

    var text: String { bottom == 1 ? "\(top)" : "\(top)/\(bottom)" }
  }

  /// Passes over columns that need no line.
  static func settle(_ state: inout Problem) {
    while state.common == nil, !state.isContradictory, state.column < state.count {
      let holders = state.holders
      if state.pivot == nil, holders.count > 1 { return }
      if state.pivot != nil, !holders.isEmpty { return }
      let pivot = state.pivot ?? holders.first
      if let pivot { state.isUsed[pivot] = true }
      state.pivots.append(pivot)
      state.pivot = nil
      state.column += 1
    }
  }

  /// The unknown whose value is written next, once all columns are done.
  private static func unknown(_ state: Problem) -> Int? {
    guard state.column == state.count, !state.isContradictory, state.common == nil else {
      return nil
    }
    return state.values.lastIndex { $0 == nil }
  }

  public func choices(_ state: Problem) -> Int {
    if state.common != nil { return 1 }
    if state.isContradictory { return 0 }
    if state.column < state.count {
      let holders = state.holders.count
      return state.pivot == nil ? holders * (holders - 1) : holders
    }
    return Self.unknown(state) == nil ? 0 : 1
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    if let common = state.common {
      let row = state.rows[common.row].map { $0 / common.factor }
      return written(
        "R\(common.row + 1)=R\(common.row + 1)/\(common.factor): ", row, common.row, state)
    }
    if state.column < state.count {
      let (pivot, target) = Self.pair(state, choice)
      let (p, q) = Self.factors(state, pivot, target)
      let row = zip(state.rows[target], state.rows[pivot]).map { p * $0 - q * $1 }
      var next = state
      next.pivot = pivot
      return written(Self.operation(target, p, q, pivot), row, target, next)
    }
    guard let column = Self.unknown(state) else { return ("", state) }
    return value(of: column, state)
  }

  /// The rows of a choice: the pivot, and the one that loses the unknown.
  private static func pair(_ state: Problem, _ choice: Int) -> (pivot: Int, target: Int) {
    let holders = state.holders
    if let pivot = state.pivot { return (pivot, holders[choice]) }
    let others = holders.count - 1
    let target = choice % others
    let pivot = choice / others
    return (holders[pivot], holders[target < pivot ? target : target + 1])
  }

  /// The least p > 0 and q with p * target = q * pivot in the column.
  private static func factors(_ state: Problem, _ pivot: Int, _ target: Int) -> (p: Int, q: Int) {
    let fraction = Fraction(
      Int128(state.rows[target][state.column]), over: Int128(state.rows[pivot][state.column]))
    return (Int(fraction.bottom), Int(fraction.top))
  }

  private static func operation(_ target: Int, _ p: Int, _ q: Int, _ pivot: Int) -> String {
    "R\(target + 1)=\(p)*R\(target + 1)\(q < 0 ? "+" : "-")\(abs(q))*R\(pivot + 1): "
  }

  /// The state after a row was written, and its line.
  private func written(
    _ operation: String, _ row: [Int], _ index: Int, _ state: Problem
  ) -> (line: String, state: Problem) {
    var next = state
    next.written += 1
    next.rows[index] = row
    next.rowLines[index] = next.written
    next.common = nil
    let hasUnknowns = row.dropLast().contains { $0 != 0 }
    if hasUnknowns {
      var factor = 0
      for number in row {
        var (a, b) = (abs(number), factor)
        while b != 0 { (a, b) = (b, a % b) }
        factor = a
      }
      if factor > 1 { next.common = (index, factor) }
    } else {
      next.isContradictory = row[row.count - 1] != 0
    }
    Self.settle(&next)
    return (operation + Self.text(row), next)
  }

  private func value(
    of column: Int, _ state: Problem, off: Int128 = 0, keepsSign: Bool = false
  ) -> (line: String, state: Problem) {
    var next = state
    next.written += 1
    next.valueLines[column] = next.written
    let letter = Self.letters[column]
    guard let pivot = state.pivots[column] else {
      next.values[column] = Fraction(0, over: 1)
      return ("\(letter)=0 free", next)
    }
    let row = state.rows[pivot]
    var text = "\(letter)=(\(row[row.count - 1])"
    var sum = Fraction(Int128(row[row.count - 1]), over: 1)
    for other in 0..<state.count where other > column && row[other] != 0 {
      let value = state.values[other] ?? Fraction(0, over: 1)
      text += "\(row[other] < 0 ? "+" : "-")\(abs(row[other]))*\(value.text)"
      let sign: Int128 = keepsSign ? 1 : -1
      sum = Fraction(
        sum.top * value.bottom + sign * Int128(row[other]) * value.top * sum.bottom,
        over: sum.bottom * value.bottom)
    }
    let value = Fraction(
      sum.top + off * sum.bottom, over: sum.bottom * Int128(row[column]))
    next.values[column] = value
    return (text + ")/\(row[column])=\(value.text)", next)
  }

  public func answer(_ state: Problem) -> String {
    if state.isContradictory { return "none" }
    var parts: [String] = []
    var free: [String] = []
    for column in 0..<state.count {
      parts.append("\(Self.letters[column])=\(state.values[column]?.text ?? "0")")
      if state.pivots[column] == nil { free.append(Self.letters[column]) }
    }
    let text = parts.joined(separator: ", ")
    return free.isEmpty ? text : text + "; free " + free.joined(separator: ", ")
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    if state.common != nil { return StepNote("divide-row", from: [line - 1]) }
    if state.column < state.count {
      let (pivot, target) = Self.pair(state, choice)
      return StepNote(
        "eliminate", from: Array(Set([state.rowLines[pivot], state.rowLines[target]])).sorted())
    }
    guard let column = Self.unknown(state) else { return nil }
    guard let pivot = state.pivots[column] else {
      return StepNote("free-unknown", from: [line - 1])
    }
    var lines: Set<Int> = [state.rowLines[pivot]]
    for other in (column + 1)..<max(column + 1, state.count) where state.rows[pivot][other] != 0 {
      lines.insert(state.valueLines[other])
    }
    return StepNote("substitute", from: lines.sorted())
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    func slip(_ kind: String, _ wrong: (line: String, state: Problem)) -> Slip<Problem> {
      Slip(kind, line: wrong.line, state: wrong.state)
    }
    if let common = state.common {
      var row = state.rows[common.row].map { $0 / common.factor }
      row[state.count] = state.rows[common.row][state.count]
      if row == state.rows[common.row].map({ $0 / common.factor }) { row[state.count] += 1 }
      return [
        slip(
          "side-forgotten",
          written(
            "R\(common.row + 1)=R\(common.row + 1)/\(common.factor): ", row, common.row, state))
      ]
    }
    if state.column < state.count {
      let (pivot, target) = Self.pair(state, choice)
      let (p, q) = Self.factors(state, pivot, target)
      let right = zip(state.rows[target], state.rows[pivot]).map { p * $0 - q * $1 }
      var next = state
      next.pivot = pivot
      var slips: [Slip<Problem>] = []
      func add(_ kind: String, _ row: [Int]) {
        if row != right {
          slips.append(slip(kind, written(Self.operation(target, p, q, pivot), row, target, next)))
        }
      }
      var row = right
      row[state.count] += 1
      add("off-by-one", row)
      row = right
      row[state.count] = p * state.rows[target][state.count]
      add("side-forgotten", row)
      row = right
      for column in (state.column + 1)..<max(state.column + 1, state.count) where row[column] != 0 {
        row[column] = p * state.rows[target][column] + q * state.rows[pivot][column]
        break
      }
      add("wrong-sign", row)
      return slips
    }
    guard let column = Self.unknown(state), state.pivots[column] != nil else { return [] }
    let right = value(of: column, state)
    return [
      slip("off-by-one", value(of: column, state, off: 1)),
      slip("wrong-sign", value(of: column, state, keepsSign: true)),
    ].filter { $0.line != right.line }
  }
}
