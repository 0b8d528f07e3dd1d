internal import CKernels

/// A tile of whole distributions as C kernels take it.
struct TilePointers {
  let R, V: Int
  let logits: UnsafeMutablePointer<Float>
  /// One of the two is set: floats row by row, or halves where row r is row `rows[r]`.
  let targets: UnsafePointer<Float>?
  let halves: UnsafePointer<UInt16>?
  let rows: UnsafePointer<Int32>?
  let tokens: UnsafePointer<Int32>?
  let weights: UnsafePointer<Float>?
  let gradientScale: Float
  let scratch: UnsafeMutablePointer<Float>
  /// The kernel's results.
  var sums = ck_loss()
  var bad = -1
}

extension LossTile {
  /// Calls a kernel on the tile's rows.
  ///
  /// - Precondition: the distributions are whole ones; tokens and rows lie where they should.
  func withPointers(_ kernel: (inout TilePointers) -> Void) -> SoftLossSums {
    let R = tokens.count
    Kernels.check(logits: logits, V: vocabulary, tokens: tokens.span, weights: weights.span)
    precondition(scratch.count >= 3 * vocabulary)
    var floats: UnsafePointer<Float>?
    var halves: Halves?
    var places: [Int32] = []
    switch distributions {
    case .logits(let all):
      precondition(all.count >= R * vocabulary)
      floats = UnsafePointer(all.pointer)
    case .halves(let all, let rows):
      Kernels.check(rows: rows.span, of: all.count / vocabulary, R: R)
      (halves, places) = (all, rows)
    case .sparse(let all, let rows, let room):
      Kernels.check(rows: rows.span, of: all.rowCount, R: R)
      all.expand(rows, tokens: tokens.span, vocabulary: vocabulary, into: room)
      floats = UnsafePointer(room.pointer)
    case .top, .projected, nil: preconditionFailure("a loss on whole distributions without any")
    }
    return tokens.withUnsafeBufferPointer { tokens in
      weights.withUnsafeBufferPointer { weights in
        places.withUnsafeBufferPointer { places in
          var tile = TilePointers(
            R: R, V: vocabulary, logits: logits.pointer, targets: floats,
            halves: halves.map { UnsafePointer($0.pointer) }, rows: places.baseAddress,
            tokens: tokens.baseAddress, weights: weights.baseAddress,
            gradientScale: gradientScale, scratch: scratch.pointer)
          kernel(&tile)
          return SoftLossSums(tile.sums, bad: tile.bad)
        }
      }
    }
  }
}
