/// A teacher's states of a batch's rows.
public protocol StateRows: Sendable {
  /// Numbers of a row.
  var width: Int { get }

  /// States of some rows of the batch.
  ///
  /// - Parameters:
  ///   - y: `(rows, width)`, overwritten.
  ///   - rows: of the batch, in any order.
  func gather(into y: Floats, rows: ArraySlice<Int32>)
}

extension TargetRows {
  /// `nil`: distributions that are not made from states.
  public var teacherStates: (any StateRows)? { nil }
}

/// States in float32, `(T, width)`: row t of the batch goes with row t.
public struct FloatStates: StateRows {
  private let values: Floats
  public let width: Int

  /// - Parameter values: `(T, width)`; not copied.
  public init(_ values: Floats, width: Int) {
    precondition(width > 0)
    self.values = values
    self.width = width
  }

  public func gather(into y: Floats, rows: ArraySlice<Int32>) {
    embeddingForward(y: y, table: values, tokens: rows.span, width: width)
  }
}

/// States as stored: row t of the batch goes with row `rows[t]`.
public struct StoredStates: StateRows {
  private let states: HiddenStates
  private let rows: [Int32]

  /// - Parameters:
  ///   - states: `(rows in memory, width)`; not copied.
  ///   - rows: for each row of a batch its place in `states`.
  public init(_ states: HiddenStates, rows: [Int32]) {
    self.states = states
    self.rows = rows
  }

  public var width: Int { states.width }

  public func gather(into y: Floats, rows: ArraySlice<Int32>) {
    let places = rows.map { self.rows[Int($0)] }
    states.gather(into: y, rows: places.span)
  }
}
