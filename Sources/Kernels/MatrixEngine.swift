/// What makes the matrix products of a model, and in which precision.
///
/// Part of what results depend on, so it is configuration and never chosen silently.
public struct MatrixEngine: Sendable, Equatable {
  /// Whose kernels.
  public enum Backend: String, CaseIterable, Sendable {
    /// The system's OpenBLAS, one thread a call.
    case openblas
    /// Retort's own, for AVX-512.
    case native
  }

  /// What the operands of a product are rounded to. Sums are float32, and so is what lies in memory.
  public enum Precision: String, CaseIterable, Sendable {
    case float32
    case bfloat16
  }

  public let backend: Backend
  public let precision: Precision

  private init(unchecked backend: Backend, _ precision: Precision) {
    self.backend = backend
    self.precision = precision
  }

  /// OpenBLAS in float32: needs nothing else and runs everywhere.
  public static let openBLAS = MatrixEngine(unchecked: .openblas, .float32)

  /// - Throws: `MatrixEngineError` for what this processor or backend lacks.
  public init(backend: Backend, precision: Precision) throws(MatrixEngineError) {
    switch (backend, precision) {
    case (.openblas, .float32): break
    case (.openblas, .bfloat16): throw .precision(precision, backend)
    case (.native, .float32):
      guard Dispatch.best >= .v4 else { throw .backend(backend) }
    case (.native, .bfloat16):
      guard Dispatch.best >= .v4 else { throw .backend(backend) }
      guard Dispatch.hasBFloat16 else { throw .precision(precision, backend) }
    }
    self.init(unchecked: backend, precision)
  }

  /// `c = op(a) op(b)`, or accumulating `c += op(a) op(b)`, as `matrixProduct` has it.
  public func product(
    c: Floats, a: Floats, _ aForm: Transposition = .asIs, b: Floats,
    _ bForm: Transposition = .asIs, m: Int, n: Int, k: Int, accumulate: Bool = false,
    aStride: Int? = nil, bStride: Int? = nil, cStride: Int? = nil
  ) {
    switch backend {
    case .openblas:
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

/// A wish for matrix products that cannot be met here.
public enum MatrixEngineError: Error, Equatable, CustomStringConvertible {
  /// The processor lacks what the backend needs.
  case backend(MatrixEngine.Backend)
  /// The backend or the processor lacks the precision.
  case precision(MatrixEngine.Precision, MatrixEngine.Backend)

  public var description: String {
    switch self {
    case .backend(let backend):
      "backend \(backend.rawValue) needs a processor with AVX-512: set backend to openblas"
    case .precision(let precision, let backend):
      "precision \(precision.rawValue) is not to be had from backend \(backend.rawValue) on this "
        + "processor: bfloat16 needs backend native and AVX512_BF16; or set precision to float32"
    }
  }
}
