/// A natural is divided by another: a digit of the quotient, the remainder, the next digit down.
///
///     947/26  ->  take 94 / 3*26=78 94-78=16 quotient 3 / bring 7: 167
///                 / 6*26=156 167-156=11 quotient 36 / Answer: 36r11
///     7/4 to 3 places  ->  take 7 / 1*4=4 7-4=3 quotient 1 / bring .0: 30
///                 / 7*4=28 30-28=2 quotient 17 / bring .0: 20 / 5*4=20 20-20=0 quotient 175
///                 / Answer: 1.75
///
/// The front of the dividend that is taken first is the shortest that the divisor fits into.
/// Without places the answer names the remainder where there is one; with places, zeros are brought
/// down until nothing remains or so many are, and the quotient is cut there. Level l has l + 1
/// digits of the quotient (knob `quotient_digits`); divisor and quotient are uniform, and half of
/// the divisions leave nothing (knob `remainder`). No two problems are equal.
public struct LongDivision: WalkFamily {
  /// A division and what is done of it.
  public struct Problem: Sendable {
    /// Decimal digits of the dividend, most significant first.
    var dividend: [UInt8]
    var divisor: Int
    /// Digits after the point; `nil` for a remainder.
    var places: Int?
    /// Digits taken down so far, zeros after the point not counted.
    var used = 0
    /// Zeros taken down after the point.
    var zeros = 0
    /// What the divisor must be fitted into, or what remained of it.
    var value = 0
    var isRemainder = false
    var quotient = 0

    init(dividend: [UInt8], divisor: Int, places: Int?) {
      self.dividend = dividend
      self.divisor = divisor
      self.places = places
    }
  }

  public static let name = "long-division"

  public init() {}

  public var about: String {
    "A number is divided by another, digit by digit of the quotient, with remainder or decimals."
  }

  public var knobs: [Knob] {
    [
      .settable("quotient_digits", in: 1...11, "digits of the quotient before the point"),
      .settable("divisor_digits", in: 1...6, "digits of the divisor"),
      .settable("remainder", in: 0...1, "0: the division leaves nothing; 1: it leaves a remainder"),
      .settable("places", in: 0...6, "digits after the point; 0: a remainder instead"),
      .verbose,
    ]
  }

  public func shortcutBound(level: Int) -> Double { 0.1 }

