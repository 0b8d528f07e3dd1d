/// Target distributions of a batch's rows, in any memory format.
///
/// One for each row t of the batch; rows of weight 0 are not read.
public protocol TargetRows: Sendable {
  /// Whether every token's probability is known, at any temperature.
  var areWhole: Bool { get }

  /// Whether what they leave out is known at a temperature.
  func areKnown(at temperature: Float) -> Bool

  /// Scratch floats needed to make one row; 0 where kernels read stored rows directly.
  var scratchWidth: Int { get }

  /// Why they do not fit a batch of T rows over V tokens; `nil` if they do.
  func misfit(rows T: Int, vocabulary V: Int) -> String?

  /// The teacher's final states that the rows are made from; `nil` where they are not kept.
  var teacherStates: (any StateRows)? { get }

  /// Which of some rows of the batch hold no label and learn their next token, whatever the loss;
  /// `nil`: all hold one, or say it as distributions.
  func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]?

  /// Distributions of some rows of the batch.
  ///
  /// - Parameters:
  ///   - rows: of the batch, in any order.
  ///   - room: `(rows, V)` floats that may be overwritten and returned.
  ///   - scratch: at least `scratchWidth` floats.
  ///   - engine: computes the matrix products of rebuilt rows.
  func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions
}

extension TargetRows {
  /// `nil`.
  public func unlabelled(_ rows: ArraySlice<Int32>) -> [Bool]? { nil }

  /// Whole rows at any; others at 1.
  public func areKnown(at temperature: Float) -> Bool { areWhole || temperature == 1 }
}

/// Distributions in float32: `(T, V)` logarithms of probabilities, up to a constant in each row;
/// -infinity is probability 0.
public struct LogitTargets: TargetRows {
  private let values: Floats

  /// - Parameter values: log-probabilities `(T, V)`; not copied.
  public init(_ values: Floats) { self.values = values }

  /// - Parameter values: log-probabilities `(T, V)`.
  public init(_ values: [Float]) { self.init(Floats(values)) }

  public var areWhole: Bool { true }
  public var scratchWidth: Int { 0 }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    values.count == T * V
      ? nil : "\(values.count) target values; \(T) rows of \(V) need \(T * V)"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    embeddingForward(y: room, table: values, tokens: rows.span, width: V)
    return .logits(room)
  }
}

/// Distributions as halves `(…, V)`, logarithms of probabilities that sum to 1: row t of the batch
/// goes with row `rows[t]`. Kernels read them directly.
public struct HalfTargets: TargetRows {
  private let halves: Halves
  private let rows: [Int32]

  /// - Parameters:
  ///   - halves: log-probabilities `(rows in memory, V)`.
  ///   - rows: for each of the T rows of a batch its place in `halves`.
  public init(_ halves: Halves, rows: [Int32]) {
    self.halves = halves
    self.rows = rows
  }

  public var areWhole: Bool { true }
  public var scratchWidth: Int { 0 }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    Kernels.misfit(rows, rows: T, of: halves.count / V, "targets")
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions { .halves(halves, rows: rows.map { self.rows[Int($0)] }) }
}

/// Distributions as a teacher's hidden states and its readout `(V, width)`, whose product is the
/// row of logits: row t of the batch goes with row `rows[t]` of the states.
public struct HiddenTargets: TargetRows {
  private let states: HiddenStates
  private let rows: [Int32]
  private let readout: Floats

  /// - Parameters:
  ///   - states: hidden states `(rows in memory, C)`.
  ///   - rows: for each of the T rows of a batch its place in `states`.
  ///   - readout: `(V, C)`.
  public init(_ states: HiddenStates, rows: [Int32], readout: Floats) {
    self.states = states
    self.rows = rows
    self.readout = readout
  }

