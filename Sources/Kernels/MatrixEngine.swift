/// Backend and precision of a model's matrix products.
///
/// Results depend on it, so it is configuration and never chosen silently.
public struct MatrixEngine: Sendable, Equatable {
  /// Matrix-product backend.
  public enum Backend: String, CaseIterable, Sendable {
    /// The system's OpenBLAS, one thread per call.
    case openblas
    /// Retort's own.
    case native
    /// The faster of the two by `BackendTable`; never the backend of an engine.
    case auto

    /// Backends that compute products.
    public static let concrete: [Backend] = [.openblas, .native]
  }

  /// Rounding of a product's operands. Sums and values in memory are float32.
  public enum Precision: String, CaseIterable, Sendable {
    case float32
    case bfloat16
  }

  /// A concrete backend, never `auto`.
  public let backend: Backend
  /// Rounding of the operands.
  public let precision: Precision

  private init(unchecked backend: Backend, _ precision: Precision) {
    self.backend = backend
    self.precision = precision
  }

  /// OpenBLAS in float32: needs nothing else and runs everywhere.
  public static let openBLAS = MatrixEngine(unchecked: .openblas, .float32)

  /// - Throws: `MatrixEngineError` for what the backend lacks.
  public init(backend: Backend, precision: Precision) throws(MatrixEngineError) {
    let concrete = BackendTable.resolved(backend, precision, for: .training(width: 256))
    guard concrete == .native || precision == .float32 else { throw .precision(precision, backend) }
    self.init(unchecked: concrete, precision)
  }

  /// `c = op(a) op(b)`, or accumulating `c += op(a) op(b)`, as `matrixProduct` has it.
  public func product(
    c: Floats, a: Floats, _ aForm: Transposition = .asIs, b: Floats,
    _ bForm: Transposition = .asIs, m: Int, n: Int, k: Int, accumulate: Bool = false,
    aStride: Int? = nil, bStride: Int? = nil, cStride: Int? = nil
  ) {
    switch backend {
    case .openblas, .auto:
      matrixProduct(
        c: c, a: a, aForm, b: b, bForm, m: m, n: n, k: k, accumulate: accumulate,
        aStride: aStride, bStride: bStride, cStride: cStride)
    case .native:
      nativeMatrixProduct(
        precision, c: c, a: a, aForm, b: b, bForm, m: m, n: n, k: k, accumulate: accumulate,
        aStride: aStride, bStride: bStride, cStride: cStride)
    }
  }
}

/// A precision that the backend cannot provide.
public enum MatrixEngineError: Error, Equatable, CustomStringConvertible {
  /// The backend lacks the precision.
  case precision(MatrixEngine.Precision, MatrixEngine.Backend)

  public var description: String {
    switch self {
    case .precision(let precision, let backend):
      "precision \(precision.rawValue) is not to be had from backend \(backend.rawValue): "
        + "set backend to native, or precision to float32"
    }
  }
}
