#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
public import Randomness

/// How the next token is chosen from the logits: first the temperature, then the `topK` likeliest,
/// then the likeliest whose mass reaches `topP`.
public struct Sampling: Sendable, Equatable {
  /// 0 chooses the likeliest token, the one of lowest id among equals.
  public var temperature: Double
  public var topK: Int?
  public var topP: Double?

  public static let greedy = Sampling(temperature: 0)

  public init(temperature: Double = 1, topK: Int? = nil, topP: Double? = nil) {
    precondition(temperature >= 0 && (topK ?? 1) >= 1 && (topP ?? 1) > 0)
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// A token, or nil when a logit is NaN or infinite.
  ///
  /// Equal logits rank by id. Draws one number from the stream unless greedy.
  public func choose(from logits: Span<Float>, using stream: inout RandomStream) -> Int32? {
    var best = 0
    for v in logits.indices {
      guard logits[v].isFinite else { return nil }
      if logits[v] > logits[best] { best = v }
    }
    if logits.isEmpty { return nil }
    if temperature == 0 { return Int32(best) }

    var candidates = weights(logits, top: Double(logits[best]))
    if let topP { Self.keep(&candidates, mass: topP) }
    let total = candidates.reduce(0) { $0 + $1.weight }
    var point = stream.unit() * total
    for candidate in candidates {
      point -= candidate.weight
      if point < 0 { return Int32(candidate.token) }
    }
    return (candidates.last { $0.weight > 0 }).map { Int32($0.token) }
  }

  /// Tokens that may be drawn and their unnormalised probabilities: all in order of id, or the
  /// `topK` likeliest first.
  private func weights(_ logits: Span<Float>, top: Double) -> [(token: Int, weight: Double)] {
    var kept: [Int] = []
    if let topK, topK < logits.count {
      kept.reserveCapacity(topK + 1)
      // Insertion into a short sorted list: most tokens are below its last.
      for v in logits.indices {
        if kept.count == topK && logits[v] <= logits[kept[topK - 1]] { continue }
        var place = kept.count
        while place > 0 && logits[v] > logits[kept[place - 1]] { place -= 1 }
        kept.insert(v, at: place)
        if kept.count > topK { kept.removeLast() }
      }
    } else {
      kept = Array(logits.indices)
    }
    var result: [(token: Int, weight: Double)] = []
    result.reserveCapacity(kept.count)
    for v in kept { result.append((v, exp((Double(logits[v]) - top) / temperature))) }
    return result
  }

  /// The shortest run of the likeliest whose share reaches `mass`; at least one.
  private static func keep(_ candidates: inout [(token: Int, weight: Double)], mass: Double) {
    let total = candidates.reduce(0) { $0 + $1.weight }
    // All tokens below this weight together have less than 1 - mass: none of them is needed.
    let least = (1 - mass) * total / Double(candidates.count)
    candidates.removeAll { $0.weight < least }
    candidates.sort { $0.weight != $1.weight ? $0.weight > $1.weight : $0.token < $1.token }
    var sum = 0.0
    for (i, candidate) in candidates.enumerated() {
      sum += candidate.weight
      if sum >= mass * total {
        candidates.removeLast(candidates.count - i - 1)
        return
      }
    }
  }
}
