public import Files
public import Randomness

/// As many linear equations as unknowns, solved by row operations and back substitution.
///
///     x+2y=5; 3x-y=1  ->  R2=1*R2-3*R1: -7y=-14 / R2=R2/7: -y=-2 / y=(-2)/-1=2 / x=(5-2*2)/1=1 /
///     Answer: x=1, y=2
///
/// Column by column, any row that still holds the unknown may be the pivot, and the others lose it
/// in any order. A row 0=c shows that there is no solution; an unknown without pivot is free and
/// set to 0. Levels: 2 to 4 unknowns (knob `unknowns`), fewer and fewer zero coefficients
/// (`zeros`). The canonical form has the equations in byte order.
public struct LinearSystem: WalkFamily {
  /// The rows as far as the elimination has come, and the values found.
  public struct Problem: Sendable {
    /// Coefficients, then the right side, of each row.
    var rows: [[Int]]
    /// The line that wrote each row; 0 for the problem.
    var rowLines: [Int]
    var isUsed: [Bool]
    /// The unknown that is being removed, and the row that removes it once it is chosen.
    var column = 0
    var pivot: Int?
    /// The pivot row of each column; `nil` if the unknown is free.
    var pivots: [Int?] = []
    /// A row whose numbers share a factor that is divided out next.
    var common: (row: Int, factor: Int)?
    var isContradictory = false
    /// Values of the unknowns from the last one on, and the lines that found them.
    var values: [Fraction?]
    var valueLines: [Int]
    var written = 0

    var count: Int { rows.count }
    /// Rows not yet used as pivots that hold the unknown of `column`, but for `pivot`.
    var holders: [Int] {
      rows.indices.filter { !isUsed[$0] && $0 != pivot && rows[$0][column] != 0 }
    }
  }

  public static let name = "linear-system"
  static let letters = ["x", "y", "z", "w"]

  public init() {}

  public var about: String {
    "Two to four linear equations in as many unknowns have one solution, none or many; row "
      + "operations decide it."
  }

  public var knobs: [Knob] {
    [
      .settable("unknowns", in: 2...4, "unknowns, and equations"),
      .settable("zeros", in: 0...8, "coefficients that are zero"),
      .settable("coefficient_bound", in: 4...20, "largest coefficient, without its sign"),
      .measured("solutions", "1 for one, 0 for none, 2 for many"), .verbose,
    ]
  }

  static let levels = [
    (2, 1), (2, 0), (3, 4), (3, 2), (3, 0), (4, 5), (4, 4), (4, 3), (4, 2), (4, 0),
  ]

  struct Shape {
    var count: Int
    var zeros: Int
    var bound: Int

    init(_ difficulty: Difficulty) {
      let level = LinearSystem.levels[difficulty.level - 1]
      count = difficulty["unknowns"] ?? level.0
      zeros = difficulty["zeros"] ?? min(level.1, Shape.zeroLimit(count))
      bound = difficulty["coefficient_bound"] ?? 5 + difficulty.level / 4
    }

    /// With more zeros, too few systems are left to draw.
    static func zeroLimit(_ count: Int) -> Int { [2: 1, 3: 4, 4: 8][count] ?? 0 }
  }

  public func refusal(of difficulty: Difficulty) -> String? {
    let shape = Shape(difficulty)
    return shape.zeros > Shape.zeroLimit(shape.count)
      ? "\(shape.count) unknowns allow at most \(Shape.zeroLimit(shape.count)) zeros" : nil
  }

  public func pose(
    at difficulty: Difficulty, using stream: inout RandomStream
  ) -> PosedProblem {
    let shape = Shape(difficulty)
    // A 2 by 2 matrix with one zero always has a determinant.
    let kind = shape.count == 2 && shape.zeros == 1 ? 0 : stream.uniform(20)
    while true {
      guard var rows = Self.matrix(shape, isSingular: kind < 7 && kind > 0, using: &stream) else {
        continue
      }
      let solution = rows.map { _ in stream.uniform(-9...9) }
      for index in rows.indices {
        rows[index].append(zip(rows[index], solution).reduce(0) { $0 + $1.0 * $1.1 })
      }
      // The last row depends on the others: any other right side contradicts them.
      if (1...2).contains(kind) { rows[rows.count - 1][shape.count] += 1 + stream.uniform(9) }
      stream.shuffle(&rows)
      let problem = Self.problem(rows)
      return posed(problem, text: Self.text(rows, joinedBy: "; "), at: difficulty)
    }
  }

  /// A matrix with exactly the zeros asked for; `nil` if the draw does not give one.
  private static func matrix(
    _ shape: Shape, isSingular: Bool, using stream: inout RandomStream
  ) -> [[Int]]? {
    let n = shape.count
    func entry(_ bound: Int, _ stream: inout RandomStream) -> Int {
      let value = stream.uniform(2 * bound) - bound
      return value < 0 ? value : value + 1
    }
    if !isSingular {
      var places = Array(0..<n * n)
      stream.shuffle(&places)
      var rows = [[Int]](repeating: [Int](repeating: 0, count: n), count: n)
      for place in places.dropFirst(shape.zeros) {
        rows[place / n][place % n] = entry(shape.bound, &stream)
      }
      return determinant(rows) == 0 ? nil : rows
    }
    var rows: [[Int]] = []
    for _ in 1..<n {
      rows.append(
        (0..<n).map { _ in
          stream.uniform(n * n) < shape.zeros ? 0 : entry((shape.bound + 1) / 2, &stream)
        })
    }
    var last = [Int](repeating: 0, count: n)
    for row in rows {
      let factor = n == 2 ? (stream.uniform(2) == 0 ? -1 : 2) : stream.uniform(-2...2)
      for column in 0..<n { last[column] += factor * row[column] }
    }
    rows.append(last)
    let zeros = rows.reduce(0) { $0 + $1.count { $0 == 0 } }
    let isPosed =
      zeros == shape.zeros
      && rows.allSatisfy { row in
        row.contains { $0 != 0 } && row.allSatisfy { abs($0) <= shape.bound }
      }
    return isPosed ? rows : nil
  }

