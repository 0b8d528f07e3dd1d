internal import Archives
internal import Files
internal import Judging
internal import Models
internal import Records
internal import Sets
internal import Stages
internal import Tokenization
internal import Verifiers

/// Weights of target tokens, from what verifiers say of the traces: those of a set, or those that
/// the student writes, whose tokens are rewarded so (`texts: student`).
///
///     loss = sum_t w[t] loss[t] / sum_t w[t]
///
/// so that a step's size does not depend on how much of its batch weighs something.
public struct TokenWeights: Sendable, Equatable {
  /// Weight of every token of a trace that was accepted, rejected, or not judged.
  public var accepted: Double
  /// Of a trace that a verifier rejected; 0: nothing of it is learnt.
  public var rejected: Double
  /// Of a trace without a verdict.
  public var unchecked: Double
  /// Factor of the tokens after the first line that a verifier finds wrong.
  public var afterError: Double

  /// Whether some token of every trace weighs something, whatever its verdict.
  var alwaysWeigh: Bool { rejected > 0 && unchecked > 0 && accepted > 0 }

  /// Reads `weights`, which is not in the key where it is left out.
  static func read(
    _ settings: inout Settings
  ) throws(ConfigurationError) -> TokenWeights? {
    try settings.optionalBlock("weights") { block throws(ConfigurationError) in
      let weights = TokenWeights(
        accepted: try block.double(
          "accepted", default: 1, in: 0...1000, "weight of the tokens of accepted traces"),
        rejected: try block.double(
          "rejected", default: 0.2, in: 0...1000, "weight of the tokens of rejected ones"),
        unchecked: try block.double(
          "unchecked", default: 1, in: 0...1000, "weight of the tokens of traces without a verdict"),
        afterError: try block.double(
          "after_error", default: 1, in: 0...1,
          "factor of tokens after the first line that the family's verifier finds wrong; 0 masks them"
        ))
      guard weights.accepted > 0 || weights.rejected > 0 || weights.unchecked > 0 else {
        throw block.error("accepted", "all weights are 0, so nothing would be learnt")
      }
      return weights
    }
  }

  /// Weights of the tokens of a sample, one for each; `nil`: all are 1.
  ///
  /// - Parameters:
  ///   - tokens, mask: of the sample.
  ///   - tokenizer: of the tokens.
  func weights(
    of sample: ArchiveSample, tokens: [Int32], mask: [UInt8], tokenizer: Tokenizer, set: String
  ) throws -> [Float]? {
    guard sample[ArchiveSample.recordField] != nil else { return uniform(unchecked, tokens.count) }
    let record = try RecordSet.record(of: sample, set: set)
    return try weights(of: record, tokens: tokens, mask: mask, tokenizer: tokenizer)
  }

  /// Weights of the tokens of a text that a model wrote for a record's problem: it is judged as the
  /// record was, by its bytes alone.
  ///
  /// - Parameters:
  ///   - written: the text's tokens, with the end token if one was written.
  ///   - promptCount: number of tokens before it.
  ///   - record: `nil` for a sample without one, whose texts nobody can judge.
  func weights(
    of written: [Int32], after promptCount: Int, for record: Record?, wrapping: Wrapping
  ) throws -> [Float]? {
    guard let record else { return uniform(unchecked, promptCount + written.count) }
    let text = try WrittenText(written, wrapping: wrapping)
    let judgement = Judge(.asRecorded).judge(text, for: record)
    var answered = record
    answered.solution = text.text
    answered.checker = judgement.checker
    if !judgement.isAccepted { answered.checker?.verdict = .rejected }
    let tokens = [Int32](repeating: 0, count: promptCount) + written
    let mask = tokens.indices.map { UInt8($0 < promptCount ? 0 : 1) }
    return try weights(
      of: answered, tokens: tokens, mask: mask, tokenizer: wrapping.tokenizer)
  }

  private func weights(
    of record: Record, tokens: [Int32], mask: [UInt8], tokenizer: Tokenizer
  ) throws -> [Float]? {
    let own: Double
    switch record.checker?.verdict {
    case .accepted: own = accepted
    case .rejected: own = rejected
    case nil: own = unchecked
    }
    guard afterError != 1, record.checker?.verdict != .accepted,
      let end = Self.endOfFirstError(in: record)
    else { return uniform(own, tokens.count) }
    var weights = [Float](repeating: Float(own), count: tokens.count)
    var bytes = 0
    for t in tokens.indices where mask[t] != 0 {
      // A token that begins in the bad line belongs to it, as does the first of an empty text.
      if bytes >= max(end, 1) { weights[t] *= Float(afterError) }
      if tokenizer.knows(tokens[t]) { bytes += try tokenizer.decode([tokens[t]]).count }
    }
    return weights
  }

  private func uniform(_ weight: Double, _ count: Int) -> [Float]? {
    weight == 1 ? nil : [Float](repeating: Float(weight), count: count)
  }

  /// The byte of a solution at which its first bad line has ended; `nil` where no verifier finds
  /// one.
  static func endOfFirstError(in record: Record) -> Int? {
    let solution = Array(record.solution.utf8)
    guard let verifier = Verifiers.named(record.family),
      case .rejected(let step, _) = verifier.verify(
        problem: Array(record.problem.utf8), solution: solution), step > 0
    else { return nil }
    var line = 1
    for (place, byte) in solution.enumerated() where byte == UInt8(ascii: "\n") {
      if line == step { return place + 1 }
      line += 1
    }
    return solution.count
  }
}

extension Batch {
  /// The rows of samples, each with the weights of its targets.
  init(_ members: [TrainingSamples.Sample]) throws(ModelError) {
    guard members.contains(where: { $0.weights != nil }) else {
      try self.init(samples: members.map { ($0.tokens, $0.mask) })
      return
    }
    var (tokens, next, weights, starts): ([Int32], [Int32], [Float], [Int]) = ([], [], [], [0])
    for member in members {
      tokens += member.tokens.dropLast()
      next += member.tokens.dropFirst()
      for t in member.mask.indices.dropFirst() {
        weights.append(member.mask[t] == 0 ? 0 : member.weights?[t] ?? 1)
      }
      starts.append(tokens.count)
    }
    try self.init(tokens: tokens, rowStarts: starts, nextTokens: next, weights: weights)
  }
}
