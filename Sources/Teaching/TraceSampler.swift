internal import Decoding
internal import Models
internal import Randomness
internal import Records
internal import Tokenization

/// Has a teacher write traces, many problems at a time.
///
/// A text depends on (problem, seed, draw) alone: it has a stream of its own, and the decoder gives
/// the same logits whatever is written beside it.
struct TraceSampler: Sendable {
  let teacher: Teacher
  /// The teacher's, packed.
  let weights: DecoderWeights
  /// How closely what is written is judged.
  let level: JudgingLevel
  /// Whether free texts are kept that were cut before their end.
  var keepsUnfinished = false
  /// Texts that are written at once; further ones take the place of those that end.
  let sequences: Int
  let sampling: Sampling
  let newTokens: Int
  let seed: UInt64

  /// One text to be written.
  struct Request: Sendable {
    let problem: Record
    let draw: Int
  }

  /// A text with what it cost.
  struct Written: Sendable {
    let attempt: Attempt
    let promptTokens: Int
    let newTokens: Int
  }

  /// The stream of one text.
  func stream(of request: Request) -> RandomStream {
    Seed(seed).child("sample").child(request.problem.id).child(request.draw).stream()
  }

  private func prompt(of request: Request) -> [Int32] {
    teacher.wrapping.prompt(Array(request.problem.problem.utf8))
  }

  /// - Parameter eachStep: called before every step with the number of texts that are finished and,
  ///   about, that of the tokens written.
  /// - Returns: the tokens of one text for each request, in order; none of a problem that leaves the
  ///   model no room to write.
  /// - Throws: `ModelError` where logits are not finite, or what `eachStep` throws.
  func write(
    _ requests: [Request], eachStep: (_ finished: Int, _ tokens: Int) throws -> Void
  ) throws -> [[Int32]] {
    let prompts = requests.map(prompt)
    let fitting = prompts.indices.filter { prompts[$0].count <= teacher.positions }
    var written = [[Int32]](repeating: [], count: prompts.count)
    if !fitting.isEmpty {
      let longest = fitting.reduce(0) { max($0, prompts[$1].count) }
      let places = min(sequences, fitting.count)
      let decoder = Decoder(
        weights: weights, sequences: places,
        positions: min(teacher.positions, longest + newTokens))
      var tokens = 0
      var atWork = 0
      let texts = try decoder.generate(
        prompts: fitting.map { prompts[$0] }, newTokens: newTokens, stop: teacher.wrapping.endIds,
        sampling: sampling, streams: fitting.map { stream(of: requests[$0]) },
        eachStep: { finished in
          // A step gives a token to each text that is worked on.
          tokens += atWork
          atWork = min(places, fitting.count - finished)
          try eachStep(finished, tokens)
        })
      for (place, text) in zip(fitting, texts) { written[place] = text }
    }
    return written
  }

  /// What texts are worth, each the answer to the request at its place.
  func judged(_ requests: [Request], _ texts: [[Int32]]) throws -> [Written] {
    let reader = AttemptReader(
      fingerprint: teacher.fingerprint, wrapping: teacher.wrapping, level: level,
      keepsUnfinished: keepsUnfinished)
    return try zip(requests, texts).map { request, tokens in
      Written(
        attempt: try reader.read(tokens, for: request.problem),
        promptTokens: prompt(of: request).count, newTokens: tokens.count)
    }
  }
}