  /// By Laplace's expansion along the first row.
  private static func determinant(_ rows: [[Int]]) -> Int {
    guard rows.count > 1 else { return rows[0][0] }
    var sum = 0
    for (column, entry) in rows[0].enumerated() where entry != 0 {
      let minor = rows.dropFirst().map { row in
        Array(row[..<column]) + Array(row[(column + 1)...])
      }
      sum += (column % 2 == 0 ? entry : -entry) * determinant(minor)
    }
    return sum
  }

  public func knobs(of problem: Problem, at difficulty: Difficulty) -> JSONObject? {
    let shape = Shape(difficulty)
    guard problem.count == shape.count else { return nil }
    let coefficients = problem.rows.flatMap { $0.dropLast() }
    guard coefficients.count(where: { $0 == 0 }) == shape.zeros,
      coefficients.allSatisfy({ abs($0) <= shape.bound })
    else { return nil }
    var solutions = 1
    if Self.determinant(problem.rows.map { Array($0.dropLast()) }) == 0 {
      var state = problem
      while choices(state) > 0 { state = step(state, 0).state }
      solutions = state.isContradictory ? 0 : 2
    }
    return [
      "unknowns": .init(shape.count), "zeros": .init(shape.zeros),
      "coefficient_bound": .init(shape.bound), "solutions": .init(solutions),
      "verbose": difficulty.isVerbose ? 1 : 0,
    ]
  }

  static func problem(_ rows: [[Int]]) -> Problem {
    var problem = Problem(
      rows: rows, rowLines: rows.map { _ in 0 }, isUsed: rows.map { _ in false },
      values: rows.map { _ in nil }, valueLines: rows.map { _ in 0 })
    settle(&problem)
    return problem
  }

  static func text(_ rows: [[Int]], joinedBy separator: String) -> String {
    rows.map(text).joined(separator: separator)
  }

  /// `3x-y=1`; `0` for a side without terms.
  static func text(_ row: [Int]) -> String {
    var text = ""
    for (column, entry) in row.dropLast().enumerated() where entry != 0 {
      if entry < 0 { text += "-" } else if !text.isEmpty { text += "+" }
      if abs(entry) != 1 { text += String(abs(entry)) }
      text += letters[column]
    }
    return (text.isEmpty ? "0" : text) + "=" + String(row[row.count - 1])
  }

  public func canonicalText(_ problem: Problem) -> String {
    problem.rows.map(Self.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .joined(separator: "; ")
  }

  /// Reads equations loosely and keeps them only if they are written as this family would.
  public func read(_ text: String) -> Problem? {
    let parts = text.split(separator: ";", omittingEmptySubsequences: false)
    guard (2...4).contains(parts.count), text.utf8.count < 400 else { return nil }
    var rows: [[Int]] = []
    for part in parts {
      var row = [Int](repeating: 0, count: parts.count + 1)
      var (sign, digits, isRight) = (1, "", false)
      for byte in part.utf8 {
        switch byte {
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        case UInt8(ascii: "="): (isRight, sign) = (true, 1)
        case UInt8(ascii: " "): break
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
          digits.unicodeScalars.append(Unicode.Scalar(byte))
        default:
          guard let column = Self.letters.firstIndex(of: String(UnicodeScalar(byte))),
            column < parts.count, let value = digits.isEmpty ? 1 : Int(digits), value < 100
          else { return nil }
          row[column] = sign * value
          digits = ""
        }
      }
      guard isRight, let value = Int(digits), value < 10_000, row.contains(where: { $0 != 0 })
      else {
        return nil
      }
      row[parts.count] = sign * value
      rows.append(row)
    }
    guard rows.allSatisfy({ $0.dropLast().contains { $0 != 0 } }),
      Self.text(rows, joinedBy: "; ") == text
    else { return nil }
    return Self.problem(rows)
  }

  public func shortcutBound(level: Int) -> Double { 0.2 }

  public func space(at difficulty: Difficulty) -> ProblemSpace {
    let shape = Shape(difficulty)
    let orders = shape.count == 2 ? 2.0 : shape.count == 3 ? 6.0 : 24.0
    func power(_ base: Double, _ exponent: Int) -> Double {
      (0..<exponent).reduce(1) { product, _ in product * base }
    }
    let entries = shape.count * shape.count - shape.zeros
    // At least one draw in eight has a determinant (measured: more than half).
    let one = 8 * orders / (power(2 * Double(shape.bound), entries) * power(19, shape.count))
    // Of a dependent system, at least the numbers of the rows but one are drawn freely, and the
    // right sides take 19 values at least; one draw in a thousand has the zeros asked for.
    let free = max(1, entries - shape.count)
    let dependent =
      1000 * orders / (power(2 * Double((shape.bound + 1) / 2), free) * 19)
    let canBeDependent = !(shape.count == 2 && shape.zeros == 1)
    let heaviest = min(1, canBeDependent ? max(0.7 * one, 0.3 * dependent) : one)
    return ProblemSpace(
      problems: ProblemSpace.uncounted, collision: heaviest, collisionIsExact: false,
      heaviest: heaviest,
      note: "\(shape.count) equations up to their order, \(shape.zeros) zeros, coefficients up to "
        + "\(shape.bound), solutions up to 9; an upper bound")
  }
}
