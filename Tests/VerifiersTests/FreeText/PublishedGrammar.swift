import Foundation

/// The free text's grammar as the page of worded-sum prints it: an EBNF reader of the tests' own,
/// which writes random texts and says of any text whether the grammar gives it.
struct PublishedGrammar {
  indirect enum Part {
    case quoted(String), name(String), all([Part]), any([Part]), maybe(Part), many(Part)
  }

  private(set) var rules: [String: Part] = [:]

  init(page: String) {
    let section = page.components(separatedBy: "## Free text")[1]
    let block = section.components(separatedBy: "```ebnf\n")[1].components(separatedBy: "\n```")[0]
    for rule in block.components(separatedBy: " ;") where rule.contains(" = ") {
      let halves = rule.components(separatedBy: " = ")
      let name = halves[0].trimmingCharacters(in: .whitespacesAndNewlines)
      let body = halves[1...].joined(separator: " = ")
      guard !body.contains("?") else { continue }
      var words = body.split(whereSeparator: \.isWhitespace).map(String.init)[...]
      rules[name] = Self.choice(&words)
    }
  }

  private static func choice(_ words: inout ArraySlice<String>) -> Part {
    var choices: [Part] = []
    repeat {
      var parts: [Part] = []
      repeat { parts.append(single(&words)) } while words.first == "," && words.popFirst() != nil
      choices.append(.all(parts))
    } while words.first == "|" && words.popFirst() != nil
    return .any(choices)
  }

  private static func single(_ words: inout ArraySlice<String>) -> Part {
    let word = words.removeFirst()
    defer { if "([{".contains(word) { words.removeFirst() } }
    switch word {
    case "(": return choice(&words)
    case "[": return .maybe(choice(&words))
    case "{": return .many(choice(&words))
    default: return word.hasPrefix("\"") ? .quoted(word.replacing("\"", with: "")) : .name(word)
    }
  }

  /// A random text of a rule, as lexemes.
  ///
  /// - Parameter kinds: lexemes of the kinds that have no rule here.
  func text<G: RandomNumberGenerator>(
    _ rule: String, kinds: [String: [String]], using generator: inout G
  ) -> [String] {
    guard let part = rules[rule] else {
      return [kinds[rule]?.randomElement(using: &generator) ?? "!"]
    }
    return text(part, kinds, &generator)
  }

  private func text<G: RandomNumberGenerator>(
    _ part: Part, _ kinds: [String: [String]], _ generator: inout G
  ) -> [String] {
    switch part {
    case .quoted(let word): return [word]
    case .name(let rule): return text(rule, kinds: kinds, using: &generator)
    case .all(let parts): return parts.flatMap { text($0, kinds, &generator) }
    case .any(let parts):
      return text(parts[Int.random(in: parts.indices, using: &generator)], kinds, &generator)
    case .maybe(let part):
      return Bool.random(using: &generator) ? text(part, kinds, &generator) : []
    case .many(let part):
      var all: [String] = []
      while Int.random(in: 0..<5, using: &generator) == 0 { all += text(part, kinds, &generator) }
      return all
    }
  }

  /// Whether a rule gives these lexemes, whole.
  func gives(_ lexemes: [String], kinds: [String: [String]]) -> Bool {
    var known: [String: Set<Int>] = [:]
    return ends(.name("text"), lexemes, 0, kinds, &known).contains(lexemes.count)
  }

  private func ends(
    _ part: Part, _ lexemes: [String], _ place: Int, _ kinds: [String: [String]],
    _ known: inout [String: Set<Int>]
  ) -> Set<Int> {
    switch part {
    case .quoted(let word):
      return place < lexemes.count && lexemes[place] == word ? [place + 1] : []
    case .name(let rule):
      guard let inner = rules[rule] else {
        guard place < lexemes.count else { return [] }
        let isNumber = lexemes[place].allSatisfy(\.isNumber)
        let fits = rule == "natural" ? isNumber : kinds[rule]?.contains(lexemes[place]) ?? false
        return fits ? [place + 1] : []
      }
      let key = "\(rule) \(place)"
      if let found = known[key] { return found }
      let found = ends(inner, lexemes, place, kinds, &known)
      known[key] = found
      return found
    case .all(let parts):
      var reached: Set = [place]
      for part in parts {
        var next: Set<Int> = []
        for end in reached { next.formUnion(ends(part, lexemes, end, kinds, &known)) }
        reached = next
      }
      return reached
    case .any(let parts):
      return parts.reduce(into: []) { $0.formUnion(ends($1, lexemes, place, kinds, &known)) }
    case .maybe(let part): return ends(part, lexemes, place, kinds, &known).union([place])
    case .many(let part):
      var reached: Set = [place]
      var open = [place]
      while let end = open.popLast() {
        for more in ends(part, lexemes, end, kinds, &known) where reached.insert(more).inserted {
          open.append(more)
        }
      }
      return reached
    }
  }
}
