internal import Randomness

extension NaturalDeduction {
  /// A formula as it is drawn: its symbols in Polish notation, four bits each from the lowest on,
  /// and its truth table. Most are thrown away, so drawing and comparing them takes no memory.
  struct Sketch: Sendable {
    fileprivate(set) var symbols: UInt64
    fileprivate(set) var count: UInt64
    private(set) var truth: UInt64

    static func == (a: Sketch, b: Sketch) -> Bool { a.symbols == b.symbols }

    static func atom(_ number: Int) -> Sketch {
      Sketch(
        symbols: Symbol.firstAtom + UInt64(number), count: 1, truth: KnightsKnaves.patterns[number])
    }

    static func not(_ inner: Sketch) -> Sketch {
      Sketch(
        symbols: Symbol.code(.not) | inner.symbols << 4, count: 1 + inner.count,
        truth: ~inner.truth)
    }

    static func join(_ op: Formulas.Operator, _ left: Sketch, _ right: Sketch) -> Sketch {
      let truth =
        switch op {
        case .and: left.truth & right.truth
        case .or: left.truth | right.truth
        default: ~left.truth | right.truth
        }
      return Sketch(
        symbols: Symbol.joined(op, left.symbols, left.count, right.symbols),
        count: 1 + left.count + right.count, truth: truth)
    }
  }

  /// Symbols of sketches and shapes: operators, atoms, and a literal to be filled in.
  fileprivate enum Symbol {
    static let literal: UInt64 = 0
    static let firstAtom: UInt64 = 8

    static func code(_ op: Formulas.Operator) -> UInt64 { UInt64(op.rawValue) }

    static func joined(
      _ op: Formulas.Operator, _ left: UInt64, _ leftCount: UInt64, _ right: UInt64
    ) -> UInt64 { code(op) | left << 4 | right << (4 + 4 * leftCount) }

    static func taken(from symbols: inout UInt64) -> UInt64 {
      defer { symbols >>= 4 }
      return symbols & 15
    }

    /// `nil` for a literal and an atom.
    static func op(_ symbol: UInt64) -> Formulas.Operator? {
      symbol == literal ? nil : Formulas.Operator(rawValue: UInt8(symbol))
    }
  }

  /// A formula with literals to be filled in, written like a sketch; at most 7 symbols, so that
  /// with every literal negated there are 11.
  struct Shape: Sendable {
    private var symbols: UInt64
    private var count: UInt64

    static let literal = Shape(symbols: Symbol.literal, count: 1)

    static func not(_ inner: Shape) -> Shape {
      Shape(symbols: Symbol.code(.not) | inner.symbols << 4, count: 1 + inner.count)
    }

    static func join(_ op: Formulas.Operator, _ left: Shape, _ right: Shape) -> Shape {
      Shape(
        symbols: Symbol.joined(op, left.symbols, left.count, right.symbols),
        count: 1 + left.count + right.count)
    }

    static func pair(_ op: Formulas.Operator) -> Shape { .join(op, .literal, .literal) }

    /// One literal in three is negated.
    func drawn(among atoms: Int, using stream: inout RandomStream) -> Sketch {
      var symbols = symbols
      return Self.drawn(&symbols, atoms, &stream)
    }

    private static func drawn(
      _ shape: inout UInt64, _ atoms: Int, _ stream: inout RandomStream
    ) -> Sketch {
      guard let op = Symbol.op(Symbol.taken(from: &shape)) else {
        let atom = Sketch.atom(stream.uniform(atoms))
        return stream.uniform(3) == 0 ? .not(atom) : atom
      }
      let left = drawn(&shape, atoms, &stream)
      if op == .not { return .not(left) }
      // A formula joined with itself says nothing.
      let rightShape = shape
      while true {
        shape = rightShape
        let right = drawn(&shape, atoms, &stream)
        if !(right == left) { return .join(op, left, right) }
      }
    }
  }
}

extension NaturalDeduction.Formulas {
  /// Takes in a sketch, its parts numbered in the order in which they are read.
  mutating func formula(_ sketch: NaturalDeduction.Sketch) -> Int {
    var symbols = sketch.symbols
    return formula(&symbols)
  }

  private mutating func formula(_ symbols: inout UInt64) -> Int {
    let symbol = NaturalDeduction.Symbol.taken(from: &symbols)
    guard let op = NaturalDeduction.Symbol.op(symbol) else {
      return formula(.atom, Int(symbol - NaturalDeduction.Symbol.firstAtom))
    }
    let left = formula(&symbols)
    return op == .not ? formula(.not, left) : formula(op, left, formula(&symbols))
  }
}
