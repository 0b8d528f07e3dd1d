/// The rules of a rewriting problem: they always end, and always in the same word.
struct RewritingSystem {
  private static let ruleLimit = 6

  struct Rule {
    let left: LetterPlanes
    let right: LetterPlanes
  }

  /// By number less one.
  let rules: [Rule]

  /// Reads the rules and the semicolon after them.
  init(_ line: inout Lexer) throws(Rejection) {
    var rules: [Rule] = []
    rules.reserveCapacity(Self.ruleLimit)
    repeat {
      guard rules.count < Self.ruleLimit else {
        throw .unreadable("expected at most \(Self.ruleLimit) rules, found more")
      }
      try line.expect(String(rules.count + 1))
      try line.expect(":")
      let start = line
      let left = try Rewriting.word(&line)
      guard (2...3).contains(left.count), !rules.contains(where: { $0.left == left }) else {
        throw .unreadable("expected a new left side of 2 or 3 letters, found \(start.found)")
      }
      try line.expect(">")
      let right = try Rewriting.side(&line)
      guard right.count < left.count || Self.exchanges(left, right) else {
        throw .unreadable("expected a shorter right side, or two letters exchanged")
      }
      rules.append(Rule(left: left, right: right))
    } while !line.take(";")
    self.rules = rules
    guard !movesInCircle else { throw .unreadable("the rules move letters in a circle") }
    guard isConfluent else { throw .unreadable("the rules do not always end in the same word") }
  }

  private static func exchanges(_ left: LetterPlanes, _ right: LetterPlanes) -> Bool {
    left.count == 2 && right.count == 2 && left != right
      && left.letter(at: 0) == right.letter(at: 1) && left.letter(at: 1) == right.letter(at: 0)
  }

  func name(of rule: Int) -> String {
    rules[rule].right.count == 0
      ? "erase" : rules[rule].right.count < rules[rule].left.count ? "shorten" : "swap"
  }

  func applies(_ rule: Int, to word: LetterPlanes, at place: Int) -> Bool {
    // A shift beyond the word gives 0.
    place >= 0 && word.starts(of: rules[rule].left) >> place & 1 == 1
  }

  /// The word after a rule; the word itself where the rule does not apply.
  func rewritten(_ word: LetterPlanes, by rule: Int, at place: Int) -> LetterPlanes {
    guard applies(rule, to: word, at: place) else { return word }
    let rest = word.suffix(from: place + rules[rule].left.count)
    // No rule makes a word longer.
    return word.prefix(place).followed(by: rules[rule].right)?.followed(by: rest) ?? word
  }

  /// Whether some rule applies somewhere.
  func canRewrite(_ word: LetterPlanes) -> Bool {
    rules.contains { word.starts(of: $0.left) != 0 }
  }

  /// The rightmost place where a rule applies, and the last such rule.
  func lastRedex(in word: LetterPlanes) -> (rule: Int, place: Int)? {
    var last: (rule: Int, place: Int)?
    for (index, rule) in rules.enumerated() {
      let place = 31 - word.starts(of: rule.left).leadingZeroBitCount
      if place >= last?.place ?? 0 { last = (index, place) }
    }
    return last
  }

  /// At most n^3 / 2 steps for n letters: each shortens the word or takes away an inversion.
  func normalForm(of word: LetterPlanes) -> LetterPlanes {
    var word = word
    while let redex = lastRedex(in: word) {
      word = rewritten(word, by: redex.rule, at: redex.place)
    }
    return word
  }

  /// Whether letters move past each other such that one moves past itself in the end.
  private var movesInCircle: Bool {
    // Bit 4i + j: letter i moves past letter j, by one rule or by several.
    var isBefore = 0
    for rule in rules where rule.left.count == rule.right.count {
      isBefore |= 1 << (4 * rule.left.letter(at: 0) + rule.left.letter(at: 1))
    }
    for middle in 0..<4 {
      let after = isBefore >> (4 * middle) & 15
      for from in 0..<4 where isBefore >> (4 * from + middle) & 1 == 1 {
        isBefore |= after << (4 * from)
      }
    }
    return (0..<4).contains { isBefore >> (5 * $0) & 1 == 1 }
  }

  /// By all words of two left sides that share letters or of which one holds the other.
  private var isConfluent: Bool {
    for first in rules.indices {
      for second in rules.indices {
        let (a, b) = (rules[first].left, rules[second].left)
        for shift in 0..<a.count where shift > 0 || first < second {
          // Both stand in it if the letters that they share are alike.
          let shared = min(a.count - shift, b.count)
          guard a.suffix(from: shift).prefix(shared) == b.prefix(shared),
            let word = a.prefix(shift).followed(by: b)?.followed(
              by: a.suffix(from: shift + b.count))
          else { continue }
          let one = normalForm(of: rewritten(word, by: first, at: 0))
          if one != normalForm(of: rewritten(word, by: second, at: shift)) { return false }
        }
      }
    }
    return true
  }
}
