/// Fractions and mixed numbers are added and subtracted, multiplied and divided, or put in order,
/// with every greatest common divisor by Euclid's rows.
///
///     3/4-1/6       ->  6=1*4+2 / 4=2*2+0 / 4*6/2=12 / 3/4=9/12 / 1/6=2/12 / 9/12-2/12=7/12
///                       / 12=1*7+5 / 7=1*5+2 / 5=2*2+1 / 2=2*1+0 / Answer: 7/12
///     1 1/2:3/4     ->  1 1/2=3/2 / 3/2:3/4=3/2*4/3 / 3/2*4/3=12/6 / 12=2*6+0 / 12/6=2 / Answer: 2
///     order 1/2, 2/3, 1/3  ->  3=1*2+1 / 2=2*1+0 / 2*3/1=6 / 1/2=3/6 / 2/3=4/6 / 1/3=2/6
///                       / 2/6<3/6<4/6 / Answer: 1/3<1/2<2/3
///
/// Mixed numbers become fractions first, in any order; two fractions are brought to a common
/// denominator in either order; each result is reduced before the next term. Terms commute with
/// their signs: the canonical form sorts them.
public struct Fraction: WalkFamily {
  enum Kind: Int, Sendable { case sum = 1, product, order }

  /// `top/bottom`, a whole number where `bottom` is 1, and the line that states it.
  struct Value: Sendable, Equatable {
    var top: Int
    var bottom: Int
    var line = 0
  }

  /// What is written next.
  enum Phase: Sendable {
    case convert
    /// A row of Euclid's for two denominators, then for a result.
    case denominatorRow(Int, Int)
    case common(Int)
    case expand([Int])
    case invert
    case combine
    case resultRow(Int, Int)
    case reduce(Int)
    case sort
    case answer
  }

  /// The terms, and how far the work of the kind has come.
  public struct Problem: Sendable {
    var kind: Kind
    /// Whole parts not yet converted; 0 for none.
    var wholes: [Int]
    var values: [Value]
    /// Terms that are subtracted or divided by.
    var isInverse: [Bool]
    var phase = Phase.convert
    /// Terms worked into the first.
    var done = 1
    /// The values over the common denominator.
    var expanded: [Value] = []
    var common = Value(top: 1, bottom: 1)
    var isFirstRow = true
    var lineCount = 0

    init(kind: Kind, wholes: [Int], values: [Value], isInverse: [Bool]) {
      self.kind = kind
      self.wholes = wholes
      self.values = values
      self.isInverse = isInverse
      if wholes.allSatisfy({ $0 == 0 }) { begin() }
    }
  }

  public static let name = "fraction"

  public init() {}

  public var about: String {
    "Fractions and mixed numbers are added, multiplied, divided, reduced or put in order."
  }

  public var knobs: [Knob] {
    [
      .settable("terms", in: 2...6, "fractions and mixed numbers"),
      .settable("kind", in: 1...3, "1: sums and differences; 2: products and quotients; 3: order"),
      .settable("denominators", in: 3...20, "bound of the denominators"),
      .settable("wholes", in: 0...9, "bound of the whole parts; 0: no mixed numbers"), .verbose,
    ]
  }

  public func choices(_ state: Problem) -> Int {
    switch state.phase {
    case .convert: state.wholes.count { $0 > 0 }
    case .expand(let pending): pending.count
    case .answer: 0
    default: 1
    }
  }

  public func answer(_ state: Problem) -> String {
    // Sorting put the values in the order that its line says.
    state.kind == .order ? FractionText.order(state.values) : FractionText.text(state.values[0])
  }

  public func step(_ state: Problem, _ choice: Int) -> (line: String, state: Problem) {
    LineText.step(from: state) { advance(&$0, choice, writing: &$1) }
  }

  public func advance(_ state: inout Problem, _ choice: Int, writing line: inout LineText) {
    switch state.phase {
    case .convert:
      let term = state.mixed(choice)
      let value = state.values[term]
      state.convert(
        term,
        to: Value(top: state.wholes[term] * value.bottom + value.top, bottom: value.bottom), &line)
    case .denominatorRow(let a, let b), .resultRow(let a, let b):
      let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
      state.row(a, b, quotient: quotient, rest: rest, &line)
    case .common(let divisor):
      let (a, b) = state.denominators
      state.bringTogether(divisor, multiple: a * b / divisor, &line)
    case .expand(let pending):
      let value = state.values[pending[choice]]
      state.expand(pending[choice], top: value.top * (state.common.top / value.bottom), &line)
    case .invert: state.invert(&line)
    case .combine:
      let (a, b) = state.operands
      state.combine(to: state.combined(a, b), &line)
    case .reduce(let divisor):
      let value = state.values[0]
      state.reduce(
        to: Value(top: value.top / divisor, bottom: value.bottom / divisor), &line)
    default: state.sort(by: state.ascending, &line)
    }
  }

