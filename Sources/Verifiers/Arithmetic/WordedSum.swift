/// A question in words with one or two additions or subtractions, each worked on a line of its own.
struct WordedSum: TraceVerifier {
  let family = "worded-sum"
  let version = 4
  let rules = ["add", "subtract"]
  let checks =
    "each line does the next operation of the question on the value so far; the answer is the last "
    + "value. A chat model's free text is read for one clear answer, which must be that value"
  let grammar = """
    problem  = ( plain | story ) , [ newline ] ;
    plain    = "What" , "is" , natural , change , [ change ] , "?" ;
    change   = ( "+" | "-" ) , natural ;
    story    = name , "has" , natural , thing , "." , event , [ event ] ,
               "How" , "many" , thing , "does" , name , "have" , "now" , "?" ;
    event    = name , ( "gets" | "loses" ) , natural , thing , "." ;
    name     = "Ann" | "Ben" | "Eve" | "Tom" ;             (* the same throughout *)
    thing    = "apples" | "books" | "coins" | "stamps" ;   (* the same throughout *)
    solution = step , newline , [ step , newline ] , answer , [ newline ] ;
    step     = natural , ( "+" | "-" ) , natural , "=" , natural ;
    answer   = "Answer" , ":" , natural ;
    natural  = "0" | nonzero , { digit } ;                 (* in a problem, 1 to 11 digits *)
    digit    = "0" | nonzero ;
    nonzero  = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    newline  = ? the byte 0A ? ;
    """
  let freeTextGrammar: String? = SumGrammar.text
  let example = (
    problem: "Ann has 50 coins. Ann loses 8 coins. How many coins does Ann have now?",
    solution: "50-8=42\nAnswer: 42"
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let question = try Question(&problem)
    var value = question.start
    for change in question.changes {
      let next = change.adds ? value + change.amount : value - change.amount
      let sign = change.adds ? "+" : "-"
      func expected() -> [UInt8] { Array("\(value)\(sign)\(change.amount)=\(next)".utf8) }
      var isRight = true
      let found = try trace.read(Excerpt.quoted(expected())) { (line) throws(Rejection) -> Int in
        let before = try line.natural(digitLimit: 13)
        let mark = try line.one(of: ["+", "-"])
        let amount = try line.natural(digitLimit: 13)
        isRight = before == value && mark == sign && amount == change.amount
        try line.expect("=")
        return try line.natural(digitLimit: 13)
      }
      try trace.require(isRight && found == next, expecting: [expected()])
      try trace.applied(
        change.adds ? "add" : "subtract"
      ) { $0 == 1 ? [0] : [0, $0 - 1] }
      value = found
    }
    return try trace.finish(answer: String(value))
  }

  /// What is added less what is taken away.
  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let question = try Question(&problem)
    let added = question.changes.filter(\.adds).reduce(question.start) { $0 + $1.amount }
    let value = question.changes.filter { !$0.adds }.reduce(added) { $0 - $1.amount }
    let found = try answer.natural(digitLimit: 13)
    try answer.expectEnd()
    guard found == value else { throw .unreadable("expected \(value), found \(found)") }
    return String(value)
  }

  func judgeAnswer(problem: Span<UInt8>, text: Span<UInt8>) -> AnswerVerdict? {
    let question: Question
    do throws(Rejection) {
      var lexer = Lexer(problem: problem)
      question = try Question(&lexer)
    } catch {
      return .unclear(step: 0, reason: error.reason)
    }
    return StatedNumber.judge(
      Array(copying: text),
      of: .init(
        name: question.story?.name.lowercased(),
        pronoun: question.story.map { ["Ann", "Eve"].contains($0.name) ? "she" : "he" },
        thing: question.story?.thing,
        numbers: [question.start] + question.changes.map(\.amount),
        signs: question.changes.map { UInt8(ascii: $0.adds ? "+" : "-") },
        values: Array(question.values.dropFirst())))
  }
}

extension WordedSum {
  /// What a problem asks.
  struct Question {
    /// Person and thing of a story; `nil` if the question has numbers only.
    let story: (name: String, thing: String)?
    let start: Int
    let changes: [(adds: Bool, amount: Int)]
    /// The value before and after each change; none is negative.
    let values: [Int]

    private static let digitLimit = 11
    private static let names = ["Ann", "Ben", "Eve", "Tom"]
    private static let things = ["apples", "books", "coins", "stamps"]

    /// - Throws: with step 0 for any text outside the grammar, and for a value below 0.
    init(_ lexer: inout Lexer) throws(Rejection) {
      let isPlain = lexer.take("What")
      if isPlain {
        try lexer.expect("is")
        story = nil
        start = try lexer.natural(digitLimit: Self.digitLimit)
        var changes: [(adds: Bool, amount: Int)] = []
        while changes.isEmpty || changes.count == 1 && lexer.isAt(oneOf: ["+", "-"]) {
          changes.append(
            (try lexer.one(of: ["+", "-"]) == "+", try lexer.natural(digitLimit: Self.digitLimit)))
        }
        self.changes = changes
      } else {
        let name = try lexer.one(of: Self.names)
        try lexer.expect("has")
        start = try lexer.natural(digitLimit: Self.digitLimit)
        let thing = try lexer.one(of: Self.things)
        story = (name, thing)
        try lexer.expect(".")
        var changes: [(adds: Bool, amount: Int)] = []
        while changes.isEmpty || changes.count == 1 && lexer.isAt(oneOf: [name]) {
          try lexer.expect(name)
          let adds = try lexer.one(of: ["gets", "loses"]) == "gets"
          changes.append((adds, try lexer.natural(digitLimit: Self.digitLimit)))
          try lexer.expect(thing)
          try lexer.expect(".")
        }
        try lexer.expect(all: ["How", "many", thing, "does", name, "have", "now"])
        self.changes = changes
      }
      try lexer.expect("?")
      try lexer.expectEnd()
      var values = [start]
      for change in changes {
        values.append(values[values.count - 1] + (change.adds ? change.amount : -change.amount))
      }
      guard values.allSatisfy({ $0 >= 0 }) else {
        throw .unreadable("expected at most \(values[values.count - 2]) to be taken away")
      }
      self.values = values
    }
  }
}
