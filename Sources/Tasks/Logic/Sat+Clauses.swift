internal import Randomness

extension Sat {
  struct Literal: Equatable, Sendable {
    var variable: Int
    var isTrue: Bool

    init(_ variable: Int, isTrue: Bool) {
      self.variable = variable
      self.isTrue = isTrue
    }

    var bit: UInt16 { 1 << UInt16(variable) }
    var opposite: Literal { Literal(variable, isTrue: !isTrue) }

    func write(to text: inout [UInt8]) {
      if !isTrue { text.append(UInt8(ascii: "-")) }
      text.append(UInt8(ascii: "a") + UInt8(variable))
    }
  }

  /// A disjunction: bit i of `positive` for the variable i itself, of `negative` for its opposite.
  struct Clause: Equatable, Sendable {
    var positive: UInt16 = 0
    var negative: UInt16 = 0

    var isEmpty: Bool { positive | negative == 0 }

    func contains(_ literal: Literal) -> Bool {
      (literal.isTrue ? positive : negative) & literal.bit != 0
    }
    mutating func insert(_ literal: Literal) {
      if literal.isTrue { positive |= literal.bit } else { negative |= literal.bit }
    }
    mutating func remove(_ literal: Literal) {
      if literal.isTrue { positive &= ~literal.bit } else { negative &= ~literal.bit }
    }

    /// All but the literal, with the other clause without its opposite.
    func resolved(with other: Clause, on literal: Literal) -> Clause {
      var (a, b) = (self, other)
      a.remove(literal.opposite)
      b.remove(literal)
      return Clause(positive: a.positive | b.positive, negative: a.negative | b.negative)
    }

    func write(to text: inout [UInt8]) {
      if isEmpty { text += "empty".utf8 }
      var isFirst = true
      for variable in 0..<most {
        for isTrue in [true, false] where contains(Literal(variable, isTrue: isTrue)) {
          if !isFirst { text.append(UInt8(ascii: " ")) }
          isFirst = false
          Literal(variable, isTrue: isTrue).write(to: &text)
        }
      }
    }

    /// The assignments that satisfy it: a bit each, in words of the first six variables.
    func satisfied(word: Int) -> UInt64 {
      var satisfied: UInt64 = 0
      for variable in 0..<most {
        let bit = UInt16(1) << UInt16(variable)
        guard (positive | negative) & bit != 0 else { continue }
        let isTrue: UInt64 =
          variable < 6
          ? KnightsKnaves.patterns[variable] : word >> (variable - 6) & 1 == 1 ? ~0 : 0
        if positive & bit != 0 { satisfied |= isTrue }
        if negative & bit != 0 { satisfied |= ~isTrue }
      }
      return satisfied
    }
  }

  /// All assignments to some variables.
  private static func everything(_ variables: Int) -> [UInt64] {
    variables < 6
      ? [(1 << (1 << variables)) - 1] : [UInt64](repeating: ~0, count: 1 << (variables - 6))
  }

  /// The first assignment that satisfies all clauses.
  static func solution(_ clauses: [Clause], _ variables: Int) -> UInt16? {
    for (word, all) in everything(variables).enumerated() {
      let models = clauses.reduce(all) { $0 & $1.satisfied(word: word) }
      if models != 0 { return UInt16(word << 6 | models.trailingZeroBitCount) }
    }
    return nil
  }

  /// Random clauses until there is one solution or none, then without those that are superfluous.
  static func clauses(
    _ variables: Int, satisfiable: Bool, using stream: inout RandomStream
  ) -> [Clause] {
    let hidden = satisfiable ? UInt16(stream.uniform(1 << variables)) : nil
    let wanted = satisfiable ? 1 : 0
    var clauses: [Clause] = []
    var sets: [[UInt64]] = []
    let all = everything(variables)
    var models = all
    func count(_ models: [UInt64]) -> Int { models.reduce(0) { $0 + $1.nonzeroBitCount } }
    while count(models) > wanted {
      let clause = clause(variables, using: &stream)
      if let hidden, clause.positive & hidden | clause.negative & ~hidden == 0 { continue }
      let set = all.indices.map { clause.satisfied(word: $0) }
      let next = zip(models, set).map { $0 & $1 }
      // A clause that excludes nothing is none to keep.
      if next == models { continue }
      models = next
      clauses.append(clause)
      sets.append(set)
    }
    var index = 0
    while index < clauses.count {
      var rest = all
      for (other, set) in sets.enumerated() where other != index {
        for word in rest.indices { rest[word] &= set[word] }
      }
      if count(rest) == wanted {
        clauses.remove(at: index)
        sets.remove(at: index)
      } else {
        index += 1
      }
    }
    stream.shuffle(&clauses)
    return clauses
  }

  /// Two or three variables with random signs; three in two of five.
  private static func clause(_ variables: Int, using stream: inout RandomStream) -> Clause {
    let size = stream.uniform(5) < 2 ? 3 : 2
    var clause = Clause()
    while (clause.positive | clause.negative).nonzeroBitCount < size {
      let variable = stream.uniform(variables)
      let bit = UInt16(1) << UInt16(variable)
      if (clause.positive | clause.negative) & bit != 0 { continue }
      clause.insert(Literal(variable, isTrue: stream.uniform(2) == 0))
    }
    return clause
  }
}
