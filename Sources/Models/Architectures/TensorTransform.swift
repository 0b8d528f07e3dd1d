/// How a tensor of a GGUF file differs from the one that Hugging Face's layout has.
public enum TensorTransform: Sendable, Equatable {
  /// Not at all.
  case none
  /// Rows of rotated heads are interleaved: GGUF's `llama` turns neighbours (2i, 2i + 1), Hugging
  /// Face turns halves (i, i + D/2). Applies to q and k, weights and biases, of that architecture
  /// alone.
  case rotaryPairs(heads: Int)
  /// Hugging Face has the matrix as (inputs, outputs): GPT-2's Conv1D.
  case transposed
  /// GGUF has 1 added: Gemma's norms multiply by 1 + w.
  case minusOne

  /// Whether `rowCount` rows are an even number for each of `heads` heads, whatever a file says
  /// the two are.
  static func arePairs(_ rowCount: Int, heads: Int) -> Bool {
    heads > 0 && heads <= rowCount && rowCount.isMultiple(of: heads)
      && (rowCount / heads).isMultiple(of: 2)
  }

  /// The shape on the other side of the transform, in either direction.
  ///
  /// - Throws: in words, why a tensor of this shape cannot be transformed.
  func shape(of shape: [Int]) throws(Fault) -> [Int] {
    switch self {
    case .none, .minusOne: return shape
    case .rotaryPairs(let heads):
      guard let rows = shape.first, Self.arePairs(rows, heads: heads) else {
        throw Fault("a shape of \(shape) has no pairs of rows for \(heads) heads")
      }
      return shape
    case .transposed:
      guard shape.count == 2 else { throw Fault("a shape of \(shape), expected a matrix") }
      return shape.reversed()
    }
  }

  struct Fault: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  /// The row of a GGUF tensor of `rowCount` rows that row `row` of Hugging Face's is.
  ///
  /// - Precondition: not `transposed`; for `rotaryPairs`, `rowCount` is an even number a head.
  public func storedRow(_ row: Int, of rowCount: Int) -> Int {
    guard case .rotaryPairs(let heads) = self else { return row }
    let width = rowCount / heads
    let (head, inside) = row.quotientAndRemainder(dividingBy: width)
    let (half, pair) = inside.quotientAndRemainder(dividingBy: width / 2)
    return head * width + 2 * pair + half
  }
}
