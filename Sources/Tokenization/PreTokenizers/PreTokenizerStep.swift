/// One step in cutting a text into pieces; tokens are merged only within a piece.
package enum PreTokenizerStep: Sendable, Equatable {
  /// Cuts before and after each numeral, or each run of them.
  case digits(individual: Bool)
  /// Cuts by an expression whose matches cover the whole text.
  case expression(SplitExpression)
  /// Cuts at occurrences of a string.
  case split([UInt8], SplitBehavior)
  /// Turns bytes into the model's symbols; also cuts by GPT-2's expression if asked.
  case byteLevel(addsPrefixSpace: Bool, usesExpression: Bool)
  /// Makes spaces visible, prepends one, and cuts before each.
  case metaspace(replacement: [UInt8], prepends: MetaspacePrepending, cuts: Bool)
}

/// What to do with a separator.
package enum SplitBehavior: String, Sendable, CaseIterable {
  /// In no piece: its bytes are dropped.
  case removed = "Removed"
  /// A piece of its own, each occurrence for itself.
  case isolated = "Isolated"
  /// Ends the piece before it; of adjacent ones only the first does, the others stand alone.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Begins the piece after it; of adjacent ones only the last does, the others stand alone.
  case mergedWithNext = "MergedWithNext"
  /// A piece of its own together with the separators right beside it.
  case contiguous = "Contiguous"
}

/// Which pieces `Metaspace` prepends a space to.
package enum MetaspacePrepending: String, Sendable, CaseIterable {
  case always
  /// Only the piece at the start of the text.
  case first
  case never
}

/// A text during cutting.
package struct Pieces {
  /// The bytes as the steps so far have left them: `byteLevel` and `metaspace` rewrite them.
  package var text: [UInt8]
  /// Range of each piece in `text`; bytes outside all pieces are dropped.
  package var ranges: [Range<Int>]
  /// Whether the first piece starts the input, so that no added token precedes it.
  let startsText: Bool

  /// One piece: the whole text; none if it is empty.
  package init(_ text: [UInt8], startsText: Bool) {
    self.text = text
    self.startsText = startsText
    ranges = text.isEmpty ? [] : [0..<text.count]
  }

  /// Cuts every piece by a step.
  package mutating func apply(_ step: PreTokenizerStep) {
    switch step {
    case .digits(let individual): cut { Self.numerals($0, individual: individual) }
    case .expression(let expression): cut { Self.matches(of: expression, $0) }
    case .split(let separator, let behavior):
      cut { behavior.pieces(of: Self.occurrences(of: separator, in: $0)) }
    case .byteLevel(let addsPrefixSpace, let usesExpression):
      if addsPrefixSpace {
        rewrite { piece, _ in piece.first == 0x20 ? piece : [0x20] + piece }
      }
      if usesExpression { cut { Self.matches(of: .gpt2, $0) } }
    case .metaspace(let replacement, let prepends, let cuts):
      rewrite { piece, isFirst in
        let text = NormalizerStep.replacing([0x20], with: replacement, in: piece)
        let isWanted = prepends == .always || prepends == .first && isFirst
        return isWanted && !NormalizerStep.begins(text, 0, with: replacement)
          ? replacement + text : text
      }
      if cuts {
        cut {
          SplitBehavior.mergedWithNext.pieces(of: Self.occurrences(of: replacement, in: $0))
        }
      }
    }
  }

  /// Replaces each piece by sub-pieces.
  private mutating func cut(_ cutting: ([UInt8]) -> [Range<Int>]) {
    var cut: [Range<Int>] = []
    for range in ranges {
      for piece in cutting(Array(text[range])) where !piece.isEmpty {
        cut.append((range.lowerBound + piece.lowerBound)..<(range.lowerBound + piece.upperBound))
      }
    }
    ranges = cut
  }

  /// Replaces the bytes of each piece; `rewriting` is told whether the piece starts the text.
  private mutating func rewrite(_ rewriting: ([UInt8], Bool) -> [UInt8]) {
    var out: [UInt8] = []
    var moved: [Range<Int>] = []
    for range in ranges {
      let start = out.count
      out += rewriting(Array(text[range]), startsText && range.lowerBound == 0)
      moved.append(start..<out.count)
    }
    text = out
    ranges = moved
  }

  private static func matches(of expression: SplitExpression, _ text: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var at = 0
    while at < text.count {
      let end = expression.end(of: text, from: at)
      found.append(at..<end)
      at = end
    }
    return found
  }

  private static func numerals(_ text: [UInt8], individual: Bool) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    var isInside = false
    var at = 0
    while at < text.count {
      let (isNumeral, length) = PreTokenizer.numeral(text, at)
      if at > start, isNumeral != isInside || isNumeral && individual {
        found.append(start..<at)
        start = at
      }
      isInside = isNumeral
      at += length
    }
    found.append(start..<at)
    return found
  }

  /// Splits a text into stretches, each marked as separator or not.
  private static func occurrences(
    of separator: [UInt8], in text: [UInt8]
  ) -> [(range: Range<Int>, isSeparator: Bool)] {
    var found: [(range: Range<Int>, isSeparator: Bool)] = []
    var start = 0
    var at = 0
    while at < text.count {
      guard NormalizerStep.begins(text, at, with: separator) else {
        at += 1
        continue
      }
      if at > start { found.append((start..<at, false)) }
      found.append((at..<(at + separator.count), true))
      at += separator.count
      start = at
    }
    if at > start { found.append((start..<at, false)) }
    return found
  }
}

extension SplitBehavior {
  /// Turns stretches into pieces.
  fileprivate func pieces(
    of stretches: [(range: Range<Int>, isSeparator: Bool)]
  ) -> [Range<Int>] {
    var pieces: [Range<Int>] = []
    switch self {
    case .isolated: return stretches.map(\.range)
    case .removed: return stretches.filter { !$0.isSeparator }.map(\.range)
    case .contiguous:
      var isLastSeparator: Bool?
      for (range, isSeparator) in stretches {
        if isSeparator == isLastSeparator, let last = pieces.popLast() {
          pieces.append(last.lowerBound..<range.upperBound)
        } else {
          pieces.append(range)
        }
        isLastSeparator = isSeparator
      }
    case .mergedWithPrevious:
      // Of adjacent separators only the first joins what precedes it.
      var isLastSeparator = false
      for (range, isSeparator) in stretches {
        if isSeparator, !isLastSeparator, let last = pieces.popLast() {
          pieces.append(last.lowerBound..<range.upperBound)
        } else {
          pieces.append(range)
        }
        isLastSeparator = isSeparator
      }
    case .mergedWithNext:
      var isLastSeparator = false
      for (range, isSeparator) in stretches.reversed() {
        if isSeparator, !isLastSeparator, let last = pieces.popLast() {
          pieces.append(range.lowerBound..<last.upperBound)
        } else {
          pieces.append(range)
        }
        isLastSeparator = isSeparator
      }
      pieces.reverse()
    }
    return pieces
  }
}
