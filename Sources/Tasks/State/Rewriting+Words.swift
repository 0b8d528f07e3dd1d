extension Rewriting.Problem {
  typealias Rule = Rewriting.Rule

  /// The letters of rules and word: bit 0 for a to bit 3 for d.
  var usedLetters: Int {
    rules.reduce(word.letters) { $0 | $1.left.letters | $1.right.letters }
  }

  /// Rules with the places where they apply, by place.
  var redexes: Redexes { Redexes(of: rules, in: word) }

  func rewritten(_ rule: Int, at place: Int) -> Self {
    var next = self
    next.word = word.replacing(rules[rule].left.count, at: place, with: rules[rule].right)
    return next
  }

  /// What the leftmost redex leads to, again and again, and after how many steps.
  var normalForm: (word: PackedWord, steps: Int) { normalForm(of: word) }

  private func normalForm(of word: PackedWord) -> (word: PackedWord, steps: Int) {
    var (word, steps) = (word, 0)
    while true {
      let letters = word.letterPlaces
      var (place, first) = (word.count, 0)
      for index in rules.indices {
        let candidate = PackedWord.first(of: letters.places(of: rules[index].left))
        if candidate < place { (place, first) = (candidate, index) }
      }
      if place == word.count { return (word, steps) }
      word = word.replacing(rules[first].left.count, at: place, with: rules[first].right)
      steps += 1
    }
  }

  /// Whether letters are never moved in a circle, all other rules being shortening ones.
  var alwaysEnds: Bool {
    // Bit 4i + j: letter i is moved past letter j.
    var moves = 0
    for rule in rules where rule.left.count == rule.right.count {
      moves |= 1 << (4 * rule.left[0] + rule.left[1])
    }
    // A letter that nothing moves past may be taken away, until none is left.
    while moves != 0 {
      let passed = (moves | moves >> 4 | moves >> 8 | moves >> 12) & 15
      let rest = (0..<4).reduce(0) { passed >> $1 & 1 == 1 ? $0 | moves & 15 << (4 * $1) : $0 }
      if rest == moves { return false }
      moves = rest
    }
    return true
  }

  /// Whether what two overlapping rules make of the least word that holds both ends in one word:
  /// then, since the rules always end, all ways do (Newman 1942; Knuth, Bendix 1970).
  ///
  /// - Parameter known: so many first rules are known to be confluent. What two of them make of a
  ///   word still meets when there are more rules, so it need not be looked at again.
  func isConfluent(knownOf known: Int = 0) -> Bool {
    for index in rules.indices {
      for other in (index < known ? known : 0)..<rules.count
      where !alwaysMeet(index, other) { return false }
    }
    return true
  }

  /// Of rules one of which begins at any place within the other.
  private func alwaysMeet(_ index: Int, _ other: Int) -> Bool {
    let (first, second) = (rules[index], rules[other])
    for place in 0..<first.left.count where place > 0 || index != other {
      guard first.left.agrees(from: place, with: second.left) else { continue }
      let one = first.right + second.left.dropFirst(first.left.count - place)
      let two =
        first.left.prefix(place) + second.right
        + first.left.dropFirst(place + second.left.count)
      if one != two, normalForm(of: one).word != normalForm(of: two).word { return false }
    }
    return true
  }
}

/// Where rules apply in a word, by place and then by rule.
struct Redexes {
  /// Of each rule, as `LetterPlaces` gives them.
  private var places = InlineArray<6, UInt64>(repeating: 0)
  private var all: UInt64 = 0
  private(set) var count = 0

  init(of rules: [Rewriting.Rule], in word: PackedWord) {
    let letters = word.letterPlaces
    for (index, rule) in rules.enumerated() {
      places[index] = letters.places(of: rule.left)
      all |= places[index]
      count += places[index].nonzeroBitCount
    }
  }

  /// - Precondition: `index` is in `0..<count`.
  subscript(index: Int) -> (rule: Int, place: Int) {
    var (left, rest) = (index, all)
    while rest != 0 {
      let place = PackedWord.first(of: rest)
      let bit: UInt64 = 1 << (62 - 2 * place)
      for rule in places.indices where places[rule] & bit != 0 {
        if left == 0 { return (rule, place) }
        left -= 1
      }
      rest &= ~bit
    }
    preconditionFailure("there are \(count) redexes")
  }
}
