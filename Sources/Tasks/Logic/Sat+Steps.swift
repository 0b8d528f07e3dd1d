extension Sat {
  enum Move: Sendable {
    case decide(Literal)
    case unit(clause: Int, Literal)
    case conflict(clause: Int)
    case resolve(with: Int, on: Literal)
    case undo(Literal)
  }

  /// Clauses given and learned, and the literals made true so far.
  public struct Problem: Sendable {
    var clauses: [Clause]
    /// The line that stated each clause; 0 for the problem.
    var clauseLines: [Int]
    var variables: Int
    var assigned: UInt16 = 0
    var isTrue: UInt16 = 0
    var trail: [(literal: Literal, line: Int)] = []
    /// The clause of a conflict that is being resolved.
    var analysed: Int?
    /// The line of the conflict, until the first resolution.
    var conflictLine: Int?
    var line = 0
    var moves: [Move] = []

    init(_ clauses: [Clause]) {
      self.clauses = clauses
      clauseLines = [Int](repeating: 0, count: clauses.count)
      let used = clauses.reduce(UInt16(0)) { $0 | $1.positive | $1.negative }
      variables = UInt16.bitWidth - used.leadingZeroBitCount
      moves = possibleMoves()
    }

    private var allTrue: Clause {
      Clause(positive: isTrue & assigned, negative: ~isTrue & assigned)
    }

    private func isSatisfied(_ clause: Clause) -> Bool {
      clause.positive & isTrue & assigned | clause.negative & ~isTrue & assigned != 0
    }

    func possibleMoves() -> [Move] {
      if let analysed { return analysisMoves(clauses[analysed]) }
      var conflicts: [Move] = []
      var units: [Move] = []
      for (index, clause) in clauses.enumerated() where !isSatisfied(clause) {
        let free = (clause.positive | clause.negative) & ~assigned
        if free == 0 { conflicts.append(.conflict(clause: index)) }
        if free.nonzeroBitCount == 1 {
          let literal = Literal(free.trailingZeroBitCount, isTrue: clause.positive & free != 0)
          units.append(.unit(clause: index, literal))
        }
      }
      if !conflicts.isEmpty { return conflicts }
      if !units.isEmpty { return units }
      return (0..<variables).filter { assigned >> UInt16($0) & 1 == 0 }.flatMap {
        [Move.decide(Literal($0, isTrue: true)), .decide(Literal($0, isTrue: false))]
      }
    }

    /// Resolutions on the latest literal that a clause forced; if none was, the latest is undone.
    private func analysisMoves(_ clause: Clause) -> [Move] {
      if clause.isEmpty { return [] }
      var before = Clause()
      var reasonsAt: [(Literal, [Int])] = []
      for (literal, _) in trail {
        if clause.contains(literal.opposite) {
          let reasons = clauses.indices.filter { index in
            var rest = clauses[index]
            guard rest.contains(literal) else { return false }
            rest.remove(literal)
            // All other literals are false, by literals made true before.
            return rest.positive & ~before.negative == 0 && rest.negative & ~before.positive == 0
          }
          reasonsAt.append((literal, reasons))
        }
        before.insert(literal)
      }
      if let (literal, reasons) = reasonsAt.last(where: { !$0.1.isEmpty }) {
        return reasons.map { .resolve(with: $0, on: literal) }
      }
      return reasonsAt.last.map { [.undo($0.0)] } ?? []
    }

    func after(_ move: Move) -> Problem {
      var next = self
      next.line += 1
      switch move {
      case .decide(let literal), .unit(_, let literal): next.assign(literal)
      case .conflict(let clause):
        next.analysed = clause
        next.conflictLine = next.line
      case .resolve(let other, let literal):
        if let analysed {
          next.learn(clauses[analysed].resolved(with: clauses[other], on: literal))
        }
      case .undo(let literal): next.undo(literal)
      }
      next.moves = next.possibleMoves()
      return next
    }

    private mutating func assign(_ literal: Literal) {
      assigned |= literal.bit
      isTrue = literal.isTrue ? isTrue | literal.bit : isTrue & ~literal.bit
      trail.append((literal, line))
    }

    private mutating func learn(_ clause: Clause) {
      clauses.append(clause)
      clauseLines.append(line)
      analysed = clauses.count - 1
      conflictLine = nil
    }

    /// Takes a literal and all made true after it back.
    private mutating func undo(_ literal: Literal) {
      while let last = trail.popLast() {
        assigned &= ~last.literal.bit
        if last.literal == literal { break }
      }
      analysed = nil
      conflictLine = nil
    }

    private func line(of literal: Literal) -> Int {
      trail.last { $0.literal == literal }?.line ?? 0
    }

    func note(of move: Move) -> StepNote {
      /// The clause, and the literals that make its others false.
      func lines(_ index: Int, but literal: Literal? = nil) -> [Int] {
        let clause = clauses[index]
        let causes = trail.filter {
          clause.contains($0.literal.opposite) && $0.literal.variable != literal?.variable
        }
        return Set(causes.map(\.line) + [clauseLines[index]]).sorted()
      }
      switch move {
      case .decide: return StepNote("decide", from: [])
      case .unit(let clause, let literal):
        return StepNote("unit", from: lines(clause, but: literal))
      case .conflict(let clause): return StepNote("conflict", from: lines(clause))
      case .resolve(let other, _):
        let own = conflictLine ?? clauseLines[analysed ?? 0]
        let sources = [own, clauseLines[analysed ?? 0], clauseLines[other]]
        return StepNote("resolve", from: Set(sources).sorted())
      case .undo(let literal):
        let own = conflictLine ?? clauseLines[analysed ?? 0]
        return StepNote("undo", from: Set([line(of: literal), own]).sorted())
      }
    }

    func line(of move: Move) -> String {
      switch move {
      case .decide(let literal): Self.line("decide ", literal)
      case .unit(let clause, let literal): Self.line("unit C\(clause + 1): ", literal)
      case .conflict(let clause): "conflict C\(clause + 1)"
      case .resolve(let other, let literal):
        resolution(
          with: other, on: literal,
          clauses[analysed ?? 0].resolved(with: clauses[other], on: literal))
      case .undo(let literal): Self.line("undo ", literal)
      }
    }

    private static func line(_ word: String, _ literal: Literal) -> String {
      var text = Array(word.utf8)
      literal.write(to: &text)
      return String(decoding: text, as: UTF8.self)
    }

    private func resolution(with other: Int, on literal: Literal, _ result: Clause) -> String {
      var text = Array("C\(clauses.count + 1) = C\((analysed ?? 0) + 1) x C\(other + 1) on ".utf8)
      text.append(UInt8(ascii: "a") + UInt8(literal.variable))
      text += ": ".utf8
      result.write(to: &text)
      return String(decoding: text, as: UTF8.self)
    }

    func slips(at move: Move) -> [Slip<Problem>] {
      var slips: [Slip<Problem>] = []
      func add(_ kind: String, _ line: String, _ change: (inout Problem) -> Void) {
        var next = self
        next.line += 1
        change(&next)
        next.moves = next.possibleMoves()
        slips.append(Slip(kind, line: line, state: next))
      }
      let other = (line * 7 + 3) % clauses.count
      switch move {
      case .decide(let literal):
        add("no-unit", Self.line("unit C\(other + 1): ", literal)) { $0.assign(literal) }
      case .unit(let clause, let literal):
        add("wrong-sign", Self.line("unit C\(clause + 1): ", literal.opposite)) {
          $0.assign(literal.opposite)
        }
        if other != clause {
          add("wrong-clause", Self.line("unit C\(other + 1): ", literal)) { $0.assign(literal) }
        }
      case .conflict:
        if let free = (0..<variables).first(where: { assigned >> UInt16($0) & 1 == 0 }) {
          let literal = Literal(free, isTrue: line % 2 == 0)
          add("missed-conflict", Self.line("decide ", literal)) { $0.assign(literal) }
        }
      case .resolve(let reason, let literal):
        let right = clauses[analysed ?? 0].resolved(with: clauses[reason], on: literal)
        var shorter = right
        if let lost = (0..<most).first(where: {
          (right.positive | right.negative) >> UInt16($0) & 1 == 1
        }) {
          shorter.positive &= ~(1 << UInt16(lost))
          shorter.negative &= ~(1 << UInt16(lost))
          add("lost-literal", resolution(with: reason, on: literal, shorter)) { $0.learn(shorter) }
        }
        var longer = right
        longer.insert(literal.opposite)
        add("kept-pivot", resolution(with: reason, on: literal, longer)) { $0.learn(longer) }
        if other != reason {
          add("wrong-clause", resolution(with: other, on: literal, right)) { $0.learn(right) }
        }
      case .undo(let literal):
        if let first = trail.first?.literal, first != literal {
          add("wrong-undo", Self.line("undo ", first)) { $0.undo(first) }
        }
      }
      return slips
    }
  }
}
