internal import COpenBLAS

/// The matrix-product library, always on one thread: its results differ between thread counts.
public enum BLAS {
  /// Set once, before the first product.
  static let ready: Void = openblas_set_num_threads(1)

  /// The processor family whose kernels OpenBLAS runs: its own choice, unless the variable
  /// `OPENBLAS_CORETYPE` names one.
  public static var coreName: String {
    _ = ready
    return String(cString: openblas_get_corename())
  }

  /// Whether the core leaves the processor's AVX-512 unused: about half the rate.
  public static var isBelowProcessor: Bool {
    let withAVX512 = ["SkylakeX", "Cooperlake", "SapphireRapids"]
    return Dispatch.best == .v4 && !withAVX512.contains(coreName)
  }

  /// OpenBLAS's version and build settings.
  public static var configuration: String {
    _ = ready
    return String(cString: openblas_get_config())
  }
}
