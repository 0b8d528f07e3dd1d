public import Kernels
internal import Tensors

/// The encoding `hidden`: the teacher's final normed state before each token, `hidden.npy`
/// `(L-1, width)`, float16, or int8 with float32 scales `(L-1)` in `scale.npy`. On a grid: a check
/// byte a row there, `(L-1)`, and the numbers entropy-coded in `hidden-grid.npy` (`GridStream`).
///
/// The set's readout turns row t into the whole distribution of token t+1, at any temperature:
/// `softmax(readout · hidden[t])`. Exact for the stored numbers; the certificate says how their
/// rounding changes the distributions.
public enum HiddenLabels {
  /// The member that holds the rows.
  public static let field = "hidden.npy"
  /// The member that holds the scales of int8 rows.
  public static let scaleField = "scale.npy"

  /// The member that holds the numbers of rows on a grid.
  public static let gridField = "hidden-grid.npy"

  /// The members of a sample in this format.
  public static func fields(_ format: HiddenStates.Format) -> [String] {
    switch format {
    case .float16: [field]
    case .int8: [field, scaleField]
    case .grid: [field, gridField]
    }
  }

  /// The members of one sample of which every target holds a label, and its figures: as the
  /// encoding writes them.
  ///
  /// - Throws: `SoftLabelError`: not L-1 rows, a row that is not a distribution, a target of
  ///   probability 0.
  public static func encode(
    rows: Range<Int>, of states: HiddenStates, figures: [RowFigures], tokens: [Int32],
    mask: [UInt8], vocabulary: Int, sample: String
  ) throws(SoftLabelError) -> (members: [(name: String, bytes: [UInt8])], figures: LabelFigures) {
    try encode(
      rows: rows, of: states, figures: figures, tokens: tokens, mask: mask,
      vocabulary: vocabulary, sample: sample, chosen: nil)
  }

  /// Takes the rows of one sample out of a batch's, with the figures computed when they were made.
  ///
  /// - Parameters:
  ///   - states: of many samples; this one's are `rows`, L-1 of them.
  ///   - figures: of the same rows.
  ///   - tokens, mask: `(L)`.
  ///   - sample: id, for messages.
  ///   - chosen: the rows that hold a label; the states of the others become 0. `nil`: all do.
  /// - Returns: the members' names and bytes, and the figures over the rows with mask[t+1] = 1.
  /// - Throws: `SoftLabelError`: not L-1 rows, a row that is not a distribution, a target of
  ///   probability 0.
  static func encode(
    rows: Range<Int>, of states: HiddenStates, figures: [RowFigures], tokens: [Int32],
    mask: [UInt8], vocabulary: Int, sample: String, chosen: LabelSelection.Chosen?
  ) throws(SoftLabelError) -> (members: [(name: String, bytes: [UInt8])], figures: LabelFigures) {
    try FullLabels.checkTokens(tokens, mask, vocabulary, sample, rowCount: rows.count)
    var sums = try LabelFigures(
      rows, tokens: tokens, mask: mask, sample: sample,
      isLabelled: { chosen?.contains($0) ?? true }
    ) { row, _ in figures[row] }
    sums.positions = chosen?.figures
    for t in chosen?.others ?? [] { states.clear(rows.lowerBound + t) }
    if states.format == .grid {
      var numbers: [UInt8] = []
      states.append(rows, to: &numbers)
      let (stream, checks) = GridStream.encode(numbers, width: states.width) {
        chosen?.isLabelled[$0] ?? true
      }
      return (
        [
          (name: field, bytes: NPY.header(.uint8, shape: [rows.count]) + checks),
          (name: gridField, bytes: NPY.header(.uint8, shape: [stream.count]) + stream),
        ], sums
      )
    }
    let type: ElementType = states.format == .float16 ? .float16 : .int8
    var bytes = NPY.header(type, shape: [rows.count, states.width])
    states.append(rows, to: &bytes)
    var members = [(name: field, bytes: bytes)]
    if states.format == .int8 {
      let scales = Tensor(shape: [rows.count], elements: .float32(states.scales(rows)))
      members.append((name: scaleField, bytes: NPY.encode(scales)))
    }
    return (members, sums)
  }

