package import CKernels

/// Memory format of a decoder's weights, which sets the rounding of its products.
///
/// Sums are always float32.
public enum WeightFormat: String, CaseIterable, Sendable {
  /// Not rounded.
  case float32
  /// Weights and the inputs of products rounded to bfloat16, to nearest even: each product of two
  /// is off by at most 2^-7 of its size.
  case bfloat16
  /// Weights in blocks of 32 of eight bits and a half-precision scale, as GGUF's Q8_0; the inputs
  /// of products likewise, with a float32 scale: each is off by at most 1/254 of the largest
  /// magnitude of its block, weights by 2^-11 of their size beside that.
  case q8_0

  /// The number of the format in `CKernels`.
  package var code: Int32 {
    switch self {
    case .float32: Int32(ck_packed_float32)
    case .bfloat16: Int32(ck_packed_bfloat16)
    case .q8_0: Int32(ck_packed_q8_0)
    }
  }
}

/// Weights W `(rows, columns)` packed once for products `x W^T` of few rows of x.
public struct PackedWeights: Sendable {
  /// Rounding of the inputs of products, and of the weights unless they are `stored`.
  public let format: WeightFormat
  /// The file format whose bits are kept: products equal, bit for bit, those of the dequantised
  /// weights in float32.
  public let stored: StorageFormat?
  /// Outputs of a product: rows of W.
  public let rows: Int
  /// Inputs of a product: columns of W.
  public let columns: Int
  let memory: Floats

  /// Rows that lie side by side in a panel.
  public static let panelRows = 64

  /// File formats whose bits can be kept. Scales of K formats become floats; bits a weight are then
  /// 4.5 (Q4_0), 5 (Q4_1), 6 (Q4_K), 8 (Q2_K), 8.5 (Q8_0, Q5_0, IQ4_NL) and 10 (Q3_K, Q5_1, Q5_K,
  /// Q6_K, IQ4_XS).
  public static let storable = StorageFormat.allCases.filter {
    ck_packed_stored_format($0.rawValue) >= 0
  }

  /// Number of panels for `rows` rows.
  public static func panels(rows: Int) -> Int { (rows + panelRows - 1) / panelRows }

  /// Floats of memory that a packed matrix takes.
  public static func floats(
    _ format: WeightFormat, stored: StorageFormat? = nil, rows: Int, columns: Int
  ) -> Int {
    panels(rows: rows) * ck_packed_panel_units(code(format, stored), columns)
  }

  private static func code(_ format: WeightFormat, _ stored: StorageFormat?) -> Int32 {
    guard let stored else { return format.code }
    let code = ck_packed_stored_format(stored.rawValue)
    precondition(code >= 0, "\(stored.name) does not stay in its own bits")
    return code
  }

  /// Bytes of memory.
  public var byteCount: Int {
    4 * Self.floats(format, stored: stored, rows: rows, columns: columns)
  }

  /// A matrix in `memory`, its panels still to be filled.
  public init(in memory: Floats, format: WeightFormat, rows: Int, columns: Int) {
    self.init(memory, format, nil, rows: rows, columns: columns)
  }

  /// A matrix in `memory`, zeros, still to be filled with rows of a file.
  ///
  /// - Precondition: a format of `storable`, and rows of whole blocks.
  public init(in memory: Floats, stored: StorageFormat, rows: Int, columns: Int) {
    precondition(columns.isMultiple(of: stored.blockLength), "\(columns) columns are no blocks")
    self.init(memory, .float32, stored, rows: rows, columns: columns)
  }

  private init(
    _ memory: Floats, _ format: WeightFormat, _ stored: StorageFormat?, rows: Int, columns: Int
  ) {
    precondition(rows > 0 && columns > 0, "an empty matrix")
    precondition(
      memory.count >= Self.floats(format, stored: stored, rows: rows, columns: columns))
    self.format = format
    self.stored = stored
    self.rows = rows
    self.columns = columns
    self.memory = memory
  }

  /// A matrix in memory of its own.
  ///
  /// - Parameter weights: `(rows, columns)`.
  public init(_ weights: Floats, format: WeightFormat, rows: Int, columns: Int) {
    let count = Self.floats(format, rows: rows, columns: columns)
    self.init(in: Floats(zeros: count), format: format, rows: rows, columns: columns)
    fill(from: weights)
  }

  /// Packs `weights` `(rows, columns)`.
  public func fill(from weights: Floats) {
    precondition(weights.count == rows * columns)
    for panel in 0..<Self.panels(rows: rows) { fill(panel: panel, from: weights) }
  }

  /// Packs one panel of `weights` `(rows, columns)`.
  public func fill(panel: Int, from weights: Floats) {
    precondition(weights.count == rows * columns)
    let first = panel * Self.panelRows * columns
    fill(panel: panel, rows: weights[first..<weights.count])
  }

  /// Takes row r from row `source` of a file's matrix.
  public func fill(row r: Int, from rows: StoredRows, at source: Int) {
    precondition(r >= 0 && r < self.rows && source >= 0 && source < rows.rowCount)
    precondition(rows.format == stored && rows.columnCount == columns, "rows of another matrix")
    rows.withBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      withUnsafePointer(to: packed) {
        ck_packed_fill_stored($0, rows.format.rawValue, r, start + source * rows.rowBytes)
      }
    }
  }

  /// Packs one panel from its rows.
  public func fill(panel: Int, rows source: Floats) {
    precondition(stored == nil, "weights in a file's own bits come from the file")
    precondition(panel >= 0 && panel < Self.panels(rows: rows))
    let count = min(Self.panelRows, rows - panel * Self.panelRows)
    precondition(source.count >= count * columns)
    withUnsafePointer(to: packed) { ck_packed_fill($0, panel, source.pointer, columns) }
  }

  /// Reads row r as rounded.
  ///
  /// - Parameter y: `(columns)`, overwritten.
  public func read(row r: Int, into y: Floats) {
    precondition(r >= 0 && r < rows && y.count >= columns)
    withUnsafePointer(to: packed) { ck_packed_row($0, r, y.pointer) }
  }

  /// `y = x W^T`, or accumulating `y += x W^T`.
  ///
  /// A row of y depends on its row of x and on W alone, not on the rows beside it.
  ///
  /// - Parameters:
  ///   - y: `(m, rows)`, overwritten or accumulated.
  ///   - x: `(m, columns)`.
  public func product(y: Floats, x: Floats, m: Int, accumulate: Bool = false) {
    precondition(m >= 0 && y.count >= m * rows && x.count >= m * columns)
    if m == 0 { return }
    let row = ck_packed_input_units(format.code, columns)
    let inputs = Floats(zeros: m * row)
    inputs.pointer.withMemoryRebound(to: UInt32.self, capacity: m * row) { units in
      ck_packed_inputs(format.code, m, columns, x.pointer, columns, units, row)
      withUnsafePointer(to: packed) { w in
        ck_packed_product(
          w, m, units, row, y.pointer, rows, accumulate ? 1 : 0, 0, ck_packed_items(w, m))
      }
    }
  }

  /// The matrix in the kernels' form; valid as long as `memory` is.
  package var packed: ck_packed_weights {
    ck_packed_weights(
      format: Self.code(format, stored), n: rows, k: columns,
      panels: UnsafeMutableRawPointer(memory.pointer).assumingMemoryBound(to: UInt32.self))
  }
}
