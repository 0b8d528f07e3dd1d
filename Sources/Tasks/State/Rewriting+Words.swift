extension Rewriting.Problem {
  typealias Rule = Rewriting.Rule

  var usedLetters: [UInt8] {
    Rewriting.letters.filter { letter in
      word.contains(letter)
        || rules.contains { $0.left.contains(letter) || $0.right.contains(letter) }
    }
  }

  /// Rules with the places where they apply, by place.
  var redexes: [(rule: Int, place: Int)] {
    var redexes: [(rule: Int, place: Int)] = []
    for place in word.indices {
      for (index, rule) in rules.enumerated() where word[place...].starts(with: rule.left) {
        redexes.append((index, place))
      }
    }
    return redexes
  }

  func rewritten(_ rule: Int, at place: Int) -> Self {
    var next = self
    next.word.replaceSubrange(place..<place + rules[rule].left.count, with: rules[rule].right)
    return next
  }

  /// What the leftmost redex leads to, again and again, and after how many steps.
  var normalForm: (word: [UInt8], steps: Int) { normalForm(of: word) }

  private func normalForm(of word: [UInt8]) -> (word: [UInt8], steps: Int) {
    var word = word
    var (steps, place) = (0, 0)
    while place < word.count {
      if let rule = rules.first(where: { word[place...].starts(with: $0.left) }) {
        word.replaceSubrange(place..<place + rule.left.count, with: rule.right)
        steps += 1
        // What is new may end a left side that began two letters before.
        place = max(0, place - 2)
      } else {
        place += 1
      }
    }
    return (word, steps)
  }

  /// Whether letters are never moved in a circle, all other rules being shortening ones.
  var alwaysEnds: Bool {
    var moves = rules.filter { $0.left.count == $0.right.count }.map { ($0.left[0], $0.left[1]) }
    // A letter that nothing moves past may be taken away, until none is left.
    while !moves.isEmpty {
      let rest = moves.filter { move in moves.contains { $0.1 == move.0 } }
      if rest.count == moves.count { return false }
      moves = rest
    }
    return true
  }

  /// Whether what two overlapping rules make of the least word that holds both ends in one word:
  /// then, since the rules always end, all ways do (Newman 1942; Knuth, Bendix 1970).
  var isConfluent: Bool {
    for (index, first) in rules.enumerated() {
      for (other, second) in rules.enumerated() {
        // The second begins at this place of the first.
        for place in first.left.indices {
          let shared = first.left[place...].prefix(second.left.count)
          guard place > 0 || index != other, second.left.starts(with: shared) else { continue }
          let rest = second.left.dropFirst(shared.count)
          let end = first.left.dropFirst(place + shared.count)
          let one = normalForm(of: first.right + rest).word
          let two = first.left[..<place] + second.right + end
          if one != normalForm(of: Array(two)).word { return false }
        }
      }
    }
    return true
  }

  /// `e` for the empty word.
  static func shown(_ word: [UInt8]) -> [UInt8] { word.isEmpty ? [UInt8(ascii: "e")] : word }

  /// Of the step that led here: `2 at 3: abcab`.
  func line(_ rule: Int, _ place: Int) -> String {
    String(decoding: Array("\(rule + 1) at \(place + 1): ".utf8) + Self.shown(word), as: UTF8.self)
  }

  /// As it is given to a model.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for (index, rule) in rules.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: " ")) }
      bytes += [UInt8(ascii: "1") + UInt8(index), UInt8(ascii: ":")]
      bytes += rule.left
      bytes.append(UInt8(ascii: ">"))
      bytes += Self.shown(rule.right)
    }
    return bytes + "; ".utf8 + word
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension Rewriting {
  /// Reads a problem as `text` writes one.
  public func read(_ text: String) -> Problem? {
    let bytes = Array(text.utf8)
    guard bytes.count <= 128, let end = bytes.firstIndex(of: UInt8(ascii: ";")) else { return nil }
    let parts = bytes[..<end].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    let word = Array(bytes[(end + 1)...].dropFirst())
    guard (1...Self.ruleLimit).contains(parts.count), Self.isWord(word),
      word.count <= Self.lengthLimit
    else { return nil }
    var problem = Problem(rules: [], word: word)
    for part in parts {
      let sides = part.dropFirst(2).split(
        separator: UInt8(ascii: ">"), omittingEmptySubsequences: false
      ).map { Array($0) }
      guard sides.count == 2, (2...3).contains(sides[0].count), Self.isWord(sides[0]),
        !problem.rules.contains(where: { $0.left == sides[0] })
      else { return nil }
      let right = sides[1] == [UInt8(ascii: "e")] ? [] : sides[1]
      let isMove = sides[0].count == 2 && right == sides[0].reversed() && right != sides[0]
      guard right.isEmpty || Self.isWord(right), right.count < sides[0].count || isMove else {
        return nil
      }
      problem.rules.append(Rule(left: sides[0], right: right))
    }
    guard problem.bytes == bytes, problem.alwaysEnds, problem.isConfluent else { return nil }
    return problem
  }

  private static func isWord(_ word: [UInt8]) -> Bool {
    !word.isEmpty && word.allSatisfy(letters.contains)
  }
}
