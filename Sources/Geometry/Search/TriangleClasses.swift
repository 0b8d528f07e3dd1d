/// Triples that are similar in the figure, in buckets, and which of them are known to be.
///
/// The members of a bucket have their vertices in corresponding order. Of the members known to be
/// similar one is the leader, and only leaders are compared: what holds for one holds for all.
struct TriangleClasses {
  /// Vertices, then 1 if they turn counter-clockwise.
  private(set) var members: ContiguousArray<SIMD4<UInt8>> = []
  /// Per bucket, the members that still stand for a class of their own.
  var leaders: ContiguousArray<ContiguousArray<Int32>> = []

  /// Triples sorted by shape: `x` and `y` of similar ones agree within the tolerance.
  mutating func add(_ shapes: ContiguousArray<(x: Double, y: Double, vertices: SIMD4<UInt8>)>) {
    let tolerance = 8 * Figure.tolerance
    let order = shapes.indices.sorted { shapes[$0].x < shapes[$1].x }
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count && shapes[order[end]].x - shapes[order[end - 1]].x < tolerance {
        end += 1
      }
      if end - start > 1 {
        let column = order[start..<end].sorted { shapes[$0].y < shapes[$1].y }
        var from = 0
        while from < column.count {
          var to = from + 1
          while to < column.count && shapes[column[to]].y - shapes[column[to - 1]].y < tolerance {
            to += 1
          }
          if to - from > 1 {
            var bucket = ContiguousArray<Int32>()
            for index in column[from..<to] {
              bucket.append(Int32(members.count))
              members.append(shapes[index].vertices)
            }
            leaders.append(bucket)
          }
          from = to
        }
      }
      start = end
    }
  }
}
