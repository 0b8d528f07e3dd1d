internal import Decoding
internal import Judging
internal import Models
internal import Randomness
internal import Records
internal import Tokenization

/// Lets a teacher write traces, many problems at a time.
///
/// A text depends on (problem, seed, draw) alone: it has its own random stream, and the decoder
/// gives the same logits whatever is written beside it.
struct TraceSampler: Sendable {
  let teacher: Teacher
  /// The teacher's weights, packed.
  let weights: DecoderWeights
  /// How closely what is written is judged.
  let level: JudgingLevel
  /// Whether free texts that were cut before their end are kept.
  var keepsUnfinished = false
  /// Whether texts that the verifier rejects are kept, with that verdict.
  var keepsWrong = false
  /// Number of texts written at once; further ones take the places of those that end.
  let sequences: Int
  let sampling: Sampling
  let newTokens: Int
  let seed: UInt64

  /// One text to be written.
  struct Request: Sendable {
    let problem: Record
    let draw: Int
  }

  /// A written text and its cost.
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

  /// - Parameter eachStep: called before every step with the number of finished texts and,
  ///   approximately, of tokens written.
  /// - Returns: the tokens of one text per request, in order; none if the problem leaves the model
  ///   no room to write.
  /// - Throws: `ModelError` if logits are not finite, or what `eachStep` throws.
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
          // A step adds one token to each text in progress.
          tokens += atWork
          atWork = min(places, fitting.count - finished)
          try eachStep(finished, tokens)
        })
      for (place, text) in zip(fitting, texts) { written[place] = text }
    }
    return written
  }

  /// Judges texts, each the answer to the request at the same place.
  func judged(_ requests: [Request], _ texts: [[Int32]]) throws -> [Written] {
    let reader = AttemptReader(
      fingerprint: teacher.fingerprint, rule: level.rule(for: teacher.tokenizer),
      keepsUnfinished: keepsUnfinished, keepsWrong: keepsWrong)
    return try zip(requests, texts).map { request, tokens in
      Written(
        attempt: reader.read(
          try WrittenText(tokens, wrapping: teacher.wrapping), for: request.problem),
        promptTokens: prompt(of: request).count, newTokens: tokens.count)
    }
  }
}
