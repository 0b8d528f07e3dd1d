extension RowLoss {
  /// Losses of a tile of which some rows hold no label: these learn their next token, with the
  /// whole weight of the loss.
  ///
  /// - Parameter unlabelled: for each row whether it holds none; `nil`: all hold one.
  public func callAsFunction(_ tile: LossTile, unlabelled: [Bool]?) -> SoftLossSums {
    guard let unlabelled, readsDistributions, unlabelled.contains(true) else { return self(tile) }
    return tile.sums(ofRunsIn: unlabelled) { $1 ? NextToken()($0) : self($0) }
  }
}

extension LossTile {
  /// Sums over runs of adjacent rows that have the same flag, each run a tile of its own.
  func sums(
    ofRunsIn flags: [Bool], _ loss: (_ rows: LossTile, _ flag: Bool) -> SoftLossSums
  ) -> SoftLossSums {
    precondition(flags.count == tokens.count)
    var found = SoftLossSums()
    var first = 0
    while first < flags.count {
      var end = first + 1
      while end < flags.count, flags[end] == flags[first] { end += 1 }
      var some = loss(rows(first..<end), flags[first])
      some.badRow = some.badRow.map { $0 + first }
      found += some
      first = end
    }
    return found
  }

  /// Some rows of the tile, with the same scratch.
  func rows(_ some: Range<Int>) -> LossTile {
    let V = vocabulary
    func whole(_ all: Floats, _ width: Int) -> Floats {
      all[(some.lowerBound * width)..<(some.upperBound * width)]
    }
    let part: Distributions? =
      switch distributions {
      case .logits(let all): .logits(whole(all, V))
      case .halves(let all, let rows): .halves(all, rows: Array(rows[some]))
      case .sparse(let all, let rows, let room):
        .sparse(all, rows: Array(rows[some]), room: whole(room, V))
      case .top(let all, let rows): .top(all, rows: shifted(rows, some))
      case .projected(let all, let entropies):
        .projected(
          whole(all, all.count / max(1, tokens.count)), entropies: Array(entropies[some]))
      case nil: nil
      }
    return LossTile(
      logits: whole(logits, V), vocabulary: V, tokens: shifted(tokens, some),
      weights: shifted(weights, some), distributions: part, gradientScale: gradientScale,
      hidden: hidden.map { whole($0, $0.count / max(1, tokens.count)) }, scratch: scratch)
  }

  private func shifted<T>(_ slice: ArraySlice<T>, _ some: Range<Int>) -> ArraySlice<T> {
    slice[(slice.startIndex + some.lowerBound)..<(slice.startIndex + some.upperBound)]
  }
}
