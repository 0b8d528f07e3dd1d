/// Linear equations between variables, kept fully solved.
///
/// Every variable stands as a combination of free variables, so two forms are equal in the system
/// exactly if their combinations are. Beside that the system holds one *random solution*: each free
/// variable has a random value, each other one the value that follows. A form vanishes in the
/// system if and only if (up to a chance of 2^-61) it vanishes at the random solution, so a
/// question costs a few additions, and the value of a form is its hash.
///
/// Some variables are constants (one full turn; the logarithms of primes): they are never solved
/// for, so an equation between constants alone is a contradiction.
package struct LinearSystem: Sendable {
  struct Term: Sendable {
    var variable: Int32
    var coefficient: PrimeField.Element
  }

  /// Whether an equation was new, followed already, or contradicts the others.
  package enum Outcome: Sendable { case added, redundant, contradiction }

  /// The value of each variable at the random solution.
  package private(set) var value: ContiguousArray<PrimeField.Element>
  /// Counts the independent equations.
  private(set) var version = 0
  /// The independent equations in the order of their arrival: what certificates are made of.
  package private(set) var inputs = EquationList()

  private var forms: ContiguousArray<ContiguousArray<Term>>
  /// Per free variable, the variables whose form mentions it (some no longer do).
  private var uses: ContiguousArray<ContiguousArray<Int32>>
  private var isConstant: ContiguousArray<Bool>
  private var scratch: ContiguousArray<PrimeField.Element>
  private var isTouched: ContiguousArray<Bool>
  private var touched: ContiguousArray<Int32> = []
  private var randomState: UInt64

  /// A system without equations.
  ///
  /// - Parameters:
  ///   - variables: their count; they are numbered from 0.
  ///   - constants: numbered after the variables.
  ///   - seed: of the random solution.
  package init(variables: Int, constants: Int, seed: UInt64) {
    let count = variables + constants
    randomState = seed
    value = ContiguousArray(repeating: 0, count: count)
    scratch = ContiguousArray(repeating: 0, count: count)
    isConstant = ContiguousArray(repeating: false, count: count)
    isTouched = ContiguousArray(repeating: false, count: count)
    forms = []
    uses = []
    forms.reserveCapacity(count)
    uses.reserveCapacity(count)
    for variable in 0..<count {
      value[variable] = nextRandom()
      forms.append([Term(variable: Int32(variable), coefficient: 1)])
      uses.append([Int32(variable)])
      if variable >= variables { isConstant[variable] = true }
    }
  }

  /// SplitMix64: the values need to be unrelated to any input, no more.
  private mutating func nextRandom() -> UInt64 {
    randomState &+= 0x9E37_79B9_7F4A_7C15
    var z = randomState
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) % PrimeField.prime
  }

  /// The value at the random solution.
  package func evaluate(_ equation: Equation) -> PrimeField.Element {
    var sum: PrimeField.Element = 0
    for index in 0..<equation.count {
      sum = PrimeField.add(
        sum,
        PrimeField.multiply(
          PrimeField.element(Int(equation.coefficients[index])),
          value[Int(equation.variables[index])]))
    }
    return sum
  }

  /// Adds `equation = 0`.
  ///
  /// - Parameter source: whatever the caller needs to know again from a certificate.
  package mutating func add(_ equation: Equation, source: Int32) -> Outcome {
    guard evaluate(equation) != 0 else { return .redundant }
    for index in 0..<equation.count {
      let factor = PrimeField.element(Int(equation.coefficients[index]))
      accumulate(Int(equation.variables[index]), times: factor)
    }
    defer {
      for variable in touched {
        scratch[Int(variable)] = 0
        isTouched[Int(variable)] = false
      }
      touched.removeAll(keepingCapacity: true)
    }
    var pivot = -1
    for variable in touched
    where scratch[Int(variable)] != 0 && !isConstant[Int(variable)] {
      if pivot < 0 || uses[Int(variable)].count < uses[pivot].count { pivot = Int(variable) }
    }
    guard pivot >= 0 else { return .contradiction }
    inputs.append(equation, source: source, pivot: Int32(pivot))
    version += 1

    // pivot = sum of the others, scaled.
    let scale = PrimeField.negate(PrimeField.inverse(scratch[pivot]))
    var solved = ContiguousArray<Term>()
    var solvedValue: PrimeField.Element = 0
    for variable in touched where Int(variable) != pivot && scratch[Int(variable)] != 0 {
      let coefficient = PrimeField.multiply(scale, scratch[Int(variable)])
      solved.append(Term(variable: variable, coefficient: coefficient))
      solvedValue = PrimeField.add(
        solvedValue, PrimeField.multiply(coefficient, value[Int(variable)]))
    }
    let change = PrimeField.subtract(solvedValue, value[pivot])
    let users = uses[pivot]
    uses[pivot] = []
    for user in users { substitute(in: Int(user), pivot: Int32(pivot), solved, change) }
    return .added
  }

  private mutating func accumulate(_ variable: Int, times factor: PrimeField.Element) {
    for term in forms[variable] {
      let index = Int(term.variable)
      if !isTouched[index] {
        isTouched[index] = true
        touched.append(term.variable)
      }
      scratch[index] = PrimeField.add(
        scratch[index], PrimeField.multiply(factor, term.coefficient))
    }
  }

  private mutating func substitute(
    in user: Int, pivot: Int32, _ solved: ContiguousArray<Term>, _ change: PrimeField.Element
  ) {
    guard let position = forms[user].firstIndex(where: { $0.variable == pivot }) else { return }
    let factor = forms[user][position].coefficient
    forms[user].remove(at: position)
    for term in solved {
      let added = PrimeField.multiply(factor, term.coefficient)
      if let index = forms[user].firstIndex(where: { $0.variable == term.variable }) {
        let sum = PrimeField.add(forms[user][index].coefficient, added)
        if sum == 0 {
          forms[user].remove(at: index)
        } else {
          forms[user][index].coefficient = sum
        }
      } else {
        forms[user].append(Term(variable: term.variable, coefficient: added))
        uses[Int(term.variable)].append(Int32(user))
      }
    }
    value[user] = PrimeField.add(value[user], PrimeField.multiply(factor, change))
  }
}
