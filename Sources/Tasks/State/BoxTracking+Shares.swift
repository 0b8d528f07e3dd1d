internal import Randomness

extension BoxTracking {
  /// How often the answer is the box that the object begins in, and how often the last box that the
  /// text names: among problems that are drawn uniformly, and among those that are posed.
  ///
  /// Uniform draws would leave an object where it is, or end with its box, far more often than one
  /// in n. So each of the four kinds is posed as often as if both were chance, 1/n each and
  /// independent; within a kind, problems are uniform. Kinds that a size does not have are left
  /// out.
  struct Shares {
    enum Kind: Int, CaseIterable {
      case neither, last, start, both

      init(isStart: Bool, isLast: Bool) {
        self = isStart ? (isLast ? .both : .start) : isLast ? .last : .neither
      }

      init(of problem: Problem) {
        var state = problem
        for _ in problem.operations { _ = state.advance() }
        let end = state.place[state.query]
        self.init(isStart: end == problem.place[problem.query], isLast: end == problem.lastNamed)
      }
    }

    /// Exact shares of the kinds among uniform draws.
    private(set) var drawn = [0.0, 0.0, 0.0, 0.0]
    /// Shares among posed problems.
    private(set) var posed: [Double]

    /// Before the last operation the object is in its first box with a probability that a chain of
    /// two states gives: of all k(n-1) + n(n-1)/2 operations, n - 1 moves and n - 1 swaps take it
    /// away, one move and one swap bring it back from any other box. The last operation is gone
    /// through; another object's last move ends in any box alike, since its place is uniform.
    init(boxes n: Int, objects k: Int, operations: Int) {
      let all = Double(k * (n - 1) + n * (n - 1) / 2)
      var atStart = 1.0
      for _ in 0..<max(0, operations - 1) {
        atStart = atStart * (all - Double(2 * (n - 1))) / all + (1 - atStart) * 2 / all
      }
      var drawn = self.drawn
      for start in 0..<n {
        for place in 0..<n {
          let share =
            (place == start ? atStart : (1 - atStart) / Double(n - 1)) / Double(n)
          func add(_ ways: Double, _ end: Int, isLast: Bool) {
            drawn[Kind(isStart: end == start, isLast: isLast).rawValue] += share * ways / all
          }
          for end in 0..<n where end != place { add(1, end, isLast: true) }
          let others = Double((k - 1) * (n - 1))
          add(others / Double(n), place, isLast: true)
          add(others * Double(n - 1) / Double(n), place, isLast: false)
          for first in 0..<n {
            for second in first + 1..<n {
              let end = place == first ? second : place == second ? first : place
              add(1, end, isLast: end == second)
            }
          }
        }
      }
      self.drawn = drawn
      let chance = 1 / Double(n)
      let wanted = Kind.allCases.map { kind in
        // Sums of products that are not zero are far above this.
        drawn[kind.rawValue] < 1e-12
          ? 0
          : (kind == .start || kind == .both ? chance : 1 - chance)
            * (kind == .last || kind == .both ? chance : 1 - chance)
      }
      let total = wanted.reduce(0, +)
      posed = wanted.map { $0 / total }
    }

    /// The most that a problem is posed more often than drawn.
    var greatestWeight: Double {
      zip(posed, drawn).map { $1 > 0 && $0 > 0 ? $0 / $1 : 0 }.max() ?? 1
    }

    func draw(using stream: inout RandomStream) -> Kind {
      var rest = stream.unit()
      for kind in Kind.allCases where posed[kind.rawValue] > 0 {
        rest -= posed[kind.rawValue]
        if rest < 0 { return kind }
      }
      return Kind.allCases.first { posed[$0.rawValue] > 0 } ?? .neither
    }
  }
}
