/// `sum of coefficient * variable = 0` with at most eight terms and whole coefficients, in place.
package struct Equation: Sendable {
  private(set) var variables: SIMD8<Int32> = .zero
  private(set) var coefficients: SIMD8<Int32> = .zero
  private(set) var count = 0

  /// 0 = 0.
  package init() {}

  /// Adds `coefficient * variable`; terms of one variable are joined.
  package mutating func add(_ coefficient: Int, _ variable: Int) {
    guard coefficient != 0 else { return }
    for index in 0..<count where variables[index] == Int32(variable) {
      coefficients[index] += Int32(coefficient)
      if coefficients[index] == 0 {
        count -= 1
        variables[index] = variables[count]
        coefficients[index] = coefficients[count]
      }
      return
    }
    precondition(count < 8, "an equation of this engine has at most eight terms")
    variables[count] = Int32(variable)
    coefficients[count] = Int32(coefficient)
    count += 1
  }

  /// Whether every term cancelled.
  package var isTrivial: Bool { count == 0 }
}

/// Equations in the order of their arrival.
package struct EquationList: Sendable {
  private(set) var equations: ContiguousArray<Equation> = []
  private(set) var sources: ContiguousArray<Int32> = []
  private(set) var pivots: ContiguousArray<Int32> = []

  /// How many there are.
  package var count: Int { equations.count }

  mutating func append(_ equation: Equation, source: Int32, pivot: Int32) {
    equations.append(equation)
    sources.append(source)
    pivots.append(pivot)
  }
}
