internal import CKernels

/// `y[r,j] += b[j]`: a bias for every row.
///
/// - Parameters:
///   - y: `(R, C)`, accumulated.
///   - b: `(C)`.
public func add(_ b: Floats, toRowsOf y: Floats, rows R: Int) {
  precondition(y.count >= R * b.count)
  ck_add_to_rows(R, b.count, b.pointer, y.pointer, b.count)
}

/// `y *= factor`, element by element.
public func scale(_ y: Floats, by factor: Float) { ck_scale(y.count, factor, y.pointer) }

/// `b[j] += sum_r y[r,j]`: the gradient of a bias.
///
/// - Parameters:
///   - y: `(R, C)`.
///   - b: `(C)`, accumulated, row by row.
public func add(rowsOf y: Floats, rows R: Int, to b: Floats) {
  precondition(y.count >= R * b.count)
  ck_add_rows(R, b.count, y.pointer, b.pointer)
}
