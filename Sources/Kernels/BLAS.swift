internal import COpenBLAS
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The matrix-product library, always on one thread: its results differ between thread counts.
///
/// The first product loads it. A command that multiplies calls `require` before it begins, so that
/// a fault is an ordinary error; a product that finds a fault later can only end the process.
public enum BLAS {
  /// Checks the core named by `OPENBLAS_CORETYPE`, loads the library and makes room for `threads`
  /// threads to multiply at once.
  ///
  /// - Throws: `BLASError`, promptly; when memory is short, OpenBLAS itself waits for ever.
  public static func require(threads: Int) throws(BLASError) {
    switch loading {
    case .failure(let error): throw error
    case .success: break
    }
    guard cob_reserve(Int32(clamping: threads)) == cob_ready else {
      throw .noMemory(threads: threads, bytesPerThread: cob_buffer_bytes())
    }
  }

  /// The processor family whose kernels OpenBLAS runs: its own choice, unless the variable
  /// `OPENBLAS_CORETYPE` names one. Loads the library.
  public static var coreName: String {
    requireLoaded()
    return String(cString: cob_core_name())
  }

  /// Whether the core leaves the processor's AVX-512 unused: about half the rate.
  public static var isBelowProcessor: Bool {
    let withAVX512 = ["SkylakeX", "Cooperlake", "SapphireRapids"]
    return Dispatch.best == .v4 && !withAVX512.contains(coreName)
  }

  /// OpenBLAS's version and build settings.
  public static var configuration: String {
    requireLoaded()
    return String(cString: cob_configuration())
  }

  private static let loading: Result<Void, BLASError> = {
    do throws(BLASError) {
      try load()
      return .success(())
    } catch {
      return .failure(error)
    }
  }()

  private static func load() throws(BLASError) {
    let variable = getenv(BLASCore.variable).map { String(cString: $0) } ?? ""
    let wanted = try variable.isEmpty ? nil : BLASCore.named(variable)
    switch cob_load() {
    case cob_ready: break
    case cob_no_memory: throw .noMemory(threads: 1, bytesPerThread: cob_buffer_bytes())
    default: throw .unusable(reason: String(cString: cob_reason()))
    }
    let found = String(cString: cob_core_name())
    if let wanted, wanted.lowercased() != found.lowercased() {
      throw .replaced(wanted: wanted, by: found)
    }
  }

  private static func requireLoaded() {
    if case .failure(let error) = loading { end(error) }
  }

  /// Row-major `c = op(a) op(b) + beta c`, as CBLAS has it.
  static func product(
    _ aForm: Transposition, _ bForm: Transposition, m: Int, n: Int, k: Int,
    a: UnsafePointer<Float>, aStride: Int, b: UnsafePointer<Float>, bStride: Int, beta: Float,
    c: UnsafeMutablePointer<Float>, cStride: Int
  ) {
    requireLoaded()
    let state = cob_sgemm(
      aForm == .asIs ? 0 : 1, bForm == .asIs ? 0 : 1, Int32(m), Int32(n), Int32(k), a,
      Int32(aStride), b, Int32(bStride), beta, c, Int32(cStride))
    if state != cob_ready { end(.noMemory(threads: 1, bytesPerThread: cob_buffer_bytes())) }
  }

  /// Ends the process: an error inside a product cannot be returned to the caller.
  private static func end(_ error: BLASError) -> Never {
    MemoryShortage.end("\(error)")
  }
}

/// Why the matrix-product library cannot be used.
public enum BLASError: Error, Equatable, Sendable, CustomStringConvertible {
  /// `OPENBLAS_CORETYPE` names an unknown core: a usage error.
  case unknownCore(name: String, known: [String])
  /// The processor lacks features that the core's kernels use.
  case missing(core: String, features: [String])
  /// The library runs another core than the one requested.
  case replaced(wanted: String, by: String)
  /// The library is missing or cannot be used.
  case unusable(reason: String)
  /// The memory limit leaves no room.
  case noMemory(threads: Int, bytesPerThread: Int)

  public var description: String {
    switch self {
    case .unknownCore(let name, let known):
      "\(BLASCore.variable) is '\(name)': expected one of "
        + known.joined(separator: ", ") + "; unset it to take the best"
    case .missing(let core, let features):
      "\(BLASCore.variable) asks for \(core), whose kernels need \(features.joined(separator: ", ")); "
        + "this processor has not: unset it or name another core"
    case .replaced(let wanted, let by):
      "\(BLASCore.variable) asks for \(wanted), OpenBLAS has \(by) in its place: unset it or name "
        + "\(by)"
    case .unusable(let reason):
      "no matrix products: \(reason) -- apt-get install libopenblas-dev"
    case .noMemory(let threads, let bytes):
      "too little memory for matrix products: OpenBLAS maps \(bytes >> 20) MiB for each of "
        + "\(threads == 1 ? "1 thread" : "\(threads) threads"), the limit leaves less -- raise it "
        + "(`ulimit -v`, `ulimit -d`)" + (threads > 1 ? " or take fewer --threads" : "")
    }
  }
}
