internal import Kernels
public import Models
internal import Parallel
public import Randomness

/// Writes a large model's text faster with a small model's help, without changing its distribution.
///
/// The draft writes some tokens ahead; the model reads them all in one step and keeps those it
/// might have written itself (Leviathan, Kalman, Matias 2023, algorithm 1; Chen et al. 2023):
///
///     token x of draft q is kept with probability min(1, p(x) / q(x))
///     the first one not kept is drawn anew from max(0, p - q), renormalised
///
/// Here p and q are the sampling's distributions of the two models. So every token is distributed
/// as if the model wrote alone; at temperature 0 the text is the model's own.
public final class SpeculativeDecoder: Sendable {
  /// A text and the steps it took.
  public struct Written: Sendable, Equatable {
    /// The stop token included where one was written.
    public var tokens: [Int32]
    /// Tokens proposed by the draft.
    public var proposed = 0
    /// Those of them that the model kept.
    public var accepted = 0
    /// Steps of the large model, without the reading of the prompt.
    public var steps = 0
    /// The first new token at which the model's two best logits differed by less than `closeCall`;
    /// greedy texts of other programs may differ from there on.
    public var firstCloseCall: Int?
  }

  /// Logits closer than this may be ordered by rounding alone.
  public static let closeCall: Float = 1e-3

  private let model, draft: CachedForward
  private let configuration, draftConfiguration: TransformerConfiguration
  /// Tokens the draft writes ahead.
  public let ahead: Int
  /// Longest prompt and continuation together.
  public let positions: Int

  /// - Parameters:
  ///   - ahead: tokens the draft writes before the model checks them.
  ///   - positions: room for a prompt and its continuation.
  /// - Throws: `ModelError.batch` for a draft with another vocabulary.
  public init(
    model: DecoderWeights, draft: DecoderWeights, ahead: Int = 4, positions: Int, threads: Int = 1
  ) throws(ModelError) {
    precondition(ahead >= 1 && positions >= 1)
    configuration = model.configuration
    draftConfiguration = draft.configuration
    guard configuration.vocabularySize == draftConfiguration.vocabularySize else {
      throw .batch(
        reason:
          "the draft gives logits for \(draftConfiguration.vocabularySize) ids, the model for "
          + "\(configuration.vocabularySize): they must be as many")
    }
    self.ahead = ahead
    self.positions = min(positions, configuration.positionCount)
    let pool = WorkerPool(threads: threads)
    let room = self.positions + ahead + 1
    func forward(_ weights: DecoderWeights) -> CachedForward {
      weights.forward(
        slots: 1, positions: min(room, weights.configuration.positionCount),
        rowCapacity: max(Self.promptRows, ahead + 1), logitRows: ahead + 1, pool: pool)
    }
    self.model = forward(model)
    self.draft = forward(draft)
  }

  /// Prompt tokens read at once.
  private static let promptRows = 192

  /// Continues one prompt until a stop token, `newTokens` tokens or the last position.
  ///
  /// - Throws: `ModelError` for a prompt that does not fit or logits that are not finite.
  public func generate(
    prompt: [Int32], newTokens: Int, stop: Set<Int32>, sampling: Sampling,
    stream: inout RandomStream
  ) throws(ModelError) -> Written {
    guard !prompt.isEmpty else { throw .sequenceLength(sequence: 0, length: 0, limit: positions) }
    try Batch(sequences: [prompt]).check(configuration, longest: positions)
    var written = Written(tokens: [])
    if newTokens < 1 { return written }
    var text = prompt
    // Tokens whose keys and values each cache holds.
    var (known, guessed) = (0, 0)
    read(model, text.dropLast(), from: &known)
    while written.tokens.count < newTokens, text.count <= positions {
      let left = min(newTokens - written.tokens.count, positions + 1 - text.count)
      // Beyond the draft's last position the model continues alone.
      let room = min(positions, draftConfiguration.positionCount) - text.count
      let count = max(0, min(ahead, left - 1, room))
      var proposals: [(token: Int32, q: [Float])] = []
      var guess = text
      while proposals.count < count {
        guard
          let row = rows(of: draft, after: guess, from: &guessed, last: 1, sampling)?.first,
          let token = Sampling.draw(row.distribution, using: &stream)
        else { throw .logits(sequence: 0) }
        proposals.append((token, row.distribution))
        guess.append(token)
      }
      guard
        let rows = rows(
          of: model, after: guess, from: &known, last: proposals.count + 1, sampling)
      else { throw .logits(sequence: 0) }
      written.steps += 1
      written.proposed += proposals.count
      var kept = 0
      var next: Int32?
      for (place, proposal) in proposals.enumerated() {
        let (p, q) = (rows[place].distribution, proposal.q)
        let x = Int(proposal.token)
        // q[x] is above 0: it was drawn.
        if p[x] >= q[x] || Float(stream.unit()) * q[x] < p[x] {
          kept += 1
          if stop.contains(proposal.token) { break }
        } else {
          next = Sampling.draw(zip(p, q).map { max(0, $0 - $1) }, using: &stream)
          break
        }
      }
      written.accepted += kept
      let accepted = proposals.prefix(kept).map(\.token)
      var new = accepted
      let isStopped = accepted.last.map(stop.contains) ?? false
      if !isStopped {
        // Where rounding leaves nothing of max(0, p - q), the two are alike: draw from p itself.
        guard
          let token = next ?? Sampling.draw(rows[kept].distribution, using: &stream)
        else { throw .logits(sequence: 0) }
        new.append(token)
      }
      if written.firstCloseCall == nil,
        let close = rows.prefix(new.count).firstIndex(where: \.isCloseCall)
      {
        written.firstCloseCall = written.tokens.count + close
      }
      text += new
      written.tokens += new
      // Tokens read beyond the kept ones are read again.
      known = min(known, text.count - 1)
      guessed = min(guessed, text.count - 1, text.count - new.count + kept)
      if let last = new.last, stop.contains(last) { break }
    }
    return written
  }

  /// Reads the tokens of a text that a cache does not hold yet.
  private func read(_ forward: CachedForward, _ tokens: ArraySlice<Int32>, from known: inout Int) {
    while known < tokens.count {
      let count = min(forward.rowCapacity, tokens.count - known)
      let some = Array(tokens[(tokens.startIndex + known)...].prefix(count))
      forward.step(
        tokens: some.span,
        runs: [CachedForward.Run(slot: 0, count: count, position: known, logits: 0)])
      known += count
    }
  }

  /// Logits after one token.
  private struct Row {
    /// The sampling's distribution of them.
    let distribution: [Float]
    let isCloseCall: Bool
  }

  /// The logits after the last tokens of a text.
  ///
  /// - Returns: one row for each of the last tokens; `nil` where logits are not finite.
  private func rows(
    of forward: CachedForward, after text: [Int32], from known: inout Int, last: Int,
    _ sampling: Sampling
  ) -> [Row]? {
    read(forward, text.dropLast(last), from: &known)
    let tokens = Array(text[known...])
    forward.step(
      tokens: tokens.span,
      runs: [CachedForward.Run(slot: 0, count: tokens.count, position: known, logits: last)])
    known = text.count
    var rows: [Row] = []
    for row in 0..<last {
      let logits = forward.logits(row)
      guard let found = logits.withSpan({ sampling.distribution(of: $0) }) else { return nil }
      let best = logits.withSpan { largestIndices(of: $0, count: 2) } ?? []
      let isClose =
        best.count == 2 && logits[Int(best[0])] - logits[Int(best[1])] < Self.closeCall
      rows.append(Row(distribution: found, isCloseCall: isClose))
    }
    return rows
  }
}
