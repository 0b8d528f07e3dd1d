extension ProgramTrace {
  /// A program of `program-trace`; a variable is its index.
  struct Program: Sendable, Equatable {
    var modulus: Int
    /// What the variables begin with, by name.
    var scalars: [Int]
    var array: [Int]
    var body: [Statement]
    /// The variable that is printed.
    var printed: Int
    /// The variables' names, ascending.
    var letters: [UInt8]
  }

  enum Operand: Sendable, Equatable {
    case number(Int)
    case scalar(Int)
    /// An element of the array by a number or by a variable.
    case elementAt(Int)
    case elementBy(scalar: Int)
  }

  struct Assignment: Sendable, Equatable {
    var target: Operand
    var left: Operand
    var rest: Rest?
    struct Rest: Sendable, Equatable {
      var sign: UInt8
      var right: Operand
    }
    /// What it reads; of the target, the index.
    var places: [Operand] {
      var places = [left]
      if let rest { places.append(rest.right) }
      if case .elementBy(let scalar) = target { places.append(.scalar(scalar)) }
      return places
    }
  }

  struct Test: Sendable, Equatable {
    var left: Operand
    /// `<` or `>`.
    var sign: UInt8
    var right: Operand
  }

  enum Statement: Sendable, Equatable {
    case assign(Assignment)
    case loop(Test, most: Int, body: [Statement])
    case branch(Test, then: [Statement], otherwise: [Statement])

    var count: Int {
      switch self {
      case .assign: 1
      case .loop(_, _, let body): 1 + body.reduce(0) { $0 + $1.count }
      case .branch(_, let then, let otherwise): 1 + (then + otherwise).reduce(0) { $0 + $1.count }
      }
    }
  }
}

extension ProgramTrace.Program {
  typealias Operand = ProgramTrace.Operand
  typealias Statement = ProgramTrace.Statement

  var statementCount: Int { body.reduce(0) { $0 + $1.count } }

  /// As it is given to a model.
  var text: String {
    var bytes = Array("mod \(modulus)".utf8)
    for (index, value) in scalars.enumerated() {
      bytes += ", ".utf8 + [letters[index]] + "=\(value)".utf8
    }
    if !array.isEmpty {
      bytes += ", p=[".utf8
      bytes += array.map(String.init).joined(separator: ",").utf8
      bytes += "]".utf8
    }
    bytes += ": ".utf8
    append(body, to: &bytes)
    bytes += "; print ".utf8
    bytes.append(letters[printed])
    return String(decoding: bytes, as: UTF8.self)
  }

  private func append(_ statements: [Statement], to bytes: inout [UInt8]) {
    for (index, statement) in statements.enumerated() {
      if index > 0 { bytes += "; ".utf8 }
      switch statement {
      case .assign(let assignment):
        append(assignment.target, to: &bytes)
        bytes.append(UInt8(ascii: "="))
        append(assignment.left, to: &bytes)
        if let rest = assignment.rest {
          bytes.append(rest.sign)
          append(rest.right, to: &bytes)
        }
      case .loop(let test, let most, let body):
        bytes += "while ".utf8
        append(test, to: &bytes)
        bytes += " max \(most) {".utf8
        append(body, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
      case .branch(let test, let then, let otherwise):
        bytes += "if ".utf8
        append(test, to: &bytes)
        bytes += " {".utf8
        append(then, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        if !otherwise.isEmpty {
          bytes += " else {".utf8
          append(otherwise, to: &bytes)
          bytes.append(UInt8(ascii: "}"))
        }
      }
    }
  }

  private func append(_ test: ProgramTrace.Test, to bytes: inout [UInt8]) {
    append(test.left, to: &bytes)
    bytes.append(test.sign)
    append(test.right, to: &bytes)
  }

  private func append(_ operand: Operand, to bytes: inout [UInt8]) {
    switch operand {
    case .number(let value): bytes += String(value).utf8
    case .scalar(let index): bytes.append(letters[index])
    case .elementAt(let index): bytes += "p[\(index)]".utf8
    case .elementBy(let index): bytes += "p[".utf8 + [letters[index]] + "]".utf8
    }
  }

  /// Variables by their first place in the text after what they begin with, then the others by what
  /// they begin with.
  var orderOfMention: [Int] {
    var order: [Int] = []
    func see(_ operand: Operand?) {
      switch operand {
      case .scalar(let index), .elementBy(let index):
        if !order.contains(index) { order.append(index) }
      case .number, .elementAt, nil: break
      }
    }
    func see(_ statements: [Statement]) {
      for statement in statements {
        switch statement {
        case .assign(let assignment):
          see(assignment.target)
          see(assignment.left)
          see(assignment.rest?.right)
        case .loop(let test, _, let body):
          see(test.left)
          see(test.right)
          see(body)
        case .branch(let test, let then, let otherwise):
          see(test.left)
          see(test.right)
          see(then)
          see(otherwise)
        }
      }
    }
    see(body)
    see(.scalar(printed))
    return order
      + scalars.indices.filter { !order.contains($0) }.sorted { scalars[$0] < scalars[$1] }
  }

  /// The variables in this order become `a`, `b`, ….
  func renamed(_ order: [Int]) -> Self {
    var place = [Int](repeating: 0, count: scalars.count)
    for (index, scalar) in order.enumerated() { place[scalar] = index }
    func operand(_ operand: Operand) -> Operand {
      switch operand {
      case .scalar(let index): .scalar(place[index])
      case .elementBy(let index): .elementBy(scalar: place[index])
      case .number, .elementAt: operand
      }
    }
    func test(_ test: ProgramTrace.Test) -> ProgramTrace.Test {
      .init(left: operand(test.left), sign: test.sign, right: operand(test.right))
    }
    func statements(_ old: [Statement]) -> [Statement] {
      old.map { statement in
        switch statement {
        case .assign(let assignment):
          .assign(
            .init(
              target: operand(assignment.target), left: operand(assignment.left),
              rest: assignment.rest.map { .init(sign: $0.sign, right: operand($0.right)) }))
        case .loop(let condition, let most, let body):
          .loop(test(condition), most: most, body: statements(body))
        case .branch(let condition, let then, let otherwise):
          .branch(test(condition), then: statements(then), otherwise: statements(otherwise))
        }
      }
    }
    return Self(
      modulus: modulus, scalars: order.map { scalars[$0] }, array: array, body: statements(body),
      printed: place[printed], letters: scalars.indices.map { UInt8(ascii: "a") + UInt8($0) })
  }
}
