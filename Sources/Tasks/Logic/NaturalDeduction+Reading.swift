extension NaturalDeduction {
  /// A text's lexemes, one at a time: maximal runs of ASCII letters and digits, and all other bytes
  /// but spaces.
  struct Lexemes {
    private let bytes: ArraySlice<UInt8>
    private var start: Int
    private var end: Int

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      (start, end) = (bytes.startIndex, bytes.startIndex)
      advance()
    }

    var isAtEnd: Bool { start == end }

    mutating func advance() {
      start = end
      while start < bytes.endIndex, bytes[start] == UInt8(ascii: " ") { start += 1 }
      end = start
      while end < bytes.endIndex, Self.isWordByte(bytes[end]) { end += 1 }
      if end == start, start < bytes.endIndex { end += 1 }
    }

    /// The byte that is all of the next lexeme; `nil` for a longer one or none.
    var single: UInt8? { end - start == 1 ? bytes[start] : nil }

    /// Goes past a lexeme of one byte.
    mutating func take(_ byte: UInt8) -> Bool {
      guard single == byte else { return false }
      advance()
      return true
    }

    mutating func take(_ lexeme: String) -> Bool {
      guard bytes[start..<end].elementsEqual(lexeme.utf8) else { return false }
      advance()
      return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: false
      }
    }
  }

  /// Premises and options alone.
  static func statement(_ text: String) -> Problem? {
    var problem = Problem()
    var lexemes = Lexemes(Array(text.utf8)[...])
    repeat {
      guard let premise = problem.formulas.read(&lexemes) else { return nil }
      problem.premises.append(premise)
    } while lexemes.take(UInt8(ascii: ","))
    guard lexemes.take(UInt8(ascii: ";")) else { return nil }
    repeat {
      guard problem.options.count < 8, lexemes.take(letter(problem.options.count)),
        lexemes.take(UInt8(ascii: ":")), let option = problem.formulas.read(&lexemes)
      else { return nil }
      problem.options.append(option)
    } while lexemes.take(UInt8(ascii: ";"))
    guard lexemes.isAtEnd, problem.premises.count <= 8, problem.options.count >= 2,
      problem.optionsDiffer, let right = problem.soleConsequence
    else { return nil }
    problem.right = right
    return problem
  }
}

extension NaturalDeduction.Problem {
  /// Whether no option is a premise or another option.
  fileprivate var optionsDiffer: Bool {
    options.indices.allSatisfy { place in
      !premises.contains(options[place]) && !options[..<place].contains(options[place])
    }
  }

  /// The option that follows; `nil` for none or several.
  fileprivate var soleConsequence: Int? {
    let models = models
    var found: Int?
    for (place, option) in options.enumerated() where models & ~formulas.truth[option] == 0 {
      if found != nil { return nil }
      found = place
    }
    return found
  }
}

extension NaturalDeduction.Formulas {
  /// Reads a formula from the front of lexemes; `nil` if there is none or it nests too deeply.
  mutating func read(_ lexemes: inout NaturalDeduction.Lexemes, depth: Int = 0) -> Int? {
    guard depth < 16, let left = unit(&lexemes, depth: depth) else { return nil }
    let op: Operator
    switch lexemes.single {
    case UInt8(ascii: "&"): op = .and
    case UInt8(ascii: "|"): op = .or
    case UInt8(ascii: "-"): op = .implies
    default: return left
    }
    lexemes.advance()
    if op == .implies, !lexemes.take(op.mark) { return nil }
    return unit(&lexemes, depth: depth).map { formula(op, left, $0) }
  }

  private mutating func unit(_ lexemes: inout NaturalDeduction.Lexemes, depth: Int) -> Int? {
    guard depth < 16 else { return nil }
    guard let byte = lexemes.single else { return lexemes.take("false") ? Self.falsum : nil }
    lexemes.advance()
    switch byte {
    case UInt8(ascii: "~"): return unit(&lexemes, depth: depth + 1).map { formula(.not, $0) }
    case UInt8(ascii: "("):
      guard let inner = read(&lexemes, depth: depth + 1), lexemes.take(UInt8(ascii: ")")) else {
        return nil
      }
      return inner
    case UInt8(ascii: "p")...UInt8(ascii: "u"): return Int(byte - UInt8(ascii: "p"))
    default: return nil
    }
  }
}
