/// A small program is executed; each line says what one statement does.
struct ProgramTrace: TraceVerifier {
  let family = "program-trace"
  let version = 1
  let rules = ["set", "loop", "leave", "branch"]
  let checks =
    "each line is the next statement's effect with the values it reads: what is set to what, or "
    + "whether a condition holds; the answer is the value printed"
  let grammar = """
    problem   = "mod" , natural , { "," , variable , "=" , natural } , [ "," , array ] , ":" ,
                statement , { ";" , statement } , ";" , "print" , variable , [ newline ] ;
    array     = "p" , "=" , "[" , natural , { "," , natural } , "]" ;
    statement = place , "=" , operand , [ ( "+" | "-" | "*" ) , operand ]
              | "while" , condition , "max" , digit , block
              | "if" , condition , block , [ "else" , block ] ;
    block     = "{" , statement , { ";" , statement } , "}" ;
    condition = operand , ( "<" | ">" ) , operand ;
    operand   = natural | place ;
    place     = variable | "p" , "[" , ( natural | variable ) , "]" ;
    solution  = { step , newline } , answer , [ newline ] ;
    step      = target , "=" , [ natural , ( "+" | "-" | "*" ) , natural , "=" ] , natural
              | natural , ( "<" | ">" ) , natural , ( "yes" | "no" ) ;
    target    = variable | "p" , "[" , natural , "]" ;
    answer    = "Answer" , ":" , natural ;
    variable  = "a" | "b" | "c" | "d" | "e" ;
    digit     = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
    natural   = ? digits without leading zeros, at most 2 in a problem, 4 in a solution ? ;
    newline   = ? the byte 0A ? ;
    """
  let example = (
    problem: "mod 11, a=4, b=7: while b>4 max 3 {a=a*b; b=b-2}; print a",
    solution: """
    7>4 yes
    a=4*7=6
    b=7-2=5
    5>4 yes
    a=6*5=8
    b=5-2=3
    3>4 no
    Answer: 8
    """
  )

  func check(
    _ problem: inout Lexer, _ trace: inout TraceReader
  ) throws(Rejection) -> String {
    let program = try ProgramText(&problem)
    var run = Run(program)
    try run.execute(program.body, &trace)
    return try trace.finish(answer: Array(String(run.variables[program.printed]).utf8))
  }

  func checkAnswer(
    _ answer: inout Lexer, to problem: inout Lexer
  ) throws(Rejection) -> String {
    let program = try ProgramText(&problem)
    let result = ProgramResult(of: program).printed
    let found = try answer.natural(digitLimit: 4)
    try answer.expectEnd()
    guard found == result else {
      throw .unreadable("the program prints \(result), found \(found)")
    }
    return String(found)
  }
}

/// An execution that follows what lines say.
private struct Run {
  private typealias Place = ProgramText.Place

  private let program: ProgramText
  private(set) var variables: [Int]
  private var elements: [Int]
  /// The line that set each, 0 for the problem.
  private var variableLines: [Int]
  private var elementLines: [Int]

  init(_ program: ProgramText) {
    self.program = program
    variables = program.variables.map { $0 ?? 0 }
    elements = program.elements
    variableLines = variables.map { _ in 0 }
    elementLines = elements.map { _ in 0 }
  }

  mutating func execute(
    _ statements: [ProgramText.Statement], _ trace: inout TraceReader
  ) throws(Rejection) {
    for statement in statements {
      switch statement {
      case .set(let target, let left, let sign, let right):
        try set(target, left, sign, right, &trace)
      case .loop(let condition, let most, let body):
        for _ in 0..<most {
          guard try test(condition, isLoop: true, &trace) else { break }
          try execute(body, &trace)
        }
      case .branch(let condition, let then, let otherwise):
        try execute(try test(condition, isLoop: false, &trace) ? then : otherwise, &trace)
      }
    }
  }

