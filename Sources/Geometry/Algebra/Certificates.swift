/// Explains why a form vanishes: as a combination of earlier equations.
///
/// The equations are eliminated once, in the order of their arrival: row k is equation k less
/// multiples of earlier rows, so it holds no pivot of an earlier row, and the first m rows answer
/// any question asked when only the first m equations were known. The equations are independent, so
/// the combination is the only one there is.
package struct Certificates: Sendable {
  /// One equation of a combination.
  package struct Part: Equatable, Sendable {
    /// Index into the system's `inputs`.
    package var input: Int
    /// Of its factor.
    package var numerator: Int
    /// Of its factor; above 0.
    package var denominator: Int
  }

  private struct Row: Sendable {
    var terms: ContiguousArray<LinearSystem.Term>
    var pivot: Int32
    var pivotInverse: PrimeField.Element
    /// Multiples of earlier rows that were taken off the equation.
    var taken: ContiguousArray<LinearSystem.Term>
  }

  private let inputs: EquationList
  private var rows: ContiguousArray<Row> = []
  private var rowOfPivot: ContiguousArray<Int32>
  private var isConstant: ContiguousArray<Bool>
  private var scratch: ContiguousArray<PrimeField.Element>
  private var isTouched: ContiguousArray<Bool>
  private var touched: ContiguousArray<Int32> = []
  private var pending: ContiguousArray<UInt64>

  /// Certificates for a system of this many variables and constants.
  package init(of inputs: EquationList, variables: Int, constants: Int) {
    self.inputs = inputs
    let count = variables + constants
    rowOfPivot = ContiguousArray(repeating: -1, count: count)
    scratch = ContiguousArray(repeating: 0, count: count)
    isTouched = ContiguousArray(repeating: false, count: count)
    isConstant = ContiguousArray(repeating: false, count: count)
    for index in variables..<count { isConstant[index] = true }
    pending = ContiguousArray(repeating: 0, count: inputs.count / 64 + 1)
    rows.reserveCapacity(inputs.count)
  }

  /// The equations, with their factors, whose sum is `target`, out of those whose source is below
  /// `limit`; nil if it is none.
  package mutating func combination(for target: Equation, before limit: Int32) -> [Part]? {
    var known = 0
    // Sources arrive in increasing order.
    var high = inputs.count
    while known < high {
      let middle = (known + high) / 2
      if inputs.sources[middle] < limit { known = middle + 1 } else { high = middle }
    }
    while rows.count < known { appendRow() }
    let taken = reduce(target, below: known)
    let vanishes = touched.allSatisfy { scratch[Int($0)] == 0 }
    clear()
    guard vanishes else { return nil }
    return expand(taken)
  }

  private mutating func appendRow() {
    let index = rows.count
    let taken = reduce(inputs.equations[index], below: index)
    var terms = ContiguousArray<LinearSystem.Term>()
    var pivot: Int32 = -1
    for variable in touched where scratch[Int(variable)] != 0 {
      terms.append(.init(variable: variable, coefficient: scratch[Int(variable)]))
      if !isConstant[Int(variable)] && (pivot < 0 || variable > pivot) { pivot = variable }
    }
    precondition(pivot >= 0, "the system keeps only independent equations")
    rowOfPivot[Int(pivot)] = Int32(index)
    rows.append(
      Row(
        terms: terms, pivot: pivot, pivotInverse: PrimeField.inverse(scratch[Int(pivot)]),
        taken: taken))
    clear()
  }

  /// Leaves the remainder in `scratch` and returns the multiples of rows that were taken off.
  private mutating func reduce(
    _ equation: Equation, below limit: Int
  ) -> ContiguousArray<LinearSystem.Term> {
    for index in 0..<equation.count {
      accumulate(
        equation.variables[index], PrimeField.element(Int(equation.coefficients[index])), limit)
    }
    var taken = ContiguousArray<LinearSystem.Term>()
    for word in pending.indices {
      while pending[word] != 0 {
        let row = word * 64 + pending[word].trailingZeroBitCount
        pending[word] &= pending[word] &- 1
        let at = scratch[Int(rows[row].pivot)]
        if at == 0 { continue }
        let factor = PrimeField.multiply(at, rows[row].pivotInverse)
        let negated = PrimeField.negate(factor)
        for position in rows[row].terms.indices {
          let term = rows[row].terms[position]
          accumulate(term.variable, PrimeField.multiply(negated, term.coefficient), limit)
        }
        taken.append(.init(variable: Int32(row), coefficient: factor))
      }
    }
    return taken
  }

  private mutating func accumulate(
    _ variable: Int32, _ amount: PrimeField.Element, _ limit: Int
  ) {
    let index = Int(variable)
    if !isTouched[index] {
      isTouched[index] = true
      touched.append(variable)
    }
    scratch[index] = PrimeField.add(scratch[index], amount)
    let row = Int(rowOfPivot[index])
    if row >= 0 && row < limit { pending[row / 64] |= 1 << UInt64(row % 64) }
  }

  private mutating func clear() {
    for variable in touched {
      scratch[Int(variable)] = 0
      isTouched[Int(variable)] = false
    }
    touched.removeAll(keepingCapacity: true)
  }

  /// Rows back to equations: from the latest down, each hands its factor to the rows inside it.
  private func expand(_ taken: ContiguousArray<LinearSystem.Term>) -> [Part]? {
    guard let last = taken.map({ $0.variable }).max() else { return [] }
    var factors = ContiguousArray<PrimeField.Element>(repeating: 0, count: Int(last) + 1)
    for term in taken { factors[Int(term.variable)] = term.coefficient }
    var parts: [Part] = []
    for row in stride(from: Int(last), through: 0, by: -1) where factors[row] != 0 {
      guard let fraction = PrimeField.fraction(factors[row]) else { return nil }
      parts.append(
        Part(input: row, numerator: fraction.numerator, denominator: fraction.denominator))
      for term in rows[row].taken {
        factors[Int(term.variable)] = PrimeField.subtract(
          factors[Int(term.variable)], PrimeField.multiply(factors[row], term.coefficient))
      }
    }
    return parts.reversed()
  }
}
