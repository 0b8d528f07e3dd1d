internal import CKernels

/// Converts logits to rows of labels (logarithms of probabilities as halves, none above 0) and
/// measures what the rounding keeps, in one pass over a row.
///
///     halves[r, v] = half(logits[r, v] - log sum_v exp(logits[r, v]))
///
/// - Parameters:
///   - halves: rows `firstRow ..< firstRow + R` of `(…, V)` are overwritten.
///   - logits: `(R, V)`.
///   - tokens: `(R)`, the next tokens; weights: `(R)`.
///   - scratch: at least V floats.
///   - figures: of rows `firstRow ..< firstRow + R`, overwritten; all 0 but `isDistribution` where
///     the weight is 0.
public func labelRows(
  halves: Halves, firstRow: Int, logits: Floats, vocabulary V: Int, tokens: Span<Int32>,
  weights: Span<Float>, scratch: Floats, figures: LabelFigureRows
) {
  let R = tokens.count
  check(logits: logits, V: V, tokens: tokens, weights: weights)
  precondition(firstRow >= 0 && (firstRow + R) * V <= halves.count && scratch.count >= V)
  precondition(firstRow + R <= figures.count)
  tokens.withUnsafeBufferPointer { tokens in
    weights.withUnsafeBufferPointer { weights in
      ck_label_rows(
        R, V, logits.pointer, tokens.baseAddress, weights.baseAddress,
        halves.pointer + firstRow * V, scratch.pointer, figures.pointer + firstRow)
    }
  }
}

/// Owned memory for figures of rows; threads write disjoint rows.
///
/// `@unchecked Sendable`: as `Halves`.
public final class LabelFigureRows: @unchecked Sendable {
  /// Capacity in rows.
  public let count: Int
  let pointer: UnsafeMutablePointer<ck_row_figures>

  /// Figures of `count` rows, all zero.
  public init(count: Int) {
    precondition(count >= 0)
    self.count = count
    pointer = .allocate(capacity: count)
    pointer.initialize(repeating: ck_row_figures(), count: count)
  }

  deinit { pointer.deallocate() }

  /// The figures of a row.
  ///
  /// - Precondition: there is such a row.
  public subscript(row: Int) -> RowFigures {
    precondition(row >= 0 && row < count, "no such row")
    return RowFigures(pointer[row])
  }
}

/// Sums of the exponentials of stored rows, and their largest elements.
///
/// - Parameter halves: `(R, V)` logarithms of probabilities.
/// - Returns: for each row the sum (NaN if any element is NaN) and the largest element that is not
///   NaN.
public func halfRowMasses(
  _ halves: Span<UInt16>, vocabulary V: Int
) -> (masses: [Float], largest: [Float]) {
  precondition(V > 0 && halves.count.isMultiple(of: V))
  let R = halves.count / V
  var largest = [Float](repeating: 0, count: R)
  var masses = [Float](repeating: 0, count: R)
  halves.withUnsafeBufferPointer { halves in
    masses.withUnsafeMutableBufferPointer { masses in
      largest.withUnsafeMutableBufferPointer {
        ck_half_row_masses(R, V, halves.baseAddress, masses.baseAddress, $0.baseAddress)
      }
    }
  }
  return (masses, largest)
}
