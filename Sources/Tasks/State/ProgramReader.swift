/// Reads what `ProgramTrace` writes, byte by byte.
struct ProgramReader {
  private typealias Operand = ProgramTrace.Operand
  private typealias Statement = ProgramTrace.Statement

  private let bytes: [UInt8]
  private var at = 0
  private var letters: [UInt8] = []
  private var modulus = 0
  private var elements = 0
  private var statements = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func program() -> ProgramTrace.Program? {
    guard take("mod "), let modulus = number(below: 98), ProgramTrace.moduli.contains(modulus)
    else { return nil }
    self.modulus = modulus
    var scalars: [Int] = []
    var array: [Int] = []
    while take(", ") {
      guard array.isEmpty else { return nil }
      if take("p=[") {
        repeat {
          guard let value = number(below: modulus) else { return nil }
          array.append(value)
        } while take(",")
        guard take("]"), array.count <= ProgramTrace.elementLimit else { return nil }
      } else {
        guard let letter = letter(), letters.last.map({ $0 < letter }) ?? true, take("="),
          let value = number(below: modulus)
        else { return nil }
        letters.append(letter)
        scalars.append(value)
      }
    }
    elements = array.count
    guard !scalars.isEmpty, take(": "), let body = block(depth: 0, end: "; print "),
      let printed = scalar(), at == bytes.count
    else { return nil }
    return ProgramTrace.Program(
      modulus: modulus, scalars: scalars, array: array, body: body, printed: printed,
      letters: letters)
  }

  /// Statements up to `end`, which is read too.
  private mutating func block(depth: Int, end: String) -> [Statement]? {
    var block: [Statement] = []
    repeat {
      guard let statement = statement(depth: depth) else { return nil }
      block.append(statement)
      if take(end) { return block }
    } while take("; ")
    return nil
  }

  private mutating func statement(depth: Int) -> Statement? {
    statements += 1
    guard statements <= ProgramTrace.statementLimit else { return nil }
    if take("while ") {
      guard depth < 2, let test = test(), take(" max "),
        let most = number(below: ProgramTrace.roundLimit + 1), most > 0, take(" {"),
        let body = block(depth: depth + 1, end: "}")
      else { return nil }
      return .loop(test, most: most, body: body)
    }
    if take("if ") {
      guard depth < 2, let test = test(), take(" {"), let then = block(depth: depth + 1, end: "}")
      else { return nil }
      guard take(" else {") else { return .branch(test, then: then, otherwise: []) }
      guard let otherwise = block(depth: depth + 1, end: "}") else { return nil }
      return .branch(test, then: then, otherwise: otherwise)
    }
    guard let target = operand(), take("="), let left = operand() else { return nil }
    if case .number = target { return nil }
    for sign in ["+", "-", "*"] where take(sign) {
      guard let right = operand(), let sign = sign.utf8.first else { return nil }
      return .assign(.init(target: target, left: left, rest: .init(sign: sign, right: right)))
    }
    return .assign(.init(target: target, left: left))
  }

  private mutating func test() -> ProgramTrace.Test? {
    guard let left = operand() else { return nil }
    for sign in ["<", ">"] where take(sign) {
      guard let right = operand(), let sign = sign.utf8.first else { return nil }
      return .init(left: left, sign: sign, right: right)
    }
    return nil
  }

  private mutating func operand() -> Operand? {
    if take("p[") {
      guard elements > 0 else { return nil }
      let operand: Operand
      if let scalar = scalar() {
        operand = .elementBy(scalar: scalar)
      } else {
        guard let index = number(below: elements) else { return nil }
        operand = .elementAt(index)
      }
      return take("]") ? operand : nil
    }
    if let scalar = scalar() { return .scalar(scalar) }
    return number(below: modulus).map { .number($0) }
  }

  private mutating func scalar() -> Int? {
    guard at < bytes.count, let index = letters.firstIndex(of: bytes[at]) else { return nil }
    at += 1
    return index
  }

  private mutating func letter() -> UInt8? {
    guard at < bytes.count, (UInt8(ascii: "a")...UInt8(ascii: "e")).contains(bytes[at]) else {
      return nil
    }
    at += 1
    return bytes[at - 1]
  }

  /// Of at most two digits; how it is written is compared with the whole text.
  private mutating func number(below limit: Int) -> Int? {
    var value: Int?
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
      let next = (value ?? 0) * 10 + Int(bytes[at] - UInt8(ascii: "0"))
      guard next < 100 else { return nil }
      value = next
      at += 1
    }
    return value.flatMap { $0 < limit ? $0 : nil }
  }

  private mutating func take(_ text: String) -> Bool {
    guard bytes[at...].starts(with: text.utf8) else { return false }
    at += text.utf8.count
    return true
  }
}
