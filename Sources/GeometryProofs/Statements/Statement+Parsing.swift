internal import Exact

/// Why a text is not a statement: the word, counted from 1, and what is wrong with it.
public struct StatementError: Error, Equatable, Sendable {
  /// Counted from 1, the predicate first.
  public let word: Int
  /// What is wrong with it, and what was expected.
  public let reason: String
}

extension Statement {
  /// Words of other dialects for the same predicates.
  private static let aliases = ["s_angle": Predicate.aconst]

  /// Reads `predicate argument …`.
  ///
  /// Understands AlphaGeometry's spellings as well: constants as two whole numbers, and
  /// `s_angle A B X y`, which is `aconst A B B X y`.
  /// - Parameters:
  ///   - words: predicate and arguments.
  ///   - point: the index of a name, nil for an unknown one.
  public static func parse(
    _ words: [Substring], point: (Substring) -> Int?
  ) throws(StatementError) -> Statement {
    guard let first = words.first else {
      throw StatementError(word: 1, reason: "expected a predicate, found nothing")
    }
    guard let predicate = Predicate(rawValue: String(first)) ?? aliases[String(first)] else {
      throw StatementError(
        word: 1,
        reason: first.hasSuffix("*")
          ? "'\(first)' leaves the orientation open; write \(first.dropLast()) or \(first.dropLast())r"
          : "unknown predicate '\(first)'")
    }
    if words.count > 3 * mostPoints {
      throw StatementError(word: 3 * mostPoints, reason: "more arguments than any statement has")
    }
    if predicate.isEquation { return try equation(predicate, words, point) }
    var arguments = Array(words.dropFirst())
    var numbers: [Rational] = []
    if let kind = predicate.constant {
      let least = first == "s_angle" ? 3 : predicate.pointCounts.lowerBound
      let text = arguments.dropFirst(least).joined(separator: "/")
      guard (least + 1...least + 2).contains(arguments.count),
        let number = NumberText.parse(text, kind)
      else {
        throw StatementError(
          word: min(least + 2, words.count),
          reason: "\(first) takes \(least) points and a number such as "
            + "\(kind == .angle ? "30o or 1/6" : "1/2"), found '\(text)'")
      }
      numbers = [number]
      arguments.removeLast(arguments.count - least)
    }
    var points: [Int] = []
    for (index, name) in arguments.enumerated() {
      points.append(try resolve(name, word: index + 2, point))
    }
    if first == "s_angle", points.count == 3 { points.insert(points[1], at: 1) }
    guard predicate.pointCounts.contains(points.count) else {
      let counts = predicate.pointCounts
      let expected =
        counts.lowerBound == counts.upperBound
        ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)"
      throw StatementError(
        word: 1, reason: "\(first) takes \(expected) points, found \(points.count)")
    }
    return Statement(predicate, points, numbers: numbers)
  }

  private static func resolve(
    _ name: Substring, word: Int, _ point: (Substring) -> Int?
  ) throws(StatementError) -> Int {
    guard let index = point(name) else {
      throw StatementError(word: word, reason: "undefined point '\(name)'")
    }
    return index
  }

  private static func equation(
    _ predicate: Predicate, _ words: [Substring], _ point: (Substring) -> Int?
  ) throws(StatementError) -> Statement {
    guard words.count % 3 == 2, words.count >= 5 else {
      throw StatementError(
        word: words.count,
        reason: "\(predicate.rawValue) takes terms 'number point point', then a number")
    }
    var (points, numbers): ([Int], [Rational]) = ([], [])
    for start in stride(from: 1, to: words.count - 1, by: 3) {
      numbers.append(try coefficient(words[start], word: start + 1))
      points.append(try resolve(words[start + 1], word: start + 2, point))
      points.append(try resolve(words[start + 2], word: start + 3, point))
    }
    numbers.append(try coefficient(words[words.count - 1], word: words.count))
    guard points.count <= mostPoints else {
      throw StatementError(word: words.count, reason: "more than \(mostPoints / 2) terms")
    }
    return Statement(predicate, points, numbers: numbers)
  }

  private static func coefficient(
    _ word: Substring, word position: Int
  ) throws(StatementError) -> Rational {
    guard let number = NumberText.parse(word, .ratio) else {
      throw StatementError(
        word: position, reason: "expected a number such as -1/2, found '\(word)'")
    }
    return number
  }
}
