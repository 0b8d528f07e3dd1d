/// A number as its digits in some base, perhaps with some after a point.
struct Numeral: Sendable, Equatable {
  /// Least significant first.
  private(set) var digits: [UInt8]
  /// How many of them are after the point.
  private(set) var places: Int

  init(digits: [UInt8], places: Int) { (self.digits, self.places) = (digits, places) }

  var wholeDigits: Int { digits.count - places }

  var isZero: Bool { digits.allSatisfy { $0 == 0 } }

  /// The digit that counts base^place, 0 where there is none.
  func digit(at place: Int) -> UInt8 {
    let index = place + places
    return index >= 0 && index < digits.count ? digits[index] : 0
  }

  /// Puts a number before the digits, and takes zeros away from there.
  mutating func append(_ carry: Int, base: Int) {
    var rest = carry
    while rest > 0 {
      digits.append(UInt8(rest % base))
      rest /= base
    }
    while digits.count > places + 1, digits.last == 0 { digits.removeLast() }
  }

  func isLess(than other: Numeral) -> Bool {
    for place in (-max(places, other.places)..<max(wholeDigits, other.wholeDigits)).reversed() {
      let (a, b) = (digit(at: place), other.digit(at: place))
      if a != b { return a < b }
    }
    return false
  }

  var text: String {
    var text: [UInt8] = []
    text.reserveCapacity(digits.count + 1)
    for place in digits.indices.reversed() {
      let digit = digits[place]
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + (digit - 10))
      if place == places, place > 0 { text.append(UInt8(ascii: ".")) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a number without leading zeros.
  ///
  /// - Parameter limit: most digits before the point; after it there are at most 16.
  init(_ line: inout Lexer, base: Int, limit: Int) throws(Rejection) {
    let whole = try line.digits(base: base, limit: limit)
    guard whole.count == 1 || whole[0] > 0 else {
      throw .unreadable("expected a number without leading zeros")
    }
    let fraction = line.take(mark: UInt8(ascii: ".")) ? try line.digits(base: base, limit: 16) : []
    self.init(digits: (whole + fraction).reversed(), places: fraction.count)
  }
}

extension Lexer {
  /// Goes past a word of digits, most significant first.
  mutating func digits(base: Int, limit: Int) throws(Rejection) -> [UInt8] {
    guard let word, word.count <= limit else {
      throw .unreadable("expected 1 to \(limit) digits, found \(found)")
    }
    var digits: [UInt8] = []
    digits.reserveCapacity(word.count)
    for byte in word {
      guard let digit = Self.digit(byte), digit < base else {
        throw .unreadable("expected digits of base \(base), found \(found)")
      }
      digits.append(digit)
    }
    advance()
    return digits
  }

  /// Goes past one digit.
  mutating func digit(base: Int) throws(Rejection) -> UInt8 {
    guard current.count == 1, let digit = Self.digit(bytes[current.lowerBound]), digit < base else {
      throw .unreadable("expected a digit of base \(base), found \(found)")
    }
    advance()
    return digit
  }

  /// Goes past a small number without leading zeros, of at most 8 digits.
  mutating func small(base: Int) throws(Rejection) -> Int {
    guard (1...8).contains(current.count) else {
      throw .unreadable("expected a number of 1 to 8 digits, found \(found)")
    }
    var value = 0
    for place in current {
      guard let digit = Self.digit(bytes[place]), digit < base,
        place == current.lowerBound || value > 0
      else {
        throw .unreadable("expected a number of base \(base) without leading zeros, found \(found)")
      }
      value = value * base + Int(digit)
    }
    advance()
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

/// What a problem asks: numbers with their signs, in one base.
struct ColumnSum: Sendable {
  var terms: [(number: Numeral, isMinus: Bool)] = []
  var base = 10

  private static let termLimit = 5

  init(_ problem: inout Lexer) throws(Rejection) {
    base = try Self.base(problem)
    var isMinus = problem.take("-")
    while true {
      guard terms.count < Self.termLimit else {
        throw .unreadable("expected at most \(Self.termLimit) numbers, found more")
      }
      terms.append((try Numeral(&problem, base: base, limit: 64), isMinus))
      if problem.isAtEnd || problem.isAt(oneOf: ["base"]) { break }
      isMinus = try problem.one(of: ["+", "-"]) == "-"
    }
    guard terms.count > 1 else { throw .unreadable("expected at least 2 numbers, found 1") }
    if problem.take("base") { problem.advance() }
    try problem.expectEnd()
  }

  /// The base that a problem names at its end: the digits before it cannot be read without.
  private static func base(_ problem: Lexer) throws(Rejection) -> Int {
    var rest = problem
    // At most 5 numbers of 3 lexemes with their signs come before it.
    for _ in 0..<5 * Self.termLimit {
      if rest.isAtEnd { return 10 }
      if rest.take("base") {
        let base = try rest.natural(digitLimit: 2)
        guard (2...16).contains(base), base != 10 else {
          throw .unreadable("expected a base from 2 to 16, none for 10, found \(base)")
        }
        return base
      }
      rest.advance()
    }
    return 10
  }

  /// All digits by place, each place as a sum that may be negative, made digits from the right.
  var answer: String {
    let places = terms.reduce(0) { max($0, $1.number.places) }
    // Six places more than the longest number hold any sum of five.
    let length = terms.reduce(0) { max($0, $1.number.wholeDigits) } + 6
    var sums = (-places..<length).map { place in
      terms.reduce(0) { $0 + ($1.isMinus ? -1 : 1) * Int($1.number.digit(at: place)) }
    }
    func normalise() -> Int {
      var carry = 0
      for place in sums.indices {
        let value = sums[place] + carry
        let digit = (value % base + base) % base
        carry = (value - digit) / base
        sums[place] = digit
      }
      return carry
    }
    let isNegative = normalise() < 0
    if isNegative {
      // The complement of what was found.
      sums = sums.map { -$0 }
      sums.append(1)
      _ = normalise()
      sums.removeLast()
    }
    var number = Numeral(digits: sums.map { UInt8($0) }, places: places)
    number.append(0, base: base)
    return (isNegative ? "-" : "") + number.text
  }
}
