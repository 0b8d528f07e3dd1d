import Geometry
import Randomness
import Testing

struct `A linear system` {
  private func equation(_ terms: [(Int, Int)]) -> Equation {
    var equation = Equation()
    for (coefficient, variable) in terms { equation.add(coefficient, variable) }
    return equation
  }

  @Test func `knows what follows and nothing else`() {
    var system = LinearSystem(variables: 5, constants: 1, seed: 1)
    let first = system.add(equation([(1, 0), (-1, 1)]), source: 0)
    let second = system.add(equation([(2, 1), (-1, 2), (3, 5)]), source: 1)
    #expect(first == .added && second == .added)
    #expect(system.evaluate(equation([(2, 0), (-1, 2), (3, 5)])) == 0)
    #expect(system.evaluate(equation([(2, 0), (-1, 2), (2, 5)])) != 0)
    #expect(system.evaluate(equation([(1, 3), (-1, 4)])) != 0)
    let third = system.add(equation([(2, 0), (-1, 2), (3, 5)]), source: 2)
    #expect(third == .redundant)
    #expect(system.inputs.count == 2)
  }

  /// Two premises that differ by a constant make every claim true: this must be seen.
  @Test func `sees a contradiction`() {
    var system = LinearSystem(variables: 2, constants: 1, seed: 1)
    let first = system.add(equation([(1, 0), (-1, 1), (1, 2)]), source: 0)
    let second = system.add(equation([(1, 0), (-1, 1), (2, 2)]), source: 1)
    #expect(first == .added && second == .contradiction)
  }

  /// Every equation that was added must vanish at the random solution after all later changes.
  @Test(arguments: 0..<20) func `keeps its random solution a solution`(trial: Int) {
    var random = Seed(3).child(trial).stream()
    var system = LinearSystem(variables: 12, constants: 2, seed: random.next())
    var added: [Equation] = []
    for index in 0..<30 {
      let terms = (0..<random.uniform(2...4)).map { _ in
        (random.uniform(-3...3), random.uniform(12))
      }
      let candidate = equation(terms)
      guard !candidate.isTrivial else { continue }
      if system.add(candidate, source: Int32(index)) != .contradiction { added.append(candidate) }
      for known in added { #expect(system.evaluate(known) == 0) }
    }
  }

  /// The factors must give the target exactly, over the rationals, from early equations alone.
  @Test(arguments: 0..<20) func `certifies what follows from its first equations`(trial: Int) throws
  {
    var random = Seed(4).child(trial).stream()
    var system = LinearSystem(variables: 10, constants: 0, seed: random.next())
    var kept: [[(Int, Int)]] = []
    for _ in 0..<7 {
      let variables = Set((0..<3).map { _ in random.uniform(10) })
      let terms = variables.sorted().map { (random.uniform(1...3), $0) }
      if system.add(equation(terms), source: Int32(kept.count)) == .added { kept.append(terms) }
    }
    var certificates = Certificates(of: system.inputs, variables: 10, constants: 0)
    // Sum of the first equations with factors 1, 2, ...: known from them, not from fewer.
    var sum: [Int: Int] = [:]
    for (index, terms) in kept.prefix(2).enumerated() {
      for (coefficient, variable) in terms {
        sum[variable, default: 0] += (index + 1) * coefficient
      }
    }
    let target = equation(sum.filter { $0.value != 0 }.map { ($0.value, $0.key) })
    let combination = certificates.combination(for: target, before: 2)
    let parts = try #require(combination)
    #expect(parts.map(\.input) == [0, 1])
    #expect(parts.map(\.numerator) == [1, 2])
    let tooFew = certificates.combination(for: target, before: 1)
    #expect(tooFew == nil)
  }
}
