import Kernels
import Testing

struct `Attention with a cache` {
  static let cases: [(InstructionSet, Bool)] = Dispatch.available.flatMap {
    [($0, false), ($0, true)]
  }

  /// Scores are sums of D products, shares and outputs sums of up to `length`: about
  /// (D + length) roundings of numbers below 10. Halved caches round keys and values first, as the
  /// reference then does.
  @Test(arguments: cases)
  func `agrees with attention over the whole sequence`(set: InstructionSet, halved: Bool) {
    for (D, heads) in [(2, 1), (16, 2), (24, 3), (32, 1), (64, 3), (112, 1)] {
      let shape = AttentionShape(heads: heads, keyValueHeads: 1, headWidth: D)
      for length in [1, 15, 16, 17, 63, 64, 65, 130] {
        var x = draw(length * shape.projectedWidth, seed: UInt64(length))
        let cache = KeyValueCache(
          in: Floats(
            [Float](
              repeating: .nan,
              count: KeyValueCache.floats(positions: length, headWidth: D, halved: halved))),
          positions: length, headWidth: D, halved: halved)
        for t in 0..<length {
          let key = t * shape.projectedWidth + heads * D
          cache.store(
            key: Floats(Array(x[key..<(key + D)])),
            value: Floats(Array(x[(key + D)..<(key + 2 * D)])), at: t)
          if halved {
            for i in key..<(key + 2 * D) { x[i] = Float(Reference.bfloat16(x[i])) }
          }
        }
        let expected = Reference.attentionForward(
          projected: doubles(x), rowStarts: [0, length], shape: shape)
        let y = Floats(zeros: shape.outputWidth)
        let last = (length - 1) * shape.projectedWidth
        Dispatch.using(set) {
          cache.attend(
            y: y, query: Floats(Array(x[last..<(last + heads * D)])), heads: heads,
            length: length, scratch: Floats(zeros: cache.capacity))
        }
        #expect(
          mismatch(
            y.array, Array(expected.suffix(shape.outputWidth)), absolute: 2e-5, relative: 0) == nil,
          "\(D) \(length)")
        // A window: what lies before it is not seen.
        for window in [1, 2, 15, 16, 17, 40] where window < length {
          let inside = Reference.attentionForward(
            projected: doubles(x), rowStarts: [0, length], shape: shape, window: window)
          Dispatch.using(set) {
            cache.attend(
              y: y, query: Floats(Array(x[last..<(last + heads * D)])), heads: heads,
              first: length - window, length: length, scratch: Floats(zeros: cache.capacity))
          }
          #expect(
            mismatch(
              y.array, Array(inside.suffix(shape.outputWidth)), absolute: 2e-5, relative: 0)
              == nil, "\(D) \(length) \(window)")
        }
        // A planted fault: one position forgotten.
        if length > 1 {
          Dispatch.using(set) {
            cache.attend(
              y: y, query: Floats(Array(x[last..<(last + heads * D)])), heads: heads,
              length: length - 1, scratch: Floats(zeros: cache.capacity))
          }
          #expect(
            mismatch(
              y.array, Array(expected.suffix(shape.outputWidth)), absolute: 2e-5, relative: 0)
              != nil)
        }
      }
    }
  }

  @Test func `a full cache traps`() async {
    await #expect(processExitsWith: .failure) {
      let cache = KeyValueCache(
        in: Floats(zeros: 64), positions: 16, headWidth: 2, halved: false)
      cache.store(key: Floats(zeros: 2), value: Floats(zeros: 2), at: 16)
    }
  }
}
