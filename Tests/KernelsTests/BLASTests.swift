import Foundation
import Kernels
import Parallel
import Testing

struct `The library of matrix products` {
  @Test func `is there for several threads at once`() throws {
    try BLAS.require(threads: 3)
    try BLAS.require(threads: 1)
    let pool = WorkerPool(threads: 4)
    let sums = try pool.map(64) { part in
      let a = Floats([Float](repeating: Float(part), count: 33 * 65))
      let c = Floats(zeros: 33 * 33)
      matrixProduct(c: c, a: a, b: a, .transposed, m: 33, n: 33, k: 65)
      return c.array.allSatisfy { $0 == Float(part * part * 65) }
    }
    #expect(sums.allSatisfy { $0 })
  }

  /// OpenBLAS takes its own choice for such a name, without a word.
  @Test func `knows no core of another name`() async {
    await #expect(processExitsWith: .success) {
      setenv("OPENBLAS_CORETYPE", "Zen9\u{1B}", 1)
      do {
        try BLAS.require(threads: 1)
      } catch BLASError.unknownCore(let name, let known) {
        exit(name == "Zen9?" && known.contains("SkylakeX") ? 0 : 1)
      } catch {}
      exit(2)
    }
  }

  @Test func `says of every error what to do`() {
    for error: BLASError in [
      .unknownCore(name: "x", known: ["Zen"]), .missing(core: "SkylakeX", features: ["AVX-512"]),
      .replaced(wanted: "Katmai", by: "Prescott"), .unusable(reason: "no file"),
      .noMemory(threads: 2, bytesPerThread: 1 << 27),
    ] {
      #expect(
        ["unset it", "apt-get install", "ulimit"].contains { "\(error)".contains($0) }, "\(error)")
    }
  }
}
