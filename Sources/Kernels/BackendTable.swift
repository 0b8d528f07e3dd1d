/// What `backend: auto` stands for: the faster backend by instruction set and kind of work, as
/// measured by `retort bench kernels --table`, which prints the lines below.
///
/// A fixed table, not a measurement: results must not depend on how busy a machine was.
public enum BackendTable {
  /// Kind of work that needs matrix products.
  public enum Work: Equatable, Sendable {
    /// Training steps of a model of this width.
    case training(width: Int)
    /// Forward passes over whole sequences, weights unchanged.
    case labelling
  }

  /// Kinds of work that share one line: models up to twice as wide as those measured.
  enum Row: String, CaseIterable {
    /// Widths up to 128: measured with `tiny`.
    case narrow
    /// Up to 512: `small`.
    case middle
    /// `base`.
    case wide
    /// Forward products of `small`.
    case labelling

    init(_ work: Work) {
      switch work {
      case .training(let width): self = width <= 128 ? .narrow : width <= 512 ? .middle : .wide
      case .labelling: self = .labelling
      }
    }
  }

  /// The faster backend in float32; OpenBLAS where there is no entry.
  static let faster: [InstructionSet: [Row: MatrixEngine.Backend]] = [
    .v3: [.narrow: .native, .middle: .openblas, .wide: .openblas, .labelling: .native],
    .v4: [.narrow: .native, .middle: .native, .wide: .native, .labelling: .native],
  ]

  /// `backend`, or what `auto` stands for on the calling thread's instruction set.
  ///
  /// Only the native backend has bfloat16.
  public static func resolved(
    _ backend: MatrixEngine.Backend, _ precision: MatrixEngine.Precision, for work: Work
  ) -> MatrixEngine.Backend {
    guard backend == .auto else { return backend }
    if precision == .bfloat16 { return .native }
    return faster[Dispatch.current]?[Row(work)] ?? .openblas
  }
}
