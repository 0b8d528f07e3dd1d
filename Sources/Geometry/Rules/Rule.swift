internal import GeometryProofs

/// A named rule of inference whose instances the matcher lists from the diagram.
///
///     premises | side conditions => conclusions        letters stand for points
struct Rule: Sendable {
  /// A claim whose points are slots of a substitution.
  struct Template: Sendable {
    var kind: Claim.Kind
    var slots: SIMD8<UInt8>
    var count: Int
    var numerator: Int32
    var denominator: Int32
  }

  let name: String
  let premises: [Template]
  let sides: [Template]
  let conclusions: [Template]
  let variables: [UInt8]

  /// Reads `r19: A B C M : perp A B B C, midp M A C | => cong A M B M`.
  init(_ name: String, _ variables: String, _ text: String) {
    self.name = name
    let letters = variables.utf8.filter { $0 != UInt8(ascii: " ") }
    self.variables = letters
    var parts: [[Template]] = [[], [], []]
    var part = 0
    var words: [Substring] = []
    func template(_ words: [Substring]) -> Template? {
      guard let head = words.first, let kind = Claim.Kind.named(head) else { return nil }
      var slots = SIMD8<UInt8>(repeating: 0xFF)
      var count = 0
      var numerator: Int32 = 0
      var denominator: Int32 = 1
      for word in words.dropFirst() {
        if let slot = letters.firstIndex(of: word.utf8.first ?? 0) {
          slots[count] = UInt8(slot)
          count += 1
        } else {
          let pieces = word.split(separator: "/")
          numerator = pieces.first.flatMap { Int32($0) } ?? 0
          denominator = pieces.count > 1 ? Int32(pieces[1]) ?? 1 : 1
        }
      }
      return Template(
        kind: kind, slots: slots, count: count, numerator: numerator, denominator: denominator)
    }
    func close() {
      if let template = template(words) { parts[part].append(template) }
      words = []
    }
    for token in text.split(separator: " ") {
      switch token {
      case ",": close()
      case "|":
        close()
        part = 1
      case "=>":
        close()
        part = 2
      default: words.append(token)
      }
    }
    close()
    premises = parts[0]
    sides = parts[1]
    conclusions = parts[2]
  }

  /// Points for the letters of a rule.
  typealias Substitution = SIMD16<UInt8>
}

extension Rule.Template {
  @inline(__always)
  func claim(_ substitution: Rule.Substitution) -> Claim {
    var points = SIMD8<UInt8>(repeating: 0xFF)
    for index in 0..<count { points[index] = substitution[Int(slots[index])] }
    var claim = Claim(kind, points)
    claim.numerator = numerator
    claim.denominator = denominator
    return claim
  }
}

extension Claim.Kind {
  /// The word that stands for it in the text of a rule; nil for those that no rule mentions.
  private var word: String? {
    switch self {
    case .product: "product"
    case .obtuse: "obtuse"
    case .angleSum, .lengthSum, .squareSum, .median: nil
    default: predicate?.rawValue
    }
  }

  /// Spelled out, not printed: printing a case makes the runtime look through all conformances of
  /// the program once, which takes longer than most problems.
  private static let byWord: [Substring: Claim.Kind] = {
    var kinds: [Substring: Claim.Kind] = [:]
    for kind in allCases {
      if let word = kind.word { kinds[word[...]] = kind }
    }
    return kinds
  }()

  static func named(_ word: Substring) -> Claim.Kind? { byWord[word] }
}
