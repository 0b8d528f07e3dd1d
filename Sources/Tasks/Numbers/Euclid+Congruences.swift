internal import Randomness

/// Congruences are combined one after another: what is known so far with the next of them.
extension Euclid {
  /// Of four moduli the smaller ones stay below this: with a greatest one of 16 bits, no number of
  /// a trace then has more than 18 digits.
  static let smallModulusLimit = 1 << 14

  /// In five of six draws some number meets all: its remainders are given.
  ///
  /// Else moduli with a common factor are drawn, and remainders that contradict each other.
  static func congruences(
    _ half: Int, count: Int, using stream: inout RandomStream
  ) -> [Int] {
    let isMet = stream.uniform(6) > 0
    while true {
      var moduli = [half + stream.uniform(half)]
      let limit = count == 4 ? min(moduli[0], smallModulusLimit) : moduli[0]
      while moduli.count < count {
        let modulus = 2 + stream.uniform(limit - 2)
        if !moduli.contains(modulus) { moduli.append(modulus) }
      }
      moduli.sort()
      let modulus = moduli.reduce(1) { $0 / divisor($0, $1) * $1 }
      let number = isMet ? stream.uniform(modulus) : 0
      // Without common factors every choice of remainders is met.
      if !isMet, modulus == moduli.reduce(1, *) { continue }
      var given: [Int] = []
      repeat {
        given = moduli.flatMap { [isMet ? number % $0 : stream.uniform($0), $0] }
      } while !isMet && areMet(given)
      return given
    }
  }

  /// Some number meets all congruences if and only if each two of them agree.
  private static func areMet(_ given: [Int]) -> Bool {
    for a in stride(from: 0, to: given.count, by: 2) {
      for b in stride(from: a + 2, to: given.count, by: 2)
      where (given[b] - given[a]) % divisor(given[a + 1], given[b + 1]) != 0 {
        return false
      }
    }
    return true
  }

  /// Whether a problem may say this: remainders below moduli that rise from 2, no product of which
  /// has more than 18 digits.
  static func areCongruences(_ given: [Int]) -> Bool {
    var last = 1
    var product = Int128(1)
    for place in stride(from: 0, to: given.count, by: 2) {
      let modulus = given[place + 1]
      guard modulus > last, given[place] < modulus else { return false }
      last = modulus
      product *= Int128(modulus)
    }
    return product < 1_000_000_000_000_000_000
  }

  static func areDrawn(_ given: [Int], count: Int) -> Bool {
    given.count == 2 * count && (count < 4 || given[5] < smallModulusLimit)
  }

  static func folding(_ given: [Int]) -> Problem {
    var problem = Problem(form: .congruences, given: given, phase: .row, high: 0, low: 0)
    problem.known = (given[0], given[1])
    problem.beginRows()
    return problem
  }

  /// The remainders' difference as a multiple of the divisor; a rest shows that nothing meets both.
  func difference(_ state: Problem, off: Int = 0) -> (line: String, state: Problem) {
    var next = state
    let (first, second) = (state.known.remainder, state.next.remainder)
    let wanted = second - first + off
    let quotient = Self.floor(wanted, state.high)
    let rest = wanted - quotient * state.high
    next.s.high = quotient
    next.phase = rest == 0 ? .factor : .done
    if rest != 0 { next.answer = "none" }
    next.written += 1
    return ("\(second)-\(first)=\(wanted)=\(quotient)*\(state.high)+\(rest)", next)
  }

  /// How often the known modulus is added to the known remainder.
  func factor(_ state: Problem, off: Int = 0) -> (line: String, state: Problem) {
    var next = state
    let modulus = max(1, state.next.modulus / state.high)
    let product = state.s.high * state.t.high
    let count = product - Self.floor(product, modulus) * modulus + off
    next.low = count
    next.phase = .combine
    next.written += 1
    return (
      "\(state.s.high)*\(state.t.high)=\(product); \(product) mod \(modulus)=\(count)", next
    )
  }

  func combined(
    _ state: Problem, off: Int = 0, dividing divisor: Int? = nil
  ) -> (line: String, state: Problem) {
    var next = state
    let (remainder, modulus) = state.known
    let common = modulus * max(1, state.next.modulus / (divisor ?? state.high))
    let value = remainder + modulus * state.low + off
    next.known = (value, common)
    next.folded += 1
    next.written += 1
    next.knownLine = next.written
    if 2 * next.folded < next.given.count {
      next.beginRows()
    } else {
      next.phase = .done
      next.answer = "\(value) mod \(common)"
    }
    return ("\(remainder)+\(modulus)*\(state.low)=\(value) mod \(common)", next)
  }

  /// Where the numbers of the rows come from: the problem, and the result so far.
  private func origins(_ state: Problem) -> [Int] {
    state.knownLine == 0 ? [0] : [0, state.knownLine]
  }

  func foldedRowInputs(_ state: Problem, _ line: Int) -> [Int] {
    switch line - state.knownLine {
    case 1: origins(state)
    case 2: origins(state) + [line - 1]
    default: [line - 2, line - 1]
    }
  }

  func foldNote(_ state: Problem, _ line: Int) -> StepNote {
    switch state.phase {
    case .difference: StepNote("divide-difference", from: origins(state) + [line - 1])
    case .factor:
      // After a single row the divisor is one of the moduli themselves.
      StepNote(
        "find-multiple",
        from: (line - state.knownLine > 3 ? [0, line - 3] : origins(state)) + [line - 1])
    default: StepNote("combine", from: origins(state) + [line - 1])
    }
  }

  func foldSlips(_ state: Problem) -> [Slip<Problem>] {
    func slip(_ kind: String, _ wrong: (line: String, state: Problem)) -> Slip<Problem> {
      Slip(kind, line: wrong.line, state: wrong.state)
    }
    switch state.phase {
    case .difference: return [slip("wrong-difference", difference(state, off: 1))]
    case .factor: return [slip("wrong-residue", factor(state, off: 1))]
    default:
      let slips = [slip("wrong-sum", combined(state, off: 1))]
      // The product of the moduli where the common factor must be taken out.
      return state.high > 1 && state.next.modulus >= 2 * state.high
        ? slips + [slip("common-factor-kept", combined(state, dividing: 1))] : slips
    }
  }
}

extension Euclid.Problem {
  /// Rows for the known modulus and the next, the greater first; t is the known one's coefficient.
  fileprivate mutating func beginRows() {
    phase = .row
    let isKnownFirst = known.modulus >= next.modulus
    (high, low) = isKnownFirst ? (known.modulus, next.modulus) : (next.modulus, known.modulus)
    t = isKnownFirst ? (1, 0) : (0, 1)
    // The other coefficient is not stated, so it is not carried.
    s = (0, 0)
  }
}
