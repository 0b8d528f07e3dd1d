public import Files
public import Records

/// The trace of `program-trace`: what is still to be done is a list of lexemes, which loops and
/// branches rewrite.
public struct ProgramTraceTraces: TraceEnumerator {
  public let family = "program-trace"

  public struct State {
    var modulus: Int
    /// `a`, `b`, …, and `p0`, `p1`, ….
    var values: [String: Int] = [:]
    var elements = 0
    /// Lexemes of the statements to come, each statement with a semicolon after it.
    var rest: [String] = []
    var printed = ""
  }

  public let alphabet = "abcdep0123456789=+-*<>,[];:{} \nyesnoAwr"

  public init() {}

  public func knobs(of record: Record) -> [String: JSON]? {
    let head = record.problem.split(separator: ":")[0]
    let words = record.problem.split { " ;{}".contains($0) }
    let assigned = record.problem.split(separator: ":")[1].filter { $0 == "=" }.count
    let array = head.split(separator: "[")
    return [
      "statements": JSON(assigned + words.count { $0 == "while" || $0 == "if" }),
      "variables": JSON(head.filter { "abcde".contains($0) }.count),
      "array": JSON(array.count > 1 ? array[1].split(separator: ",").count : 0),
      "modulus": JSON(head.split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0),
    ]
  }

  /// A number below a limit of at most 98, as it must be written.
  private static func number(_ lexeme: String?, below limit: Int) -> Int? {
    (0..<limit).first { String($0) == lexeme }
  }

  public func begin(_ lexemes: [String]) -> State? {
    guard let colon = lexemes.firstIndex(of: ":"), lexemes.count > 2, lexemes[0] == "mod",
      let modulus = Self.number(lexemes[1], below: 98), modulus >= 2
    else { return nil }
    var state = State(modulus: modulus)
    var last = ""
    var head = lexemes[2..<colon]
    while !head.isEmpty {
      guard head.removeFirst() == ",", head.count >= 3, state.elements == 0 else { return nil }
      let name = head.removeFirst()
      guard head.removeFirst() == "=" else { return nil }
      if name == "p" {
        guard head.removeFirst() == "[", head.popLast() == "]" else { return nil }
        let parts = head.split(separator: ",", omittingEmptySubsequences: false)
        for part in parts {
          guard part.count == 1, let value = Self.number(part.first, below: modulus) else {
            return nil
          }
          state.values["p\(state.elements)"] = value
          state.elements += 1
        }
        head = []
        guard (1...8).contains(state.elements) else { return nil }
      } else {
        guard ["a", "b", "c", "d", "e"].contains(name), name > last,
          let value = Self.number(head.removeFirst(), below: modulus)
        else { return nil }
        state.values[name] = value
        last = name
      }
    }
    let body = Array(lexemes[(colon + 1)...])
    guard !last.isEmpty, body.count > 3, body[body.count - 2] == "print",
      body[body.count - 3] == ";", state.values[body[body.count - 1]] != nil
    else { return nil }
    state.printed = body[body.count - 1]
    var count = 0
    guard let rest = Self.normal(Array(body.dropLast(3)), state, depth: 0, &count), count <= 32
    else { return nil }
    state.rest = rest
    return state
  }

  /// The lexemes of statements that may stand between braces, each with a semicolon after it; `nil`
  /// for others.
  private static func normal(
    _ lexemes: [String], _ state: State, depth: Int, _ count: inout Int
  ) -> [String]? {
    var statements: [[String]] = [[]]
    var open = 0
    for lexeme in lexemes {
      if lexeme == "{" { open += 1 }
      if lexeme == "}" { open -= 1 }
      if open < 0 { return nil }
      if lexeme == ";", open == 0 {
        statements.append([])
      } else {
        statements[statements.count - 1].append(lexeme)
      }
    }
    guard open == 0 else { return nil }
    var normal: [String] = []
    for statement in statements {
      count += 1
      if count > 32 { return nil }
      if statement.first == "while" || statement.first == "if" {
        guard depth < 2, let brace = statement.firstIndex(of: "{") else { return nil }
        var head = Array(statement[1..<brace])
        var text = [statement[0]]
        if statement[0] == "while" {
          guard head.count > 2, number(head.popLast(), below: 10) ?? 0 > 0,
            head.popLast() == "max"
          else { return nil }
        }
        guard let sign = head.firstIndex(where: { $0 == "<" || $0 == ">" }),
          isOperand(head[..<sign], state), isOperand(head[(sign + 1)...], state)
        else { return nil }
        text += statement[1...brace]
        var blocks: [[String]] = []
        var block: [String] = []
        var open = 0
        var elses = 0
        for lexeme in statement[brace...] {
          if lexeme == "}" { open -= 1 }
          if open > 0 { block.append(lexeme) }
          if lexeme == "{" { open += 1 }
          if open == 0, lexeme == "}" {
            blocks.append(block)
            block = []
          } else if open == 0 {
            guard lexeme == "else", blocks.count == 1, statement[0] == "if" else { return nil }
            elses += 1
          }
        }
        guard statement.last == "}", blocks.count == 1 || blocks.count == 2,
          elses == blocks.count - 1
        else { return nil }
        for (index, block) in blocks.enumerated() {
          guard let inner = Self.normal(block, state, depth: depth + 1, &count) else {
            return nil
          }
          if index == 1 { text += ["else", "{"] }
          text += inner + ["}"]
        }
        normal += text + [";"]
      } else {
        guard let equals = statement.firstIndex(of: "="), isPlace(statement[..<equals], state)
        else { return nil }
        let right = statement[(equals + 1)...]
        let sign = right.firstIndex { ["+", "-", "*"].contains($0) }
        let isRight =
          sign.map { isOperand(right[..<$0], state) && isOperand(right[($0 + 1)...], state) }
          ?? isOperand(right, state)
        guard isRight else { return nil }
        normal += statement + [";"]
      }
    }
    return normal
  }