  /// Reads the rows of one sample; shapes, types and finiteness are checked.
  ///
  /// - Parameters:
  ///   - member: the bytes of a member by its name.
  ///   - states: rows `row ..< row + rowCount` are overwritten; their format and width are the
  ///     set's.
  ///   - isLabelled: whether a row of the sample holds a label, and so has numbers on a grid.
  /// - Throws: `SoftLabelError` naming the sample.
  public static func read(
    _ member: (String) -> [UInt8]?, into states: HiddenStates, at row: Int, rowCount: Int,
    sample: String, isLabelled: (_ row: Int) -> Bool = { _ in true }
  ) throws(SoftLabelError) {
    if states.format == .grid {
      try readGrid(
        member, into: states, at: row, rowCount: rowCount, sample: sample, isLabelled)
      return
    }
    let type: ElementType = states.format == .float16 ? .float16 : .int8
    let bytes = member(field) ?? []
    let start = try layout(
      bytes, field, type: type, shape: [rowCount, states.width], sample: sample)
    states.copy(to: row..<(row + rowCount), from: bytes, at: start)
    if states.format == .int8 {
      let bytes = member(scaleField) ?? []
      _ = try layout(bytes, scaleField, type: .float32, shape: [rowCount], sample: sample)
      guard case .float32(let scales) = try decode(bytes, scaleField, sample).elements else {
        throw .shape(sample: sample, expected: "float32 scales", found: "others")
      }
      states.setScales(row..<(row + rowCount), scales)
    }
    if let bad = states.firstNotFinite(row..<(row + rowCount)) {
      throw .value(sample: sample, row: bad - row, token: 0, found: "rebuilt from NaN or infinity")
    }
  }

  private static func readGrid(
    _ member: (String) -> [UInt8]?, into states: HiddenStates, at row: Int, rowCount: Int,
    sample: String, _ isLabelled: (_ row: Int) -> Bool
  ) throws(SoftLabelError) {
    let (checks, coded) = (member(field) ?? [], member(gridField) ?? [])
    let start = try layout(checks, field, type: .uint8, shape: [rowCount], sample: sample)
    guard case .uint8(let stream) = try decode(coded, gridField, sample).elements else {
      throw .shape(sample: sample, expected: "\(gridField) of uint8", found: "others")
    }
    guard
      let numbers = GridStream.decode(
        stream, checks: checks[start...], width: states.width, isCoded: isLabelled)
    else {
      throw .unreadable(
        sample: sample, reason: "\(gridField) does not hold \(rowCount) rows of \(states.width)")
    }
    states.copy(to: row..<(row + rowCount), from: numbers, at: 0)
    states.setScales(
      row..<(row + rowCount), [Float](repeating: states.step, count: rowCount))
  }

  /// Number of rows in a member of this size in bytes, if `encode` can have written it.
  public static func rowCount(
    ofBytes size: Int, format: HiddenStates.Format, width: Int
  ) -> Int {
    if format == .grid { return max(0, size - NPY.header(.uint8, shape: [1]).count) }
    let type: ElementType = format == .float16 ? .float16 : .int8
    return max(0, size - NPY.header(type, shape: [1, 1]).count) / (format.width * width)
  }

  private static func layout(
    _ bytes: [UInt8], _ name: String, type: ElementType, shape: [Int], sample: String
  ) throws(SoftLabelError) -> Int {
    let found: (type: ElementType, shape: [Int], start: Int)
    do throws(CheckpointError) {
      found = try NPY.layout(of: bytes, named: sample + "." + name)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
    guard found.type == type, found.shape == shape else {
      throw .shape(
        sample: sample, expected: "\(name) of \(type.rawValue) of shape \(shape)",
        found: "\(found.type.rawValue) of shape \(found.shape)")
    }
    return found.start
  }

  private static func decode(
    _ bytes: [UInt8], _ name: String, _ sample: String
  ) throws(SoftLabelError) -> Tensor {
    do throws(CheckpointError) {
      return try NPY.decode(bytes, named: sample + "." + name)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
  }
}