  public func choices(_ state: Problem) -> Int { state.next == .answer ? 0 : 1 }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    switch state.next {
    case .take: return state.taking(state.frontLength)
    case .fit:
      let digit = state.value / state.divisor
      return state.fitting(
        digit, product: digit * state.divisor, remainder: state.value % state.divisor,
        quotient: 10 * state.quotient + digit)
    default:
      let digit = Int(state.nextDigit ?? 0)
      return state.bringing(digit, to: 10 * state.value + digit)
    }
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    switch state.next {
    case .take: StepNote("take-front", from: [0])
    case .fit: StepNote("fit-divisor", from: line == 2 ? [0, 1] : [0, line - 2, line - 1])
    default:
      state.nextDigit == nil
        ? StepNote("bring-zero", from: [line - 1]) : StepNote("bring-digit", from: [0, line - 1])
    }
  }

  public func answer(_ state: Problem) -> String {
    guard state.places != nil else {
      return state.value == 0 ? "\(state.quotient)" : "\(state.quotient)r\(state.value)"
    }
    if state.zeros == 0 { return "\(state.quotient)" }
    var digits = Array(String(state.quotient).utf8)
    while digits.count <= state.zeros { digits.insert(UInt8(ascii: "0"), at: 0) }
    digits.insert(UInt8(ascii: "."), at: digits.count - state.zeros)
    return String(decoding: digits, as: UTF8.self)
  }

  public func slips(_ state: Problem, _ choice: Int) -> [Slip<Problem>] {
    var slips: [Slip<Problem>] = []
    func add(_ kind: String, _ step: (line: String, state: Problem)) {
      slips.append(Slip(kind, line: step.line, state: step.state))
    }
    switch state.next {
    case .take:
      let length = state.frontLength
      if length > 1 { add("short-front", state.taking(length - 1)) }
      if length < state.dividend.count { add("long-front", state.taking(length + 1)) }
    case .fit:
      let digit = state.value / state.divisor
      let product = digit * state.divisor
      let rest = state.value - product
      let quotient = 10 * state.quotient + digit
      func wrong(_ kind: String, product: Int) {
        guard product >= 0, product <= state.value else { return }
        add(
          kind,
          state.fitting(
            digit, product: product, remainder: state.value - product, quotient: quotient))
      }
      if digit > 0 {
        add(
          "digit-too-small",
          state.fitting(
            digit - 1, product: product - state.divisor, remainder: rest + state.divisor,
            quotient: quotient - 1))
        wrong("wrong-product", product: product - 10)
        wrong("wrong-product", product: product + 1)
      }
      for remainder in [rest - 1, rest + 1, rest + 10] where remainder >= 0 {
        add(
          "wrong-difference",
          state.fitting(digit, product: product, remainder: remainder, quotient: quotient))
      }
      if digit == 0, state.quotient > 0 {
        add(
          "lost-zero",
          state.fitting(0, product: 0, remainder: rest, quotient: state.quotient))
      }
    default:
      let digit = Int(state.nextDigit ?? 0)
      if state.value > 0 { add("lost-remainder", state.bringing(digit, to: digit)) }
      if state.used + 1 < state.dividend.count {
        let later = Int(state.dividend[state.used + 1])
        add("skipped-digit", state.bringing(later, to: 10 * state.value + later))
      }
      add("no-shift", state.bringing(digit, to: state.value + digit))
    }
    return slips
  }
}

extension LongDivision.Problem {
  enum Next { case take, fit, bring, answer }

  var next: Next {
    if used == 0 { return .take }
    if !isRemainder { return .fit }
    if used < dividend.count { return .bring }
    return value > 0 && zeros < places ?? 0 ? .bring : .answer
  }

  /// The digit of the dividend to bring down; `nil` where only zeros are left.
  var nextDigit: UInt8? { used < dividend.count ? dividend[used] : nil }

  /// Of the shortest front that the divisor fits into, else of all of the dividend.
  var frontLength: Int {
    var value = 0
    for (index, digit) in dividend.enumerated() {
      value = 10 * value + Int(digit)
      if value >= divisor { return index + 1 }
    }
    return dividend.count
  }

  func taking(_ length: Int) -> (line: String, state: Self) {
    var state = self
    state.used = length
    state.value = dividend[..<length].reduce(0) { 10 * $0 + Int($1) }
    var line = LineText()
    line.add("take ")
    line.add(state.value)
    return (line.text, state)
  }

  func fitting(
    _ digit: Int, product: Int, remainder: Int, quotient: Int
  ) -> (line: String, state: Self) {
    var line = LineText()
    line.add(digit)
    line.add(UInt8(ascii: "*"))
    line.add(divisor)
    line.add(UInt8(ascii: "="))
    line.add(product)
    line.add(UInt8(ascii: " "))
    line.add(value)
    line.add(UInt8(ascii: "-"))
    line.add(product)
    line.add(UInt8(ascii: "="))
    line.add(remainder)
    line.add(" quotient ")
    line.add(quotient)
    var state = self
    state.value = remainder
    state.quotient = quotient
    state.isRemainder = true
    return (line.text, state)
  }

  func bringing(_ digit: Int, to value: Int) -> (line: String, state: Self) {
    var state = self
    if nextDigit == nil { state.zeros += 1 } else { state.used += 1 }
    state.value = value
    state.isRemainder = false
    var line = LineText()
    line.add(nextDigit == nil ? "bring ." : "bring ")
    line.add(digit)
    line.add(": ")
    line.add(value)
    return (line.text, state)
  }
}
