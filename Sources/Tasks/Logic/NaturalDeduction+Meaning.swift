extension NaturalDeduction {
  /// Truth tables: every line must follow from the premises and the assumptions open at it,
  /// whatever rule it names; the answer must be the option that follows.
  public func meaning(problem: String, solution: String) -> TraceMeaning {
    guard let statement = Self.statement(problem) else { return .wrong(step: 0) }
    var formulas = statement.formulas
    var bytes = Array(solution.utf8)
    if bytes.last == 0x0A { bytes.removeLast() }
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    var assumptions: [UInt64] = []
    for (index, line) in lines.enumerated() {
      var lexemes = Lexemes(line)
      var second = lexemes
      second.advance()
      // Another rendering.
      if second.single == UInt8(ascii: ")") { return .unknown }
      if lexemes.take("Answer") {
        let isRight =
          lexemes.take(UInt8(ascii: ":")) && lexemes.take(Self.letter(statement.right))
          && lexemes.isAtEnd
        if !isRight { return .wrong(step: index + 1) }
        return index == lines.count - 1 ? .unknown : .wrong(step: index + 2)
      }
      guard lexemes.take(String(index + 1)), lexemes.take(UInt8(ascii: ".")) else {
        return .wrong(step: index + 1)
      }
      var depth = 0
      while lexemes.take(UInt8(ascii: "|")) { depth += 1 }
      guard let formula = formulas.read(&lexemes), lexemes.take("by"), !lexemes.isAtEnd else {
        return .wrong(step: index + 1)
      }
      let isAssumed = lexemes.take("assume")
      guard depth <= assumptions.count + (isAssumed ? 1 : 0), depth > 0 || !isAssumed else {
        return .wrong(step: index + 1)
      }
      assumptions.removeSubrange((isAssumed ? depth - 1 : depth)...)
      if isAssumed { assumptions.append(formulas.truth[formula]) }
      let models = assumptions.reduce(statement.models) { $0 & $1 }
      if models & ~formulas.truth[formula] != 0 { return .wrong(step: index + 1) }
    }
    return .wrong(step: lines.count + 1)
  }
}
