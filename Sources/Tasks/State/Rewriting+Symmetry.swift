extension Rewriting {
  /// The least text over all names of the letters, with the rules in order.
  public func canonicalText(_ problem: Problem) -> String {
    let used = problem.usedLetters
    var best: (key: UInt128, problem: Problem)?
    for names in Self.namings[used] {
      var rules = problem.rules
      for index in rules.indices {
        rules[index].left = rules[index].left.renamed(names)
        rules[index].right = rules[index].right.renamed(names)
      }
      rules.sort { $0.left < $1.left }
      // Fourteen bits for each of at most six rules.
      let key = rules.reduce(into: UInt128(0)) { $0 = $0 << 14 | UInt128($1.rank) }
      if let best, best.key < key { continue }
      let word = problem.word.renamed(names)
      if let best, best.key == key, best.problem.word <= word { continue }
      best = (key, Problem(rules: rules, word: word))
    }
    return best?.problem.text ?? ""
  }

  /// By the letters that are used: all ways to name them by the first letters of the alphabet.
  private static let namings: [[SIMD4<UInt64>]] = (0..<16).map { used in
    let letters = (0..<4).filter { used >> $0 & 1 == 1 }
    return orders(of: letters.count).map { order in
      var names = SIMD4<UInt64>.zero
      for (letter, name) in zip(letters, order) { names[letter] = UInt64(name) }
      return names
    }
  }

  private static func orders(of count: Int) -> [[Int]] {
    (0..<count).reduce([[]]) { orders, next in
      orders.flatMap { order in
        (0...order.count).map { Array(order[..<$0]) + [next] + Array(order[$0...]) }
      }
    }
  }
}

extension Rewriting.Rule {
  /// Rules ranked as their texts: marks stand before all letters in ASCII, and `e`, the empty right
  /// side, after those of other words.
  fileprivate var rank: Int {
    func rank(_ word: PackedWord, _ length: Int) -> Int {
      var letters = 0
      for place in 0..<length { letters = letters << 2 | (place < word.count ? word[place] : 0) }
      return letters << 2 | word.count
    }
    return rank(left, 3) << 6 | (right.isEmpty ? 63 : rank(right, 2))
  }
}
