public import Files
public import Randomness

extension ColumnAddition {
  /// What a difficulty fixes.
  private struct Size {
    var digits: Int
    var addends: Int
    var subtracted: Int
    var places: Int
    var base: Int

    init(_ difficulty: Difficulty) {
      digits = difficulty["digits"] ?? difficulty.level + 1
      addends = difficulty["addends"] ?? 2
      subtracted = difficulty["subtracted"] ?? 0
      places = difficulty["places"] ?? 0
      base = difficulty["base"] ?? 10
    }

    /// Two decimal whole numbers are added.
    var isPlain: Bool { addends == 2 && subtracted == 0 && places == 0 && base == 10 }

    /// The smallest whole number of that many digits, plain ones.
    var smallest: Int { (1..<digits).reduce(1) { product, _ in product * 10 } }
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let size = Size(difficulty)
    var numbers: [Number]
    var isMinus = [Bool](repeating: false, count: size.addends)
    if size.isPlain {
      let long = stream.uniform(size.smallest...size.smallest * 10 - 1)
      let other = stream.uniform(size.smallest * 10)
      let swapped = stream.uniform(2) == 1
      numbers = [Self.whole(swapped ? other : long), Self.whole(swapped ? long : other)]
    } else {
      let long = stream.uniform(size.addends)
      numbers = (0..<size.addends).map { index in
        var digits = (1..<size.digits + size.places).map { _ in UInt8(stream.uniform(size.base)) }
        digits.append(UInt8(stream.uniform(index == long ? 1...size.base - 1 : 0...size.base - 1)))
        while digits.count > size.places + 1, digits.last == 0 { digits.removeLast() }
        return Number(digits: digits, places: size.places)
      }
      for place in 0..<size.subtracted { isMinus[place] = true }
      stream.shuffle(&isMinus)
    }
    let problem = Problem(
      terms: zip(numbers, isMinus).map { ($0, $1) }, base: size.base)
    return posed(problem, text: Self.text(of: problem.terms, base: size.base), at: difficulty)
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let size = Size(difficulty)
    let longest = problem.terms.map { $0.number.digits.count - $0.number.places }.max()
    guard longest == size.digits, problem.terms.count == size.addends, problem.base == size.base,
      problem.terms.count(where: { $0.isMinus }) == size.subtracted,
      problem.terms.allSatisfy({ $0.number.places == size.places })
    else { return nil }
    return [
      "digits": .init(size.digits), "carries": .init(Self.carries(of: problem)),
      "addends": .init(size.addends), "subtracted": .init(size.subtracted),
      "places": .init(size.places), "base": .init(size.base),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  /// Columns that carry or borrow, counted without writing them.
  private static func carries(of problem: Problem) -> Int {
    var state = problem
    var carries = 0
    while true {
      switch state.phase {
      case .answer: return carries
      case .plusSum, .minusSum: state.read(state.sum)
      case .compare: state.compare(isNegative: state.minusIsGreater)
      default:
        let value = state.columnValue
        let carry = state.carry(of: value)
        state.write(digit: state.digit(of: value), carry: carry)
        carries += carry > 0 ? 1 : 0
      }
    }
  }

  public func eachProblem(
    at difficulty: Difficulty, _ body: (String) throws -> Void
  ) rethrows -> Bool {
    let size = Size(difficulty)
    let smallest = size.smallest
    // Their square overflows at the highest level, so one factor goes to the other side.
    guard size.isPlain, smallest < 1 << 20, smallest <= TaskListing.problemLimit / (100 * smallest)
    else { return false }
    for a in 0..<10 * smallest {
      for b in 0..<10 * smallest where max(a, b) >= smallest { try body("\(a)+\(b)") }
    }
    return true
  }

  /// Of two numbers, with M that have all digits, N shorter ones and T = M + N: as long as both
  /// have the same sign, M N pairs with one long number, drawn with probability 1/(M T); M (M - 1)
  /// / 2 with two different long ones, 2/(M T); M with two equal ones, 1/(M T). Of a number and one
  /// to subtract, M² pairs of long ones, 1/(M T), and 2 M N others, 1/(2 M T). More numbers: n!
  /// orders at most are one problem, each drawn with at most 1/(M T^(n - 1)).
  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let size = Size(difficulty)
    let base = Double(size.base)
    let power = size.digits + size.places
    let t = (0..<power).reduce(1.0) { product, _ in product * base }
    let (m, n) = (t - t / base, t / base)
    let exact = (0..<power - 1).reduce(Int128(1)) { product, _ in
      min(product * Int128(size.base), 1 << 62)
    }
    let (short, long) = (exact, Int128(size.base - 1) * exact)
    // Squares stay below 2^127.
    let isCounted = exact < 1 << 58
    if size.addends > 2 {
      let orders = (1...size.addends).reduce(1.0) { $0 * Double($1) }
      let bound = orders / m / (1..<size.addends).reduce(1.0) { product, _ in product * t }
      return ProblemSpace(
        problems: ProblemSpace.uncounted, collision: bound, collisionIsExact: false,
        heaviest: bound, note: "\(size.addends) numbers below \(size.base)^\(size.digits)")
    }
    let note =
      "\(size.subtracted == 1 ? "ordered" : "unordered") pairs below \(size.base)^\(size.digits)"
    if size.subtracted == 1 {
      return ProblemSpace(
        problems: isCounted ? String(long * (long + 2 * short)) : ProblemSpace.uncounted,
        collision: (m + n / 2) / m / t / t, collisionIsExact: true, heaviest: 1 / m / t,
        note: note + ", at least one of \(size.digits) digits; two long numbers are twice as likely"
      )
    }
    return ProblemSpace(
      problems: isCounted
        ? String(long * short + long * (long + 1) / 2) : ProblemSpace.uncounted,
      collision: (n + 2 * (m - 1) + 1) / m / t / t, collisionIsExact: true, heaviest: 2 / m / t,
      note: note + ", at least one of \(size.digits) digits; "
        + "two different long operands are twice as likely")
  }

