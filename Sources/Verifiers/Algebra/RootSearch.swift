/// Which numbers may be tried as roots, and what is left after those found.
struct RootSearch {
  /// From the highest power down.
  private(set) var quotient: [Int]
  private(set) var candidates: [Int] = []
  private var roots: [Int] = []
  private var failed: Set<Int> = []
  /// No divisor below this is left to try.
  private var size = 1
  /// Problems' constants have 3 digits; only a granted line can say more than this.
  private static let sizeLimit = 1_000_000

  init(_ quotient: [Int]) {
    self.quotient = quotient
    advance()
  }

  /// Whether another number must be tried.
  var isOpen: Bool { !candidates.isEmpty }

  /// Goes on after a row: its last number is the value at `root`, the others are the quotient.
  mutating func take(_ root: Int, _ row: [Int]) {
    if row.last == 0 {
      roots.append(root)
      quotient = Array(row.dropLast())
      size = 1
    } else {
      failed.insert(root)
    }
    advance()
  }

  private mutating func advance() {
    candidates = []
    guard quotient.count > 2, let constant = quotient.last else { return }
    if constant == 0 {
      candidates = [0]
      return
    }
    while size <= min(Int(clamping: constant.magnitude), Self.sizeLimit) {
      if constant % size == 0 {
        candidates = [size, -size].filter { !failed.contains($0) }
        if !candidates.isEmpty { return }
      }
      size += 1
    }
  }

  var answer: String {
    var roots = roots
    var rest: [[Int]] = []
    if quotient.count == 2, quotient[0] == 1 {
      roots.append(-quotient[1])
    } else if quotient.count > 1 {
      rest = [quotient.reversed()]
    }
    return Self.answer(roots: roots, rest: rest)
  }

  static func answer(roots: [Int], rest: [[Int]]) -> String {
    (roots.sorted(by: >).map { [-$0, 1] } + rest).map { "(\(PolynomialText.text($0)))" }
      .joined(separator: "*")
  }
}
