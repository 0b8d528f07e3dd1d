internal import CKernels

/// The indices of the `count` largest elements, larger ones first, among equal ones the lower index
/// first; nil when an element is not finite or there is none.
///
/// The elements are read twice, not sorted: those that reach the `count`-th largest maximum of
/// short blocks are few.
public func largestIndices(of x: Span<Float>, count: Int) -> [Int32]? {
  precondition(count >= 1)
  let n = x.count
  if n == 0 { return nil }
  let k = min(count, n)
  return x.withUnsafeBufferPointer { elements -> [Int32]? in
    guard let x = elements.baseAddress else { return nil }
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: ck_largest_scratch(n, k)) {
      scratch -> [Int32]? in
      func find(room: Int) -> (found: Int, indices: [Int32]) {
        var found = 0
        let indices = [Int32](unsafeUninitializedCapacity: room) { buffer, initialized in
          found = ck_largest(n, x, k, room, buffer.baseAddress, scratch.baseAddress)
          initialized = found == 0 || found > room ? 0 : k
        }
        return (found, indices)
      }
      let room = min(n, 2 * k + 64)
      var result = find(room: room)
      // Many equal elements.
      if result.found > room { result = find(room: result.found) }
      return result.found == 0 ? nil : result.indices
    }
  }
}

/// `e^((x - top) factor)` of every element, about 1e-7 relative off; 0 below e^-87.
public func exponentials(of x: Span<Float>, top: Float, factor: Float) -> [Float] {
  x.withUnsafeBufferPointer { x in
    [Float](unsafeUninitializedCapacity: x.count) { buffer, count in
      ck_exponentials(x.count, x.baseAddress, top, factor, buffer.baseAddress)
      count = x.count
    }
  }
}
