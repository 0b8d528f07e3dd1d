import Testing
import Verifiers

/// Outsiders know the page alone: what it gives is read, what it does not give is not, and what is
/// accepted is so by a second reading of its numbers.
struct `The published grammar of free texts` {
  struct Question: Sendable, CustomTestStringConvertible {
    let problem: String
    let numbers: [Int]
    /// Values after each operation.
    let values: [Int]
    let kinds: [String: [String]]
    var testDescription: String { problem }

    init(
      _ problem: String, _ numbers: [Int], _ values: [Int], story: (String, String, String)? = nil
    ) {
      self.problem = problem
      self.numbers = numbers
      self.values = values
      // A number of the question or of its calculation, as a rule; now and then another.
      var kinds = [
        "natural": (numbers + values + [values[values.count - 1], 7, 0]).map(String.init),
        "newline": ["\n"],
      ]
      if let story {
        kinds["name"] = [story.0]
        kinds["pronoun"] = [story.1]
        kinds["thing"] = [story.2]
      }
      self.kinds = kinds
    }
  }

  static let questions = [
    Question("What is 17 + 26?", [17, 26], [43]), Question("What is 50 - 8?", [50, 8], [42]),
    Question("What is 12 + 7 - 4?", [12, 7, 4], [19, 15]),
    Question("What is 3 + 4 + 5?", [3, 4, 5], [7, 12]),
    Question("What is 30 - 5 - 9?", [30, 5, 9], [25, 16]),
    Question(
      "Eve has 50 coins. Eve loses 8 coins. Eve gets 13 coins. How many coins does Eve have now?",
      [50, 8, 13], [42, 55], story: ("eve", "she", "coins")),
    Question(
      "Tom has 20 books. Tom gets 6 books. How many books does Tom have now?", [20, 6], [26],
      story: ("tom", "he", "books")),
  ]

  private func grammar() throws -> PublishedGrammar {
    PublishedGrammar(page: try #require(try `Every verifier`.pages()["worded-sum"]))
  }

  private func judge(_ question: Question, _ lexemes: [String]) throws -> AnswerVerdict {
    // Numbers, words and marks apart, except where a mark would be taken for a sign.
    let text = lexemes.joined(separator: " ")
    return try #require(
      Verifiers.named("worded-sum")?.judgeAnswer(
        problem: Array(question.problem.utf8), text: Array(text.utf8)))
  }

  private func isUnreadable(_ verdict: AnswerVerdict) -> Bool {
    switch verdict {
    case .right, .wrong: false
    case .missing(_, let reason), .unclear(_, let reason):
      reason.contains("it cannot be read at") || reason.contains("it breaks off")
    }
  }

  @Test func `has the rules that it names, and terms for every kind`() throws {
    let grammar = try grammar()
    #expect(grammar.rules.count > 40)
    #expect(grammar.rules["text"] != nil && grammar.rules["natural"] == nil)
  }

  /// A failure is a form that the page gives and the program cannot read, or the other way round.
  @Test(arguments: questions)
  func `gives exactly what can be read`(question: Question) throws {
    let grammar = try grammar()
    var generator = TestGenerator(state: 11)
    let words =
      Array(
        Set(
          (0..<300).flatMap { _ in grammar.text("clause", kinds: question.kinds, using: &generator)
          })
      ).filter { $0 != "!" }.sorted() + ["not", "*", "-", "they"]
    var (given, other, accepted) = (0, 0, 0)
    for round in 0..<6_000 {
      var lexemes = grammar.text("text", kinds: question.kinds, using: &generator)
      // Without a story there are no names, and no text with one.
      if lexemes.contains("!") || lexemes.count > 80 { continue }
      if round % 2 == 1, !lexemes.isEmpty {
        let place = Int.random(in: lexemes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: lexemes.remove(at: place)
        case 1: lexemes.insert(words.randomElement(using: &generator) ?? "", at: place)
        default: lexemes[place] = words.randomElement(using: &generator) ?? ""
        }
      }
      let isGiven = grammar.gives(lexemes, kinds: question.kinds)
      if isGiven { given += 1 } else { other += 1 }
      #expect(round % 2 == 1 || isGiven)
      let verdict = try judge(question, lexemes)
      // A mark beside a number can make the lexemes others: "- 4" is a number with a sign.
      if case .unclear(_, let reason) = verdict, reason.contains("a number") { continue }
      if isUnreadable(verdict) == isGiven {
        Issue.record("\(lexemes.joined(separator: " ")): given: \(isGiven), \(verdict)")
      }
      if case .right = verdict {
        accepted += 1
        if let fault = Self.fault(lexemes, question) {
          Issue.record("accepted \(lexemes.joined(separator: " ")): \(fault)")
        }
      }
    }
    #expect(given > 1_500 && other > 500 && accepted > 50, "\(given) \(other) \(accepted)")
  }

  /// What a text says of numbers that is not so, by a reading of neighbouring lexemes alone.
  static func fault(_ lexemes: [String], _ question: Question) -> String? {
    let answer = question.values[question.values.count - 1]
    func number(_ place: Int) -> Int? {
      lexemes.indices.contains(place) ? Int(lexemes[place]) : nil
    }
    func skip(_ words: Set<String>, from place: Int) -> Int {
      var place = place
      while lexemes.indices.contains(place), words.contains(lexemes[place]) { place += 1 }
      return place
    }
    for (place, word) in lexemes.enumerated() {
      let isAlone = { (place: Int) in
        number(place) != nil
          && !(lexemes.indices.contains(place + 1)
            && ["+", "-", "=", "equals", "is"].contains(lexemes[place + 1]))
      }
      switch word {
      case "answer", "result", "total":
        let next = skip(["is", "equals", "=", ":", "\n", "of"], from: place + 1)
        if next > place + 1, isAlone(next), number(next) != answer { return "\(word) \(next)" }
      case "subtract", "subtracting", "take", "taking":
        if let amount = number(place + 1) {
          let from = skip(Set(["from"] + (question.kinds["thing"] ?? [])), from: place + 2)
          guard let whole = number(from), question.values.contains(whole - amount) else {
            return "\(word) \(amount)"
          }
        }
      case "add", "adding", "of":
        var (sum, count, next) = (0, 0, place + 1)
        while let value = number(next) {
          sum += value
          count += 1
          let end = skip(question.kinds["thing"].map { Set($0) } ?? [], from: next + 1)
          let joint = skip(["and", ",", "to"], from: end)
          if joint == end { break }
          next = joint
        }
        let isDifference = place > 0 && lexemes[place - 1] == "difference"
        if count > 1, !isDifference, !question.values.contains(sum) { return "\(word) \(sum)" }
      case "not", "*", "they", "!": return word
      default: break
      }
    }
    return nil
  }
}