  private mutating func set(
    _ target: Place, _ left: Place, _ sign: String?, _ right: Place, _ trace: inout TraceReader
  ) throws(Rejection) {
    let target = resolved(target)
    let (x, y) = (value(left), value(right))
    let result = sign.map { Self.result(x, $0, y, modulus: program.modulus) } ?? x
    let expected = "\(Self.text(target))=\(sign.map { "\(x)\($0)\(y)=" } ?? "")\(result)"
    let known = program
    let claim = try trace.read("`\(expected)`") { line throws(Rejection) in
      let target = try known.target(&line)
      try line.expect("=")
      let first = try line.natural(digitLimit: 4)
      guard sign != nil else { return (target: target, sum: "", value: first) }
      let sign = try line.one(of: ["+", "-", "*"])
      let second = try line.natural(digitLimit: 4)
      try line.expect("=")
      let value = try line.natural(digitLimit: 4)
      return (target: target, sum: "\(first)\(sign)\(second)", value: value)
    }
    try trace.require(
      Self.text(claim.target) == Self.text(target) && claim.value == result
        && claim.sum == (sign.map { "\(x)\($0)\(y)" } ?? ""),
      "expected `\(expected)`, found another place, values or result")
    var used: Set<Int> = [0]
    for place in [left, right] { used.formUnion(lines(of: place)) }
    try trace.applied("set", from: used.union(targetLines).sorted())
    targetLines = []
    switch claim.target {
    case .variable(let index):
      (variables[index], variableLines[index]) = (claim.value, trace.number)
    case .element(let index):
      (elements[index], elementLines[index]) = (claim.value, trace.number)
    case .number, .elementBy: break
    }
  }

  /// Lines that the index of the current target comes from.
  private var targetLines: Set<Int> = []

  private mutating func resolved(_ target: Place) -> Place {
    guard case .elementBy(let variable) = target else { return target }
    targetLines = [variableLines[variable]]
    return .element(variables[variable] % elements.count)
  }

  private func test(
    _ condition: ProgramText.Condition, isLoop: Bool, _ trace: inout TraceReader
  ) throws(Rejection) -> Bool {
    let (x, y) = (value(condition.left), value(condition.right))
    let holds = condition.sign == "<" ? x < y : x > y
    let expected = "\(x)\(condition.sign)\(y) \(holds ? "yes" : "no")"
    let claim = try trace.read("`\(expected)`") { line throws(Rejection) in
      let left = try line.natural(digitLimit: 4)
      let sign = try line.one(of: ["<", ">"])
      let right = try line.natural(digitLimit: 4)
      let holds = try line.one(of: ["yes", "no"]) == "yes"
      return (values: "\(left)\(sign)\(right)", holds: holds)
    }
    try trace.require(
      claim.values == "\(x)\(condition.sign)\(y)" && claim.holds == holds,
      "expected `\(expected)`, found other values or another verdict")
    let used = lines(of: condition.left).union(lines(of: condition.right)).union([0])
    try trace.applied(
      isLoop ? (claim.holds ? "loop" : "leave") : "branch", from: used.sorted())
    return claim.holds
  }

  private func value(_ place: Place) -> Int {
    switch place {
    case .number(let value): value
    case .variable(let index): variables[index]
    case .element(let index): elements[index]
    case .elementBy(let variable): elements[variables[variable] % elements.count]
    }
  }

  private func lines(of place: Place) -> Set<Int> {
    switch place {
    case .number: []
    case .variable(let index): [variableLines[index]]
    case .element(let index): [elementLines[index]]
    case .elementBy(let variable):
      [variableLines[variable], elementLines[variables[variable] % elements.count]]
    }
  }

  static func result(_ x: Int, _ sign: String, _ y: Int, modulus: Int) -> Int {
    let raw = sign == "+" ? x + y : sign == "-" ? x - y : x * y
    return ((raw % modulus) + modulus) % modulus
  }

  private static func text(_ place: Place) -> String {
    switch place {
    case .variable(let index): String(UnicodeScalar(UInt8(ascii: "a") + UInt8(index)))
    case .element(let index): "p[\(index)]"
    case .number, .elementBy: "?"
    }
  }
}
