internal import Kernels

extension Sampling {
  /// The distribution that `choose` draws from, as one probability for each token.
  ///
  /// At temperature 0 all probability is on the likeliest token, the lowest id among equals.
  ///
  /// - Returns: `nil` when a logit is NaN or infinite.
  func distribution(of logits: Span<Float>) -> [Float]? {
    let all = logits.count
    guard var found = liveDistribution(of: logits.extracting(first: live(of: all))) else {
      return nil
    }
    found += [Float](repeating: 0, count: all - found.count)
    return found
  }

  private func liveDistribution(of logits: Span<Float>) -> [Float]? {
    let limit = temperature == 0 ? 1 : topK.flatMap { $0 < logits.count ? $0 : nil }
    guard let likeliest = largestIndices(of: logits, count: limit ?? 1) else { return nil }
    if temperature > 0, limit == nil, topP == nil {
      var all = weights(of: logits, likeliest: likeliest[0])
      let total = all.reduce(0) { $0 + Double($1) }
      for v in all.indices { all[v] = Float(Double(all[v]) / total) }
      return all
    }
    var all = [Float](repeating: 0, count: logits.count)
    if temperature == 0 {
      all[Int(likeliest[0])] = 1
      return all
    }
    let candidates = candidates(of: logits, likeliest: likeliest, isLimited: limit != nil)
    let total = candidates.reduce(0) { $0 + $1.weight }
    for candidate in candidates { all[Int(candidate.token)] = Float(candidate.weight / total) }
    return all
  }
}
