public import Exact

/// One sentence about points: a predicate and its arguments, in the spelling it was given.
///
/// Points are indices into a table of names. `numbers` holds the constant of `aconst` (in half
/// turns), `rconst`, `r2const`, `lconst` and `l2const`; of an equation, the coefficient of each
/// pair of points and then the constant.
public struct Statement: Hashable, Sendable {
  /// What is said.
  public var predicate: Predicate
  /// Of whom, as it was spelled.
  public var points: [Int]
  /// Constants and coefficients; empty for most predicates.
  public var numbers: [Rational]

  /// The most points in one statement; text with more is refused.
  public static let mostPoints = 64

  /// A sentence of these parts; nothing is checked.
  public init(_ predicate: Predicate, _ points: [Int], numbers: [Rational] = []) {
    self.predicate = predicate
    self.points = points
    self.numbers = numbers
  }

  /// The same sentence about other points: `point` is applied to every argument.
  public func mapped(_ point: (Int) -> Int) -> Statement {
    Statement(predicate, points.map(point), numbers: numbers)
  }

  /// The text, with the given names of points: `eqangle a b c d e f g h`, `aconst a b c d 30o`.
  public func text(_ names: [String]) -> String {
    var words = [predicate.rawValue]
    if predicate.isEquation {
      for index in 0..<points.count / 2 {
        words += ["\(numbers[index])", names[points[2 * index]], names[points[2 * index + 1]]]
      }
      words.append(NumberText.text(numbers.last ?? .zero, .ratio))
    } else {
      words += points.map { names[$0] }
      if let kind = predicate.constant { words += numbers.map { NumberText.text($0, kind) } }
    }
    return words.joined(separator: " ")
  }
}

/// An unordered pair of distinct points.
public struct Segment: Hashable, Comparable, Sendable {
  /// The smaller index.
  public let a: Int
  /// The larger index.
  public let b: Int

  /// - Returns: nil where both ends are one point.
  public init?(_ a: Int, _ b: Int) {
    guard a != b else { return nil }
    self.a = min(a, b)
    self.b = max(a, b)
  }

  /// By the smaller end, then by the larger.
  public static func < (x: Segment, y: Segment) -> Bool { (x.a, x.b) < (y.a, y.b) }
}
