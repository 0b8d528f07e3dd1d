internal import COpenBLAS

/// The processor families that OpenBLAS has kernels for, on x86-64.
///
/// OpenBLAS runs the kernels named by `OPENBLAS_CORETYPE` without checking the processor, so the
/// process may die of an illegal instruction. For an unknown name it makes its own choice.
enum BLASCore {
  /// The variable that names a core.
  static let variable = "OPENBLAS_CORETYPE"

  /// Each core with the processor features its kernels use, from the disassembly of 0.3.21 and, for
  /// the last, from its compiler flags.
  private static let cores: [(name: String, needs: Int)] = [
    ("Katmai", 0), ("Coppermine", 0), ("Northwood", 0), ("Banias", 0), ("Athlon", 0),
    ("Prescott", sse3), ("Atom", ssse3), ("Core2", ssse3), ("Nano", ssse3), ("Bobcat", ssse3),
    ("Penryn", sse41), ("Dunnington", sse41), ("Nehalem", sse42), ("Opteron", threeDNow),
    ("Opteron_SSE3", threeDNow | sse3), ("Barcelona", sse3), ("Sandybridge", avx),
    ("Bulldozer", avx | fma4), ("Piledriver", avx | fma3 | fma4),
    ("Steamroller", avx | fma3 | fma4), ("Excavator", avx | fma3 | fma4), ("Haswell", avx2 | fma3),
    ("Zen", avx2 | fma3), ("SkylakeX", avx512), ("Cooperlake", avx512 | bf16),
    ("SapphireRapids", avx512 | bf16 | fp16),
  ]

  private static let sse3 = cob_sse3
  private static let ssse3 = cob_ssse3
  private static let sse41 = cob_sse41
  private static let sse42 = cob_sse42
  private static let avx = cob_avx
  private static let avx2 = cob_avx2
  private static let fma3 = cob_fma3
  private static let fma4 = cob_fma4
  private static let threeDNow = cob_3dnow
  private static let avx512 = cob_avx512
  private static let bf16 = cob_avx512bf16
  private static let fp16 = cob_avx512fp16

  private static let featureNames: [(feature: Int, name: String)] = [
    (sse3, "SSE3"), (ssse3, "SSSE3"), (sse41, "SSE4.1"), (sse42, "SSE4.2"), (avx, "AVX"),
    (avx2, "AVX2"), (fma3, "FMA"), (fma4, "FMA4"), (threeDNow, "3DNow!"), (avx512, "AVX-512"),
    (bf16, "AVX512_BF16"), (fp16, "AVX512_FP16"),
  ]

  /// The core of this name, in upper or lower case, as OpenBLAS spells it.
  ///
  /// - Throws: `unknownCore`; `missing` where its kernels would not run here. Other kinds of
  ///   processor are not checked: OpenBLAS reports what it made of the name.
  static func named(_ name: String) throws(BLASError) -> String {
    let has = Int(cob_processor_features())
    guard has >= 0 else { return name }
    guard let core = cores.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      // The variable may hold any text.
      let shown = name.unicodeScalars.prefix(40).map { $0.isASCII && $0.value >= 0x20 ? $0 : "?" }
      throw .unknownCore(
        name: String(String.UnicodeScalarView(shown)), known: cores.map(\.name))
    }
    let missing = featureNames.filter { core.needs & $0.feature != 0 && has & $0.feature == 0 }
    guard missing.isEmpty else { throw .missing(core: core.name, features: missing.map(\.name)) }
    return core.name
  }
}
