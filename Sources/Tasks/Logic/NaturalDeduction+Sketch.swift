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
        symbols: Symbol.not | inner.symbols << 4, count: 1 + inner.count, truth: ~inner.truth)
    }

    /// - Parameter op: the symbol of an operator with two sides.
    @inline(__always)
    fileprivate static func join(_ op: UInt64, _ left: Sketch, _ right: Sketch) -> Sketch {
      let truth: UInt64
      switch op {
      case Symbol.and: truth = left.truth & right.truth
      case Symbol.or: truth = left.truth | right.truth
      default: truth = ~left.truth | right.truth
      }
      return Sketch(
        symbols: Symbol.joined(op, left.symbols, left.count, right.symbols),
        count: 1 + left.count + right.count, truth: truth)
    }
  }

  /// Symbols of sketches and shapes: operators, atoms, and a literal to be filled in.
  fileprivate enum Symbol {
    static let literal: UInt64 = 0
    static let not: UInt64 = 1
    static let and: UInt64 = 2
    static let or: UInt64 = 3
    static let implies: UInt64 = 4
    static let firstAtom: UInt64 = 8

    static func joined(
      _ op: UInt64, _ left: UInt64, _ leftCount: UInt64, _ right: UInt64
    ) -> UInt64 { op | left << 4 | right << (4 + 4 * leftCount) }

    @inline(__always)
    static func taken(from symbols: inout UInt64) -> UInt64 {
      let symbol = symbols & 15
      symbols >>= 4
      return symbol
    }
  }

  /// A formula with literals to be filled in, written like a sketch; at most 7 symbols, so that
  /// with every literal negated there are 11.
  struct Shape: Sendable, Equatable {
    private var symbols: UInt64
    private var count: UInt64

    static let literal = Shape(symbols: Symbol.literal, count: 1)

    static func not(_ inner: Shape) -> Shape {
      Shape(symbols: Symbol.not | inner.symbols << 4, count: 1 + inner.count)
    }

    static func and(_ left: Shape, _ right: Shape) -> Shape { join(Symbol.and, left, right) }
    static func or(_ left: Shape, _ right: Shape) -> Shape { join(Symbol.or, left, right) }
    static func implies(_ left: Shape, _ right: Shape) -> Shape {
      join(Symbol.implies, left, right)
    }

    private static func join(_ op: UInt64, _ left: Shape, _ right: Shape) -> Shape {
      Shape(
        symbols: Symbol.joined(op, left.symbols, left.count, right.symbols),
        count: 1 + left.count + right.count)
    }

    /// How a shape is made of others.
    enum Form {
      case literal
      case not(Shape)
      case implies(Shape, Shape)
      /// Both sides of an `and` or an `or`, which may be swapped.
      case pair(Shape, Shape)
    }

    var form: Form {
      var rest = symbols
      let symbol = Symbol.taken(from: &rest)
      if symbol == Symbol.literal { return .literal }
      if symbol == Symbol.not { return .not(Shape(symbols: rest, count: count - 1)) }
      let length = Self.length(of: rest)
      let left = Shape(symbols: rest & (1 << (4 * length) - 1), count: length)
      let right = Shape(symbols: rest >> (4 * length), count: count - 1 - length)
      return symbol == Symbol.implies ? .implies(left, right) : .pair(left, right)
    }

    /// Symbols of the shape at the front.
    private static func length(of symbols: UInt64) -> UInt64 {
      var rest = symbols
      var (length, missing): (UInt64, Int) = (0, 1)
      while missing > 0 {
        let symbol = Symbol.taken(from: &rest)
        length += 1
        missing += symbol == Symbol.literal ? -1 : symbol == Symbol.not ? 0 : 1
      }
      return length
    }

    /// One literal in three is negated.
    func drawn(among atoms: Int, using stream: inout RandomStream) -> Sketch {
      var symbols = symbols
      return Self.drawn(&symbols, atoms, &stream)
    }

    private static func drawn(
      _ shape: inout UInt64, _ atoms: Int, _ stream: inout RandomStream
    ) -> Sketch {
      let symbol = Symbol.taken(from: &shape)
      if symbol == Symbol.literal { return literal(atoms, &stream) }
      let left = side(&shape, atoms, &stream)
      if symbol == Symbol.not { return .not(left) }
      // A formula joined with itself says nothing.
      let rightShape = shape
      while true {
        shape = rightShape
        let right = side(&shape, atoms, &stream)
        if !(right == left) { return .join(symbol, left, right) }
      }
    }

    /// Same as `drawn`; most sides are literals, for which no call is made.
    @inline(__always)
    private static func side(
      _ shape: inout UInt64, _ atoms: Int, _ stream: inout RandomStream
    ) -> Sketch {
      guard shape & 15 == Symbol.literal else { return drawn(&shape, atoms, &stream) }
      shape >>= 4
      return literal(atoms, &stream)
    }

    @inline(__always)
    private static func literal(_ atoms: Int, _ stream: inout RandomStream) -> Sketch {
      let atom = Sketch.atom(stream.uniform(atoms))
      return stream.uniform(3) == 0 ? .not(atom) : atom
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
    typealias Symbol = NaturalDeduction.Symbol
    let symbol = Symbol.taken(from: &symbols)
    if symbol >= Symbol.firstAtom { return Int(symbol - Symbol.firstAtom) }
    let left = formula(&symbols)
    if symbol == Symbol.not { return formula(.not, left) }
    let right = formula(&symbols)
    switch symbol {
    case Symbol.and: return formula(.and, left, right)
    case Symbol.or: return formula(.or, left, right)
    default: return formula(.implies, left, right)
    }
  }
}
