/// The rules of a rewriting problem: they always end, and always in the same word.
struct RewritingSystem {
  private static let ruleLimit = 6

  /// Left and right sides, by number less one.
  let rules: [(left: [UInt8], right: [UInt8])]

  /// Reads the rules and the semicolon after them.
  init(_ line: inout Lexer) throws(Rejection) {
    var rules: [(left: [UInt8], right: [UInt8])] = []
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
      let moves = left.count == 2 && left[0] != left[1] && right == [left[1], left[0]]
      guard right.count < left.count || moves else {
        throw .unreadable("expected a shorter right side, or two letters exchanged")
      }
      rules.append((left, right))
    } while !line.take(";")
    self.rules = rules
    guard !movesInCircle else { throw .unreadable("the rules move letters in a circle") }
    guard isConfluent else { throw .unreadable("the rules do not always end in the same word") }
  }

  func name(of rule: Int) -> String {
    rules[rule].right.isEmpty
      ? "erase" : rules[rule].right.count < rules[rule].left.count ? "shorten" : "swap"
  }

  func applies(_ rule: Int, to word: [UInt8], at place: Int) -> Bool {
    let left = rules[rule].left
    return place >= 0 && place + left.count <= word.count
      && word[place..<place + left.count].elementsEqual(left)
  }

  /// The word after a rule; the word itself where the rule does not apply.
  func rewritten(_ word: [UInt8], by rule: Int, at place: Int) -> [UInt8] {
    guard applies(rule, to: word, at: place) else { return word }
    return word[..<place] + rules[rule].right + word[(place + rules[rule].left.count)...]
  }

  /// The rightmost place where a rule applies, and the last such rule.
  func lastRedex(in word: [UInt8]) -> (rule: Int, place: Int)? {
    for place in word.indices.reversed() {
      for rule in rules.indices.reversed() where applies(rule, to: word, at: place) {
        return (rule, place)
      }
    }
    return nil
  }

  /// At most n^3 / 2 steps for n letters: each shortens the word or takes away an inversion.
  func normalForm(of word: [UInt8]) -> [UInt8] {
    var word = word
    while let redex = lastRedex(in: word) {
      word = rewritten(word, by: redex.rule, at: redex.place)
    }
    return word
  }

  /// Whether letters move past each other such that one moves past itself in the end.
  private var movesInCircle: Bool {
    var isBefore = [Bool](repeating: false, count: 16)
    func index(_ letter: UInt8) -> Int { Int(letter - UInt8(ascii: "a")) }
    for rule in rules where rule.left.count == rule.right.count {
      isBefore[4 * index(rule.left[0]) + index(rule.left[1])] = true
    }
    for middle in 0..<4 {
      for from in 0..<4 where isBefore[4 * from + middle] {
        for to in 0..<4 where isBefore[4 * middle + to] { isBefore[4 * from + to] = true }
      }
    }
    return (0..<4).contains { isBefore[5 * $0] }
  }

  /// By all words of two left sides that share letters or of which one holds the other.
  private var isConfluent: Bool {
    for first in rules.indices {
      for second in rules.indices {
        let (a, b) = (rules[first].left, rules[second].left)
        for shift in 0..<a.count where shift > 0 || first < second {
          var word = Array(a[..<shift]) + b
          if shift + b.count < a.count { word += a[(shift + b.count)...] }
          guard word.starts(with: a) else { continue }
          let one = normalForm(of: rewritten(word, by: first, at: 0))
          if one != normalForm(of: rewritten(word, by: second, at: shift)) { return false }
        }
      }
    }
    return true
  }
}
