internal import Exact

extension Mystery {
  /// A positive number in lowest terms, of at most 15 digits above and below.
  struct Fraction: Equatable {
    private(set) var top: Int
    private(set) var bottom: Int

    /// - Precondition: both are positive.
    init(lowest top: Int, over bottom: Int) {
      let divisor = Self.divisor(top, bottom)
      self.top = top / divisor
      self.bottom = bottom / divisor
    }

    init(_ lexer: inout Lexer) throws(Rejection) {
      top = try Self.positive(&lexer)
      bottom = lexer.take("/") ? try Self.positive(&lexer) : 0
      guard bottom != 1, Self.divisor(top, max(1, bottom)) == 1 else {
        throw .unreadable("expected a fraction in lowest terms")
      }
      bottom = max(1, bottom)
    }

    static func positive(_ lexer: inout Lexer) throws(Rejection) -> Int {
      let value = try lexer.natural(digitLimit: 15)
      guard value > 0 else { throw .unreadable("expected a positive number, found 0") }
      return value
    }

    static func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }

    var text: String { bottom == 1 ? String(top) : "\(top)/\(bottom)" }

    /// `nil` for more than 15 digits.
    func times(_ other: Fraction) -> Fraction? {
      let (top, bottom) = (
        Int128(top) * Int128(other.top), Int128(bottom) * Int128(other.bottom)
      )
      var (a, b) = (top, bottom)
      while b != 0 { (a, b) = (b, a % b) }
      let limit: Int128 = 1_000_000_000_000_000
      guard top / a < limit, bottom / a < limit else { return nil }
      return Fraction(lowest: Int(top / a), over: Int(bottom / a))
    }

    /// Whether whole numbers without a common divisor are in the ratios of fractions.
    static func areOdds(_ odds: [Int], of fractions: [Fraction]) -> Bool {
      guard odds.count == fractions.count, let first = fractions.first, let unit = odds.first,
        odds.reduce(0, { divisor($1, $0) }) == 1
      else { return false }
      // odds[i] / odds[0] = fraction[i] / fraction[0], both sides multiplied out.
      return zip(odds, fractions).allSatisfy { number, fraction in
        let left = Self.product(number, first.top, fraction.bottom)
        return left == Self.product(unit, fraction.top, first.bottom)
      }
    }

    /// Numbers of 15 digits multiply to 150 bits.
    private static func product(_ a: Int, _ b: Int, _ c: Int) -> [UInt64] {
      let ab = UInt64(a).multipliedFullWidth(by: UInt64(b))
      let low = ab.low.multipliedFullWidth(by: UInt64(c))
      let high = ab.high.multipliedFullWidth(by: UInt64(c))
      let (middle, carries) = low.high.addingReportingOverflow(high.low)
      return [high.high &+ (carries ? 1 : 0), middle, low.low]
    }
  }

  /// Suspects with priors, clues with a probability for each suspect.
  struct Story {
    var names: [[UInt8]] = []
    var priors: [Int] = []
    var clues: [(name: [UInt8], chances: [Fraction])] = []

    init(_ problem: inout Lexer) throws(Rejection) {
      repeat {
        guard names.count < 8 else { throw .unreadable("expected at most 8 suspects, found more") }
        let name = try Self.name(&problem)
        guard !names.contains(name) else {
          throw .unreadable("expected suspects of different names")
        }
        names.append(name)
        let prior = try problem.natural(digitLimit: 2)
        guard prior > 0 else { throw .unreadable("expected positive priors") }
        priors.append(prior)
      } while problem.take(",")
      while problem.take(";") { try readClue(&problem) }
      try problem.expectEnd()
      guard names.count >= 2, !clues.isEmpty else {
        throw .unreadable("expected at least 2 suspects and a clue")
      }
    }

    private mutating func readClue(_ problem: inout Lexer) throws(Rejection) {
      guard clues.count < 12 else { throw .unreadable("expected at most 12 clues, found more") }
      let clue = try problem.name(lengths: 2...12)
      guard !clues.contains(where: { $0.name == clue }),
        ![Array("odds".utf8), Array("sum".utf8)].contains(clue)
      else { throw .unreadable("expected clues of different names other than odds and sum") }
      try problem.expect(":")
      var chances: [Fraction] = []
      for (index, name) in names.enumerated() {
        if index > 0 { try problem.expect(",") }
        let found = try Self.name(&problem)
        guard found == name else { throw .unreadable("expected the suspects in their order") }
        let chance = try Fraction(&problem)
        guard chance.top < chance.bottom, chance.bottom <= 99 else {
          throw .unreadable("expected a probability between 0 and 1, with a bottom up to 99")
        }
        chances.append(chance)
      }
      clues.append((clue, chances))
    }

    static func name(_ lexer: inout Lexer) throws(Rejection) -> [UInt8] {
      guard let word = lexer.word, (2...12).contains(word.count), let first = word.first,
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
        word.dropFirst().allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
      else { throw .unreadable("expected the name of a suspect, found \(lexer.found)") }
      lexer.advance()
      return Array(word)
    }

    /// The only most probable suspect and the probability, from the ratios of each suspect to it:
    /// its share is one over their sum. `nil` also for numbers beyond 128 bits.
    var culprit: (index: Int, share: Fraction)? {
      do throws(ExactError) {
        var culprit = 0
        for suspect in names.indices where try Rational.one < ratio(suspect, to: culprit) {
          culprit = suspect
        }
        var sum = Rational.zero
        for suspect in names.indices {
          let ratio = try ratio(suspect, to: culprit)
          guard suspect == culprit || ratio < Rational.one else { return nil }
          sum = try sum + ratio
        }
        guard let top = Int(exactly: sum.denominator), let bottom = Int(exactly: sum.numerator)
        else {
          return nil
        }
        return (culprit, Fraction(lowest: top, over: bottom))
      } catch {
        return nil
      }
    }

    /// How many times as probable as another a suspect is.
    private func ratio(_ suspect: Int, to other: Int) throws(ExactError) -> Rational {
      var ratio = try Rational(Int128(priors[suspect]), over: Int128(priors[other]))
      for clue in clues {
        let (a, b) = (clue.chances[suspect], clue.chances[other])
        ratio = try ratio * Rational(Int128(a.top * b.bottom), over: Int128(a.bottom * b.top))
      }
      return ratio
    }
  }
}