  public func note(_ state: Problem, _ choice: Int, line: Int) -> StepNote? {
    let first = state.values[0].line
    let term = state.values[min(state.done, state.values.count - 1)]
    func sorted(_ lines: [Int]) -> [Int] { Array(Set(lines)).sorted() }
    switch state.phase {
    case .convert: return StepNote("convert-mixed", from: [0])
    case .denominatorRow:
      let lines = [state.kind == .order ? state.common.line : first, term.line]
      return StepNote("euclid-row", from: state.isFirstRow ? sorted(lines) : [line - 1])
    case .resultRow: return StepNote("euclid-row", from: [line - 1])
    case .common:
      let before = state.kind == .order ? state.common.line : first
      return StepNote("common-denominator", from: sorted([before, term.line, line - 1]))
    case .expand(let pending):
      let line = state.values[pending[choice]].line
      return StepNote("expand", from: sorted([line, state.common.line]))
    case .invert: return StepNote("invert", from: sorted([0, first, term.line]))
    case .combine:
      let (a, b) = state.operands
      return StepNote("combine", from: sorted([0, a.line, b.line]))
    case .reduce: return StepNote("reduce", from: sorted([first, line - 1]))
    default: return StepNote("sort", from: sorted(state.expanded.map(\.line)))
    }
  }
}

// How the work goes on.
extension Fraction.Problem {
  typealias Value = Fraction.Value

  /// The choice-th mixed number; of equal ones the first.
  func mixed(_ choice: Int) -> Int {
    let terms = wholes.indices.filter { wholes[$0] > 0 }
    let term = terms[choice]
    return terms.first {
      wholes[$0] == wholes[term] && values[$0].top == values[term].top
        && values[$0].bottom == values[term].bottom
    } ?? term
  }

  /// The denominators to bring together.
  var denominators: (Int, Int) {
    (kind == .order ? common.top : values[0].bottom, values[done].bottom)
  }

  var operands: (Value, Value) {
    kind == .sum ? (expanded[0], expanded[done]) : (values[0], values[done])
  }

  func combined(_ a: Value, _ b: Value) -> Value {
    if kind == .product { return Value(top: a.top * b.top, bottom: a.bottom * b.bottom) }
    return Value(top: isInverse[done] ? a.top - b.top : a.top + b.top, bottom: a.bottom)
  }

  /// Terms over the common denominator, least first, of equal ones the first.
  var ascending: [Int] {
    expanded.indices.sorted { (expanded[$0].top, $0) < (expanded[$1].top, $1) }
  }

  /// After the conversions, and after each term.
  mutating func begin() {
    if kind == .order {
      common = Value(top: values[0].bottom, bottom: 1, line: values[0].line)
      expanded = values
      nextDenominator()
    } else {
      nextTerm()
    }
  }

  mutating func nextTerm() {
    guard done < values.count else {
      phase = .answer
      return
    }
    if kind == .product {
      phase = isInverse[done] ? .invert : .combine
      return
    }
    expanded = values
    let (a, b) = denominators
    isFirstRow = true
    phase = a == b ? .combine : .denominatorRow(max(a, b), min(a, b))
  }

  mutating func nextDenominator() {
    while done < values.count, common.top % values[done].bottom == 0 { done += 1 }
    if done < values.count {
      let (a, b) = denominators
      isFirstRow = true
      phase = .denominatorRow(max(a, b), min(a, b))
    } else {
      expandAll(values.indices.filter { values[$0].bottom != common.top })
    }
  }

  mutating func expandAll(_ pending: [Int]) {
    phase = !pending.isEmpty ? .expand(pending) : kind == .order ? .sort : .combine
  }

  /// Whether the first value wants reducing, and how.
  mutating func reduceOrGoOn() {
    let value = values[0]
    if value.bottom == 1 {
      endTerm()
    } else if value.top == 0 {
      phase = .reduce(value.bottom)
    } else {
      let size = abs(value.top)
      phase = .resultRow(max(size, value.bottom), min(size, value.bottom))
    }
  }

  mutating func endTerm() {
    done += 1
    nextTerm()
  }
}
