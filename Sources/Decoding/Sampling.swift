#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
internal import Kernels
public import Randomness

/// How the next token is chosen from the logits: first the temperature, then the `topK` likeliest,
/// then the likeliest whose mass reaches `topP`.
public struct Sampling: Sendable, Equatable {
  /// 0 chooses the likeliest token, the lowest id among equals.
  public var temperature: Double
  /// Only the K likeliest tokens are drawn; `nil`: all.
  public var topK: Int?
  /// Only the likeliest tokens with this total probability are drawn; `nil`: all.
  public var topP: Double?
  /// Ids from this one on are never drawn: padding rows of the vocabulary that stand for no token.
  /// `nil`: all may be drawn.
  public var liveTokens: Int?

  /// The likeliest token, always.
  public static let greedy = Sampling(temperature: 0)

  /// - Parameters:
  ///   - temperature: 0 is greedy.
  ///   - topK: draws among the K likeliest tokens only.
  ///   - topP: draws among the likeliest tokens with this total probability.
  ///   - liveTokens: ids from this one on are never drawn.
  /// - Precondition: none is negative; `topK`, `topP` and `liveTokens` are positive.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, liveTokens: Int? = nil
  ) {
    precondition(
      temperature >= 0 && (topK ?? 1) >= 1 && (topP ?? 1) > 0 && (liveTokens ?? 1) >= 1)
    self.liveTokens = liveTokens
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
  }

  /// A token, or nil when a logit is NaN or infinite.
  ///
  /// Equal logits rank by id. Draws one number from the stream unless greedy.
  public func choose(from logits: Span<Float>, using stream: inout RandomStream) -> Int32? {
    let logits = logits.extracting(first: live(of: logits.count))
    let limit = temperature == 0 ? 1 : topK.flatMap { $0 < logits.count ? $0 : nil }
    guard let likeliest = largestIndices(of: logits, count: limit ?? 1) else { return nil }
    if temperature == 0 { return likeliest[0] }

    if limit == nil, topP == nil {
      return Self.draw(weights(of: logits, likeliest: likeliest[0]), using: &stream)
    }
    let candidates = candidates(of: logits, likeliest: likeliest, isLimited: limit != nil)
    let total = candidates.reduce(0) { $0 + $1.weight }
    var point = stream.unit() * total
    for candidate in candidates {
      point -= candidate.weight
      if point < 0 { return candidate.token }
    }
    return candidates.last { $0.weight > 0 }?.token
  }

  /// How many of `count` logits may be drawn.
  func live(of count: Int) -> Int { min(count, liveTokens ?? count) }

  /// A token that may be drawn and its unnormalised probability.
  typealias Candidate = (token: Int32, weight: Double)

  /// Unnormalised probabilities of all tokens, in order of id.
  func weights(of logits: Span<Float>, likeliest: Int32) -> [Float] {
    exponentials(of: logits, top: logits[Int(likeliest)], factor: Float(1 / temperature))
  }

  /// The tokens that `topK` and `topP` leave.
  ///
  /// - Parameter isLimited: whether `likeliest` are those of `topK`.
  func candidates(
    of logits: Span<Float>, likeliest: [Int32], isLimited: Bool
  ) -> [Candidate] {
    var candidates: [Candidate]
    if isLimited {
      let top = Double(logits[Int(likeliest[0])])
      candidates = likeliest.map { token in
        (token, exp((Double(logits[Int(token)]) - top) / temperature))
      }
    } else {
      candidates = weights(of: logits, likeliest: likeliest[0]).enumerated().map {
        (Int32($0), Double($1))
      }
    }
    if let topP { Self.keep(&candidates, mass: topP) }
    return candidates
  }

  /// Draws one of all tokens by weight, in order of id; nil where all weights are 0. Draws one
  /// number.
  static func draw(_ weights: [Float], using stream: inout RandomStream) -> Int32? {
    let total = weights.reduce(0) { $0 + Double($1) }
    var point = stream.unit() * total
    for (token, weight) in weights.enumerated() {
      point -= Double(weight)
      if point < 0 { return Int32(token) }
    }
    return weights.lastIndex { $0 > 0 }.map { Int32($0) }
  }

  /// Keeps the shortest run of the likeliest whose share reaches `mass`; at least one.
  private static func keep(_ candidates: inout [Candidate], mass: Double) {
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
