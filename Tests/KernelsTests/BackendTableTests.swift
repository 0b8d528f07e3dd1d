import Kernels
import Testing

struct `Backend table` {
  /// Who names a backend gets it, whatever the table says.
  @Test func `a backend that is named stays`() {
    for backend in MatrixEngine.Backend.concrete {
      for set in Dispatch.available {
        let found = Dispatch.using(set) {
          BackendTable.resolved(backend, .float32, for: .training(width: 64))
        }
        #expect(found == backend)
      }
    }
  }

  /// What stands in a stage's configuration must be a backend that says which bits come out.
  @Test(arguments: Dispatch.available)
  func `auto is one of the two, the same every time`(set: InstructionSet) throws {
    let works: [BackendTable.Work] =
      [1, 64, 128, 129, 512, 513, 4096].map { .training(width: $0) } + [.labelling]
    for work in works {
      Dispatch.using(set) {
        let found = BackendTable.resolved(.auto, .float32, for: work)
        #expect(MatrixEngine.Backend.concrete.contains(found))
        for _ in 0..<3 { #expect(BackendTable.resolved(.auto, .float32, for: work) == found) }
        #expect(BackendTable.resolved(.auto, .bfloat16, for: work) == .native)
      }
    }
    let engine = try MatrixEngine(backend: .auto, precision: .bfloat16)
    #expect(engine.backend == .native)
  }

  /// SSE2 has no fused multiply-add: OpenBLAS's own kernels are the faster ones there.
  @Test func `without AVX2 it is OpenBLAS`() {
    Dispatch.using(.baseline) {
      #expect(BackendTable.resolved(.auto, .float32, for: .labelling) == .openblas)
    }
  }
}