  public var areWhole: Bool { true }
  public var scratchWidth: Int { states.width }
  public var teacherStates: (any StateRows)? { StoredStates(states, rows: rows) }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    let width = states.width
    guard rows.count == T, readout.count == V * width else {
      return "hidden targets: \(rows.count) rows of width \(width) and a readout of "
        + "\(readout.count) values; expected \(T) rows and \(V) logits"
    }
    return Kernels.misfit(rows, rows: T, of: states.rowCount, "hidden targets")
  }

  /// Copies states to the scratch, as many rows at a time as fit.
  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    let places = rows.map { self.rows[Int($0)] }
    return rebuild(
      places.count, V, states.width, room: room, scratch: scratch, readout, engine
    ) { some, hidden in
      states.gather(into: hidden, rows: places.span.extracting(some))
    }
  }
}

/// Distributions as a teacher's states in float32, `(T, width)`, and its readout `(V, width)`: row
/// t of the batch goes with row t.
public struct StateTargets: TargetRows {
  private let states: Floats
  private let width: Int
  private let readout: Floats

  /// - Parameters:
  ///   - states: hidden states `(T, width)`.
  ///   - readout: `(V, width)`.
  public init(_ states: Floats, width: Int, readout: Floats) {
    precondition(width > 0)
    self.states = states
    self.width = width
    self.readout = readout
  }

  public var areWhole: Bool { true }
  public var scratchWidth: Int { width }
  public var teacherStates: (any StateRows)? { FloatStates(states, width: width) }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    states.count == T * width && readout.count == V * width
      ? nil
      : "states of \(states.count) values of width \(width) and a readout of \(readout.count); "
        + "expected \(T) rows and \(V) logits"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions {
    rebuild(rows.count, V, width, room: room, scratch: scratch, readout, engine) { some, hidden in
      let places = rows[(rows.startIndex + some.lowerBound)..<(rows.startIndex + some.upperBound)]
      embeddingForward(y: hidden, table: states, tokens: places.span, width: width)
    }
  }
}

/// Rebuilds rows of logits, `states readout'`: as many states at a time as the scratch holds.
private func rebuild(
  _ count: Int, _ V: Int, _ width: Int, room: Floats, scratch: Floats, _ readout: Floats,
  _ engine: MatrixEngine, _ gather: (_ some: Range<Int>, _ hidden: Floats) -> Void
) -> Distributions {
  let fitting = scratch.count / width
  for start in stride(from: 0, to: count, by: fitting) {
    let some = start..<min(start + fitting, count)
    gather(some, scratch)
    engine.product(
      c: room[(some.lowerBound * V)..<(some.upperBound * V)], a: scratch, b: readout,
      .transposed, m: some.count, n: V, k: width)
  }
  return .logits(room)
}

/// The likeliest tokens of each row of the batch, and the mass of all others.
public struct TopTargets: TargetRows {
  private let all: TopRows

  /// The k likeliest tokens of each row.
  public init(_ all: TopRows) { self.all = all }

  /// The tail is known at temperature 1, and only as a sum.
  public var areWhole: Bool { false }
  public var scratchWidth: Int { 0 }

  public func misfit(rows T: Int, vocabulary V: Int) -> String? {
    all.tails.count == T && all.k <= V
      ? nil
      : "\(all.tails.count) rows of \(all.k) targets; expected \(T) rows of at most \(V)"
  }

  public func distributions(
    of rows: ArraySlice<Int32>, vocabulary V: Int, room: Floats, scratch: Floats,
    engine: MatrixEngine
  ) -> Distributions { .top(all, rows: rows) }
}

/// Why row indices do not fit; `nil` if they do.
func misfit(_ places: [Int32], rows T: Int, of count: Int, _ noun: String) -> String? {
  guard places.count == T else { return "\(places.count) rows of \(noun) for \(T) rows" }
  let most = Int32(clamping: count)
  return places.allSatisfy { $0 >= 0 && $0 < most } ? nil : "a row of \(noun) outside 0..<\(most)"
}
