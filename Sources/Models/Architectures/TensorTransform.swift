/// How a tensor of a GGUF file differs from Hugging Face's.
public enum TensorTransform: Sendable, Equatable {
  /// Not at all.
  case none
  /// Rows of rotated heads are interleaved: GGUF's `llama` rotates neighbours (2i, 2i + 1), Hugging
  /// Face rotates halves (i, i + D/2). Applies only to that architecture's q and k, weights and
  /// biases.
  case rotaryPairs(heads: Int)
  /// Hugging Face stores the matrix as (inputs, outputs): GPT-2's Conv1D.
  case transposed
  /// GGUF stores 1 + w: Gemma's norms multiply by 1 + w.
  case minusOne

  /// Whether `rowCount` rows are an even number for each of `heads` heads, for any values in a
  /// file.
  static func arePairs(_ rowCount: Int, heads: Int) -> Bool {
    heads > 0 && heads <= rowCount && rowCount.isMultiple(of: heads)
      && (rowCount / heads).isMultiple(of: 2)
  }

  /// The shape on the other side of the transform, in either direction.
  ///
  /// - Throws: the reason why a tensor of this shape cannot be transformed, in words.
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

  /// The row of a GGUF tensor of `rowCount` rows that holds row `row` of Hugging Face's.
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
