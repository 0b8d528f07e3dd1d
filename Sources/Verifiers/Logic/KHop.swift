/// Relations are followed from person to person; every line names the fact and what is left to ask.
struct KHop: TraceVerifier {
  let family = "k-hop"
  let version = 1
  let rules = ["look-up"]
  let checks =
    "each line is the fact of the problem that the question asks for next, and the question that is "
    + "left; the answer is whom it leads to"
  let grammar = """
    problem  = { fact , ";" } , person , relation , { relation } , "?" , [ newline ] ;
    fact     = person , relation , person ;                      (* at most 400 facts, 64 hops *)
    solution = { step , newline } , answer , [ newline ] ;
    step     = fact , ":" , person , { relation } ;
    answer   = "Answer" , ":" , person ;
    person   = ? a capital letter and 1 to 11 small ones ? ;
    relation = ? 2 to 12 small letters ? ;
    newline  = ? the byte 0A ? ;
    """
  let example = (
    problem: "Ben boss Ada; Cleo boss Ben; Ada boss Cleo; Ben boss boss?",
    solution: """
    Ben boss Ada: Ada boss
    Ada boss Cleo: Cleo
    Answer: Cleo
    """
  )

  private struct Fact: Equatable {
    var subject: PackedName
    var relation: PackedName
    var object: PackedName
  }

  private struct Question: Equatable {
    var person: PackedName
    var relations: [PackedName]
  }

  /// A person and a relation that is followed from there.
  private struct Hop: Hashable {
    var subject: PackedName
    var relation: PackedName
  }

  /// Whom relations lead to.
  private typealias Table = [Hop: PackedName]

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    var (table, question) = try Self.read(&problem)
    while let relation = question.relations.first {
      let (fact, left) = try trace.read("a fact and what is left to ask") {
        line throws(Rejection) in
        let fact = Fact(
          subject: try Self.person(&line), relation: try Self.relation(&line),
          object: try Self.person(&line))
        try line.expect(":")
        return (fact, try Self.question(&line))
      }
      let right = table[Hop(subject: question.person, relation: relation)]
      try trace.require(
        fact.subject == question.person && fact.relation == relation && fact.object == right,
        "expected the fact about the person and the relation that are asked for")
      let rest = Array(question.relations.dropFirst())
      try trace.require(
        left == Question(person: fact.object, relations: rest),
        "expected the question without its first relation")
      let number = trace.number
      try trace.applied("look-up", from: number == 1 ? [0] : [0, number - 1])
      question = left
    }
    return try trace.finish(answer: question.person.bytes(isCapital: true))
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let (table, question) = try Self.read(&problem)
    // From the end: all people from whom the relations left lead to the answer.
    let found = try Self.person(&answer)
    try answer.expectEnd()
    var sources: Set<PackedName> = [found]
    for relation in question.relations.reversed() {
      sources = Set(
        table.lazy.filter { $0.key.relation == relation && sources.contains($0.value) }
          .map(\.key.subject))
    }
    let name = found.bytes(isCapital: true)
    guard sources.contains(question.person) else {
      throw .unreadable("the relations do not lead to \(Excerpt.quoted(name))")
    }
    return String(decoding: name, as: UTF8.self)
  }

  private static func person(_ lexer: inout Lexer) throws(Rejection) -> PackedName {
    guard let name = PackedName(lexer.bytes, in: lexer.current, isCapital: true) else {
      throw .unreadable("expected a person, found \(lexer.found)")
    }
    lexer.advance()
    return name
  }

  private static func relation(_ lexer: inout Lexer) throws(Rejection) -> PackedName {
    guard let name = PackedName(lexer.bytes, in: lexer.current, isCapital: false) else {
      throw .unreadable("expected a name of 2 to 12 letters a to z, found \(lexer.found)")
    }
    lexer.advance()
    return name
  }

  /// A person and up to 64 relations.
  private static func question(_ lexer: inout Lexer) throws(Rejection) -> Question {
    var question = Question(person: try person(&lexer), relations: [])
    while let first = lexer.word?.first, first >= UInt8(ascii: "a") {
      guard question.relations.count < 64 else { throw .unreadable("expected at most 64 hops") }
      question.relations.append(try relation(&lexer))
    }
    return question
  }

  private static func read(_ lexer: inout Lexer) throws(Rejection) -> (Table, Question) {
    var table: Table = [:]
    var count = 0
    while true {
      let question = try question(&lexer)
      guard let relation = question.relations.first else {
        throw .unreadable("expected a relation, found \(lexer.found)")
      }
      if lexer.take("?") {
        try lexer.expectEnd()
        guard Self.leads(question, table) else {
          throw .unreadable("expected a fact for every relation that is followed")
        }
        return (table, question)
      }
      guard question.relations.count == 1 else {
        throw .unreadable("expected a fact or a question mark, found \(lexer.found)")
      }
      let object = try person(&lexer)
      try lexer.expect(";")
      count += 1
      guard count <= 400 else { throw .unreadable("expected at most 400 facts, found more") }
      let hop = Hop(subject: question.person, relation: relation)
      guard table.updateValue(object, forKey: hop) == nil else {
        throw .unreadable("expected one fact about a person and a relation, found two")
      }
    }
  }

  private static func leads(_ question: Question, _ table: Table) -> Bool {
    var person = question.person
    for relation in question.relations {
      guard let next = table[Hop(subject: person, relation: relation)] else { return false }
      person = next
    }
    return true
  }
}
