import Kernels
import Testing

struct `Counting what the heap is asked for` {
  @Test func `counts the calling thread's blocks while it is asked to, and no others`() {
    var kept: [[UInt64]] = []
    let none = HeapCount.during {}
    let two = HeapCount.during {
      kept.append([UInt64](repeating: 1, count: 1000))
      kept.append([UInt64](repeating: 2, count: 1000))
    }
    kept.append([UInt64](repeating: 3, count: 1000))
    #expect(kept.count == 3 && none == HeapCount.during {})
    #if canImport(Glibc)
      #expect(two.blocks >= 2 && two.bytes >= 16_000 && two.bytes < 24_000)
    #else
      #expect(two.blocks == 0)
    #endif
  }
}
