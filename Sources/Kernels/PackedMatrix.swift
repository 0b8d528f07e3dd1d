internal import CKernels

/// A matrix packed once, to be the right operand of many products.
///
/// It takes `n` rounded up to 64, times `k`, elements of its precision. Packing costs about as much
/// as a product with 20 rows; a product with fewer than 200 rows gains from a packed matrix that is
/// used more than once.
public struct PackedMatrix: Sendable {
  /// Rounding of both operands of a product; sums are float32.
  public let precision: MatrixEngine.Precision
  /// Columns of the matrix and of every product.
  public let n: Int
  /// Rows of the matrix: what products sum over.
  public let k: Int
  private let panels: Floats

  /// A partial product may start only at columns that are multiples of this.
  public static let columnGroup = 64

  /// A matrix of this shape, all zeros until something is packed.
  public init(n: Int, k: Int, precision: MatrixEngine.Precision) {
    precondition(n > 0 && k > 0, "an empty shape")
    self.precision = precision
    self.n = n
    self.k = k
    panels = Floats(zeros: ck_panels_units(precision.isBFloat16, n, k))
  }

  /// Packs `op(b)`, `(k, n)`: `b` as it lies, or transposed `(n, k)`.
  public init(
    _ b: Floats, _ form: Transposition = .asIs, n: Int, k: Int, stride: Int? = nil,
    precision: MatrixEngine.Precision
  ) {
    self.init(n: n, k: k, precision: precision)
    pack(b, form, stride: stride)
  }

  /// Replaces the packed matrix with `op(b)`; allocates nothing.
  public func pack(_ b: Floats, _ form: Transposition = .asIs, stride: Int? = nil) {
    let (rows, row) = form == .asIs ? (k, n) : (n, k)
    let stride = stride ?? row
    precondition(
      stride >= row && b.count >= (rows - 1) * stride + row,
      "the matrix is shorter than its shape")
    panels.pointer.withMemoryRebound(to: UInt32.self, capacity: panels.count) {
      ck_panels_pack(precision.isBFloat16, form == .asIs ? 0 : 1, n, k, b.pointer, stride, $0)
    }
  }

  /// `c = a op(b)` or `c += a op(b)` for the `m` rows of `a`, bit for bit as the native backend's
  /// product gives it.
  ///
  /// - Parameters:
  ///   - c: `(m, columns)`, overwritten or accumulated.
  ///   - a: `(m, k)`.
  ///   - columns: of `op(b)`, from a multiple of `columnGroup` on; all by default.
  public func product(
    c: Floats, a: Floats, m: Int, columns: Range<Int>? = nil, accumulate: Bool = false,
    aStride: Int? = nil, cStride: Int? = nil
  ) {
    let columns = columns ?? 0..<n
    if m == 0 || columns.isEmpty { return }
    let aStride = aStride ?? k
    let cStride = cStride ?? columns.count
    precondition(
      columns.lowerBound % Self.columnGroup == 0 && columns.upperBound <= n,
      "columns outside the matrix, or within a group")
    precondition(m > 0 && aStride >= k && cStride >= columns.count, "strides shorter than rows")
    precondition(
      a.count >= (m - 1) * aStride + k && c.count >= (m - 1) * cStride + columns.count,
      "an operand is shorter than its shape")
    let skipped = ck_panels_units(precision.isBFloat16, columns.lowerBound, k)
    panels.pointer.withMemoryRebound(to: UInt32.self, capacity: panels.count) {
      ck_panels_product(
        precision.isBFloat16, m, columns.count, k, a.pointer, aStride, $0 + skipped, c.pointer,
        cStride, accumulate ? 1 : 0)
    }
  }
}
