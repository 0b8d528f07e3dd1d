extension Sat {
  /// The clauses, given and learned, and the literals made true so far, in order.
  struct Search {
    private(set) var clauses: [Clause]
    /// The line of each clause; 0 for the problem.
    private var sources: [Int]
    let variables: Int
    private var trail: [(literal: Literal, line: Int)] = []
    private(set) var trueLiterals = Clause()
    /// The clause of the conflict that is being resolved, and the conflict's line before the first
    /// resolution.
    private(set) var analysed: Int?
    private var conflictLine: Int?

    init(_ clauses: [Clause]) {
      self.clauses = clauses
      sources = [Int](repeating: 0, count: clauses.count)
      let used = clauses.reduce(0) { $0 | $1.positive | $1.negative }
      variables = Int.bitWidth - used.leadingZeroBitCount
    }

    private var assigned: Int { trueLiterals.positive | trueLiterals.negative }
    var isComplete: Bool { assigned == (1 << variables) - 1 }
    func isAssigned(_ variable: Int) -> Bool { assigned >> variable & 1 == 1 }

    /// The clause of a number from 1.
    func clause(_ number: Int) -> Clause? {
      clauses.indices.contains(number - 1) ? clauses[number - 1] : nil
    }

    private func isTrue(_ clause: Clause) -> Bool {
      clause.positive & trueLiterals.positive | clause.negative & trueLiterals.negative != 0
    }

    /// The clauses whose literals are all false.
    func conflicts() -> [Int] {
      clauses.indices.filter { index in
        let clause = clauses[index]
        return !isTrue(clause) && (clause.positive | clause.negative) & ~assigned == 0
      }
    }

    /// The only literal that is not false, if it has no value yet.
    func unit(of clause: Clause) -> Literal? {
      let open = (clause.positive | clause.negative) & ~assigned
      guard !isTrue(clause), open != 0, open & (open - 1) == 0 else { return nil }
      return Literal(open.trailingZeroBitCount, isTrue: clause.positive & open != 0)
    }

    var hasUnit: Bool { clauses.contains { unit(of: $0) != nil } }

    mutating func assign(_ literal: Literal, line: Int) {
      trail.append((literal, line))
      refresh()
    }

    private mutating func refresh() {
      trueLiterals = Clause()
      for (literal, _) in trail {
        // The latest value counts, should a granted line give a second one.
        trueLiterals.positive &= ~(1 << literal.variable)
        trueLiterals.negative &= ~(1 << literal.variable)
        if literal.isTrue { trueLiterals.positive |= 1 << literal.variable }
        if !literal.isTrue { trueLiterals.negative |= 1 << literal.variable }
      }
    }

    mutating func analyse(_ clause: Int, line: Int) {
      analysed = clause
      conflictLine = line
    }

    mutating func learn(_ clause: Clause, line: Int) {
      clauses.append(clause)
      sources.append(line)
      analysed = clauses.count - 1
      conflictLine = nil
    }

    /// The latest true literal whose opposite is in the clause analysed and that some clause
    /// forced: one in which all others are false by literals before it.
    func pivot() -> (literal: Literal, reasons: [Int])? {
      guard let analysed else { return nil }
      for place in trail.indices.reversed() {
        let literal = trail[place].literal
        guard clauses[analysed].contains(Literal(literal.variable, isTrue: !literal.isTrue)) else {
          continue
        }
        var before = Clause()
        for (earlier, _) in trail[..<place] {
          if earlier.isTrue { before.positive |= 1 << earlier.variable }
          if !earlier.isTrue { before.negative |= 1 << earlier.variable }
        }
        let bit = 1 << literal.variable
        let reasons = clauses.indices.filter { index in
          let clause = clauses[index]
          return clause.contains(literal)
            && clause.positive & ~(literal.isTrue ? bit : 0) & ~before.negative == 0
            && clause.negative & ~(literal.isTrue ? 0 : bit) & ~before.positive == 0
        }
        if !reasons.isEmpty { return (literal, reasons) }
      }
      return nil
    }

    /// The latest true literal whose opposite is in the clause analysed.
    var lastDecision: Literal? {
      guard let analysed else { return nil }
      return trail.last {
        clauses[analysed].contains(Literal($0.literal.variable, isTrue: !$0.literal.isTrue))
      }?
      .literal
    }

    mutating func undo(_ literal: Literal) {
      if let place = trail.lastIndex(where: { $0.literal == literal }) {
        trail.removeSubrange(place...)
      }
      refresh()
      (analysed, conflictLine) = (nil, nil)
    }

    /// The lines of a clause and of the literals that make its literals false, but for one
    /// variable.
    func lines(of number: Int, without variable: Int?) -> [Int] {
      guard let clause = clause(number) else { return [] }
      let causes = trail.filter { literal, _ in
        literal.variable != variable
          && clause.contains(Literal(literal.variable, isTrue: !literal.isTrue))
      }
      return Set(causes.map(\.line) + [sources[number - 1]]).sorted()
    }

    func linesResolved(with number: Int) -> [Int] {
      guard let analysed, clause(number) != nil else { return [] }
      return Set([conflictLine ?? sources[analysed], sources[analysed], sources[number - 1]])
        .sorted()
    }

    func linesUndone(_ literal: Literal) -> [Int] {
      let own = analysed.map { conflictLine ?? sources[$0] } ?? 0
      return Set([trail.last { $0.literal == literal }?.line ?? 0, own]).sorted()
    }
  }
}