  private static func isPlace(_ lexemes: ArraySlice<String>, _ state: State) -> Bool {
    let lexemes = Array(lexemes)
    if lexemes.count == 1 { return lexemes[0].count == 1 && state.values[lexemes[0]] != nil }
    guard lexemes.count == 4, lexemes[0] == "p", lexemes[1] == "[", lexemes[3] == "]",
      state.elements > 0
    else { return false }
    return number(lexemes[2], below: state.elements) != nil
      || (lexemes[2].count == 1 && state.values[lexemes[2]] != nil)
  }

  private static func isOperand(_ lexemes: ArraySlice<String>, _ state: State) -> Bool {
    isPlace(lexemes, state)
      || (lexemes.count == 1 && number(lexemes.first, below: state.modulus) != nil)
  }

  /// The name that a place has in `values`.
  private func name(_ lexemes: [String], _ state: State) -> String {
    guard lexemes.count == 4 else { return lexemes[0] }
    let index = state.values[lexemes[2]] ?? Int(lexemes[2]) ?? 0
    return "p\(index % state.elements)"
  }

  private func value(_ lexemes: [String], _ state: State) -> Int {
    state.values[name(lexemes, state)] ?? Int(lexemes[0]) ?? 0
  }

  public func successors(_ state: State) -> [(line: String, state: State?)] {
    guard let first = state.rest.first else {
      return [("Answer: \(state.values[state.printed] ?? 0)", nil)]
    }
    var next = state
    if first == "while" || first == "if" {
      let (head, blocks, rest) = Self.parts(state.rest)
      var condition = Array(head.dropFirst())
      var most = 1
      if first == "while" {
        most = Int(condition[condition.count - 1]) ?? 0
        condition.removeLast(2)
      }
      if most == 0 {
        next.rest = rest
        return successors(next)
      }
      let sign = condition.firstIndex { $0 == "<" || $0 == ">" } ?? 0
      let x = value(Array(condition[..<sign]), state)
      let y = value(Array(condition[(sign + 1)...]), state)
      let holds = condition[sign] == "<" ? x < y : y < x
      if first == "if" {
        next.rest = (holds ? blocks[0] : blocks.count > 1 ? blocks[1] : []) + rest
      } else if holds {
        // The loop once more after its body, with a round less.
        let again = head.dropLast() + ["\(most - 1)", "{"] + blocks[0] + ["}", ";"]
        next.rest = blocks[0] + again + rest
      } else {
        next.rest = rest
      }
      return [("\(x)\(condition[sign])\(y) \(holds ? "yes" : "no")", next)]
    }
    let end = state.rest.firstIndex(of: ";") ?? 0
    let statement = Array(state.rest[..<end])
    next.rest = Array(state.rest[(end + 1)...])
    let equals = statement.firstIndex(of: "=") ?? 0
    let target = name(Array(statement[..<equals]), state)
    let right = Array(statement[(equals + 1)...])
    let shown = target.count == 1 ? target : "p[\(target.dropFirst())]"
    guard let sign = right.firstIndex(where: { ["+", "-", "*"].contains($0) }) else {
      next.values[target] = value(right, state)
      return [("\(shown)=\(value(right, state))", next)]
    }
    let (x, y) = (value(Array(right[..<sign]), state), value(Array(right[(sign + 1)...]), state))
    let raw = right[sign] == "+" ? x + y : right[sign] == "-" ? x - y : x * y
    // The one residue that differs from it by a multiple.
    let result = (0..<state.modulus).first { (raw - $0).isMultiple(of: state.modulus) } ?? 0
    next.values[target] = result
    return [("\(shown)=\(x)\(right[sign])\(y)=\(result)", next)]
  }

  /// Of the loop or branch that lexemes begin with: what stands before its brace, its blocks, and
  /// what follows it.
  private static func parts(
    _ lexemes: [String]
  ) -> (head: [String], blocks: [[String]], rest: [String]) {
    let brace = lexemes.firstIndex(of: "{") ?? 0
    var blocks: [[String]] = []
    var open = 0
    for (index, lexeme) in lexemes.enumerated() where index >= brace {
      if lexeme == "}" { open -= 1 }
      if open > 0 { blocks[blocks.count - 1].append(lexeme) }
      if lexeme == "{" {
        if open == 0 { blocks.append([]) }
        open += 1
      }
      if open == 0, lexeme == ";" {
        return (Array(lexemes[..<brace]), blocks, Array(lexemes[(index + 1)...]))
      }
    }
    return (Array(lexemes[..<brace]), blocks, [])
  }
}