  public func canonicalText(_ problem: Problem) -> String {
    let terms = problem.terms.sorted { a, b in
      if a.isMinus != b.isMinus { return b.isMinus }
      if Self.precedes(b.number, a.number) { return true }
      return !Self.precedes(a.number, b.number) && a.number.places < b.number.places
    }
    return Self.text(of: terms, base: problem.base)
  }

  private static func whole(_ number: Int) -> Number {
    Number(digits: String(number).utf8.reversed().map { $0 - UInt8(ascii: "0") })
  }
}

// Problems as text.
extension ColumnAddition {
  static func text(of terms: [(number: Number, isMinus: Bool)], base: Int) -> String {
    var line = LineText()
    for (index, term) in terms.enumerated() {
      if term.isMinus {
        line.add(UInt8(ascii: "-"))
      } else if index > 0 {
        line.add(UInt8(ascii: "+"))
      }
      line.add(term.number)
    }
    if base != 10 {
      line.add(" base ")
      line.add(base)
    }
    return line.text
  }

  public func read(_ text: String) -> Problem? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 450 else { return nil }
    let space = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.count
    var base = 10
    if space < bytes.count {
      let words = bytes[space...].split(separator: UInt8(ascii: " "))
      guard words.count == 2, words[0].elementsEqual("base".utf8),
        let number = Int(String(decoding: words[1], as: UTF8.self)), (2...16).contains(number),
        number != 10
      else { return nil }
      base = number
    }
    var terms: [(number: Number, isMinus: Bool)] = []
    var place = 0
    while place < space {
      let isSign = bytes[place] == UInt8(ascii: "+") || bytes[place] == UInt8(ascii: "-")
      let isMinus = bytes[place] == UInt8(ascii: "-")
      if isSign { place += 1 }
      let end = bytes[place..<space].firstIndex { $0 == 0x2B || $0 == 0x2D } ?? space
      guard let number = Self.number(bytes[place..<end], base: base) else { return nil }
      terms.append((number, isMinus))
      place = end
    }
    guard (2...5).contains(terms.count) else { return nil }
    // Writing it again shows whether signs and spaces are right.
    return Self.text(of: terms, base: base) == text ? Problem(terms: terms, base: base) : nil
  }

  /// A number of 1 to 64 digits without leading zeros, perhaps with 1 to 16 more after a point.
  private static func number(_ text: ArraySlice<UInt8>, base: Int) -> Number? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...64).contains(whole.count), parts.count <= 2,
      whole.count == 1 || whole.first != UInt8(ascii: "0")
    else { return nil }
    if parts.count == 2, !(1...16).contains(parts[1].count) { return nil }
    var digits: [UInt8] = []
    for byte in parts.joined() {
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x61...0x66: digit = byte - 0x61 + 10
      default: return nil
      }
      guard digit < base else { return nil }
      digits.append(digit)
    }
    return Number(digits: digits.reversed(), places: parts.count == 2 ? parts[1].count : 0)
  }
}
