internal import Kernels
internal import Synchronization
internal import Tensors

/// The choice of the rows of a batch that hold a label, for encodings that store whole rows.
///
/// Rows without a label are stored as something that packs away, and the member `labelled.npy`
/// says which they are.
final class LabelSelection: Sendable {
  /// `(L-1)`, uint8: 1 where the row holds a label. Sets that label every target have none.
  static let field = "labelled.npy"

  /// `nil`: every row holds a label.
  let positions: LabelledPositions?
  private let samples = Mutex<[CapturedSample]>([])

  init(_ positions: LabelledPositions?) { self.positions = positions }

  /// Takes the samples of the next batch.
  func name(_ samples: [CapturedSample]) { self.samples.withLock { $0 = samples } }

  /// The rows of a sample that hold a label.
  ///
  /// - Parameters:
  ///   - rows: of the batch, L-1.
  ///   - mask: `(L)`.
  ///   - entropy: of the teacher's distribution in a row of the batch, in nats.
  /// - Returns: `nil`: all do.
  func chosen(
    _ rows: Range<Int>, mask: [UInt8], entropy: (_ row: Int) -> Double
  ) -> Chosen? {
    guard let positions else { return nil }
    let choices = samples.withLock { all in all.first { $0.rows == rows }?.choices }
    let targets = rows.map { $0 - rows.lowerBound }.filter { mask[$0 + 1] != 0 }
    let (places, figures) = positions.chosen(
      of: targets, entropies: targets.map { entropy(rows.lowerBound + $0) }, choices: choices)
    return Chosen(
      rows: rows, isLabelled: (0..<rows.count).map(places.contains), figures: figures)
  }

  /// Which rows of one sample hold a label.
  struct Chosen {
    /// Of the batch.
    let rows: Range<Int>
    /// For each row, given ones included.
    let isLabelled: [Bool]
    let figures: PositionFigures

    /// Whether a row of the batch does.
    func contains(_ row: Int) -> Bool { isLabelled[row - rows.lowerBound] }

    /// Rows of the sample without a label, counted from its first.
    var others: [Int] { isLabelled.indices.filter { !isLabelled[$0] } }

    /// The member `labelled.npy`.
    var member: (name: String, bytes: [UInt8]) {
      (
        LabelSelection.field,
        NPY.encode(
          Tensor(shape: [isLabelled.count], elements: .uint8(isLabelled.map { $0 ? 1 : 0 })))
      )
    }
  }
}

/// Which rows in memory hold a label, and the next tokens of those that hold none.
final class LabelledFlags: Sendable {
  private struct Rows: Sendable {
    var isLabelled: [Bool]
    var next: [Int32]
  }
  private let rows: Mutex<Rows>
  /// Whether some rows hold none.
  private let areSelected: Bool

  /// - Parameter positions: `nil`: every row holds a label, and nothing is kept.
  init(_ count: Int, _ positions: LabelledPositions?) {
    areSelected = positions != nil
    rows = Mutex(
      Rows(
        isLabelled: [Bool](repeating: true, count: areSelected ? count : 0),
        next: [Int32](repeating: 0, count: areSelected ? count : 0)))
  }

  /// Reads those of one sample.
  ///
  /// - Throws: `SoftLabelError` for a member that is missing or has another shape or other values.
  func read(
    _ member: (String) -> [UInt8]?, at first: Int, count: Int, vocabulary: Int, sample: String
  ) throws(SoftLabelError) {
    guard areSelected else { return }
    let stored: Tensor
    do throws(CheckpointError) {
      stored = try NPY.decode(
        member(LabelSelection.field) ?? [], named: sample + "." + LabelSelection.field)
    } catch {
      throw .unreadable(sample: sample, reason: error.description)
    }
    guard case .uint8(let flags) = stored.elements, stored.shape == [count],
      flags.allSatisfy({ $0 <= 1 })
    else {
      throw .shape(
        sample: sample, expected: "\(LabelSelection.field) of \(count) times 0 or 1, uint8",
        found: "\(stored.type.rawValue) of shape \(stored.shape)")
    }
    let (tokens, _) = try TokenMembers.decode(
      tokens: member(TokenMembers.tokensField) ?? [], mask: member(TokenMembers.maskField) ?? [],
      vocabulary: vocabulary, sample: sample)
    guard tokens.count == count + 1 else {
      throw .shape(
        sample: sample, expected: "\(count + 1) tokens for \(count) rows",
        found: "\(tokens.count)")
    }
    rows.withLock { rows in
      for t in 0..<count {
        rows.isLabelled[first + t] = flags[t] == 1
        rows.next[first + t] = tokens[t + 1]
      }
    }
  }

  /// Whether a row holds a label.
  func isLabelled(_ row: Int) -> Bool { !areSelected || rows.withLock { $0.isLabelled[row] } }

  /// The mask with rows without a label left out: `(L)`, for a sample that starts at `first`.
  func labelled(_ mask: [UInt8], from first: Int) -> [UInt8] {
    guard areSelected else { return mask }
    return rows.withLock { rows in
      mask.indices.map { $0 == 0 || rows.isLabelled[first + $0 - 1] ? mask[$0] : 0 }
    }
  }

  /// For each of some rows the next token where it holds no label, -1 where it does; `nil`: all do.
  func nextTokens(_ places: [Int32]) -> [Int32]? {
    guard areSelected else { return nil }
    return rows.withLock { rows in
      places.map { rows.isLabelled[Int($0)] ? -1 : rows.next[Int($0)] }
    }
  }
}
