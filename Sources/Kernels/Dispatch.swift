internal import CKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// An instruction set that every kernel has a copy for.
public enum InstructionSet: Int32, CaseIterable, Sendable, Comparable {
  /// What every processor of the architecture has.
  case baseline = 0
  /// AVX2 and FMA.
  case v3 = 1
  /// AVX-512.
  case v4 = 2

  /// As `RETORT_ISA` spells it.
  public var name: String {
    switch self {
    case .baseline: "baseline"
    case .v3: "v3"
    case .v4: "v4"
    }
  }

  public static func < (a: InstructionSet, b: InstructionSet) -> Bool { a.rawValue < b.rawValue }
}

/// An instruction set that is unknown or that the processor lacks.
public enum DispatchError: Error, Equatable, CustomStringConvertible {
  /// Unknown name: a usage error.
  case unknown(value: String)
  /// The processor lacks it.
  case missing(wanted: InstructionSet, best: InstructionSet)

  public var description: String {
    switch self {
    case .unknown(let value):
      "RETORT_ISA is '\(value)': expected v4, v3 or baseline; unset it to take the best"
    case .missing(let wanted, let best):
      "RETORT_ISA asks for \(wanted.name), this processor has at most \(best.name): "
        + "unset RETORT_ISA or lower it"
    }
  }
}

/// Which copy of the kernels runs: the best one the processor has, chosen once, unless lowered.
public enum Dispatch {
  /// The variable that lowers the instruction set.
  public static let variable = "RETORT_ISA"

  /// Best instruction set of this processor.
  public static var best: InstructionSet { InstructionSet(rawValue: ck_isa_best()) ?? .baseline }

  /// Whether the processor multiplies bfloat16 (AVX512_BF16).
  public static var hasBFloat16: Bool { ck_has_bfloat16() != 0 }

  /// Whether the processor multiplies bytes in 256-bit vectors (AVX-VNNI).
  public static var hasAVXVNNI: Bool { ck_has_avx_vnni() != 0 }

  /// All instruction sets that run here, lowest first.
  public static var available: [InstructionSet] {
    InstructionSet.allCases.filter { $0 <= best }
  }

  /// The instruction set in force on the calling thread.
  public static var current: InstructionSet {
    InstructionSet(rawValue: ck_isa()) ?? .baseline
  }

  /// Sets the process's instruction set from `RETORT_ISA`; call it once, at start.
  ///
  /// - Throws: `unknown` for another value, `missing` for one that the processor lacks.
  public static func configure(environment: [String: String]) throws(DispatchError) {
    guard let value = environment[variable] else {
      ck_isa_set(best.rawValue)
      return
    }
    guard let wanted = InstructionSet.allCases.first(where: { $0.name == value }) else {
      throw .unknown(value: value)
    }
    guard wanted <= best else { throw .missing(wanted: wanted, best: best) }
    ck_isa_set(wanted.rawValue)
  }

  /// Runs `body` with the calling thread's kernels at `set`, which the processor must have.
  /// Other threads are not touched: worker pools keep the process's instruction set.
  package static func using<Result>(
    _ set: InstructionSet, _ body: () throws -> Result
  ) rethrows -> Result {
    precondition(set <= best, "this processor lacks \(set.name)")
    let before = ck_isa_override(set.rawValue)
    defer { _ = ck_isa_override(before) }
    return try body()
  }
}
