internal import Decoding
internal import Files
internal import Foundation
internal import Models
internal import Randomness
internal import Tokenization

/// Writes texts of one model with the help of smaller ones, one at a time, and measures the gain.
struct Drafting {
  let model: TextModel
  let weights: DecoderWeights
  let sampling: Sampling
  let newTokens: Int
  let positions: Int
  let ahead: Int
  let threads: Int

  /// A text to write.
  struct Request {
    let prompt: [Int32]
    let stream: RandomStream
  }

  /// Totals over all texts.
  struct Tally {
    var tokens = 0
    var proposed = 0
    var accepted = 0
    var steps = 0
    var seconds = 0.0

    var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }

    func json(draft: String, alone: Tally?) -> JSON {
      var object: JSONObject = [
        "draft": JSON(draft), "proposed": JSON(proposed), "accepted": JSON(accepted),
        "acceptance": JSON(proposed > 0 ? Double(accepted) / Double(proposed) : 0),
        "tokens_per_step": JSON(steps > 0 ? Double(tokens) / Double(steps) : 0),
        "tokens_per_s": JSON(tokensPerSecond),
      ]
      if let alone {
        object["alone_tokens_per_s"] = JSON(alone.tokensPerSecond)
        object["speed_up"] = JSON(
          alone.tokensPerSecond > 0 ? tokensPerSecond / alone.tokensPerSecond : 0)
      }
      return .object(object)
    }

    func line(draft: String, alone: Tally?) -> String {
      func short(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
      }
      let share = proposed > 0 ? 100 * Double(accepted) / Double(proposed) : 0
      var text =
        "\(draft): \(accepted) of \(proposed) tokens kept (\(short(share, 1)) %), "
        + "\(short(steps > 0 ? Double(tokens) / Double(steps) : 0, 2)) tokens a step, "
        + "\(short(tokensPerSecond, 1)) tokens/s"
      if let alone, alone.tokensPerSecond > 0 {
        text +=
          ", alone \(short(alone.tokensPerSecond, 1)): "
          + "\(short(tokensPerSecond / alone.tokensPerSecond, 2)) x"
      }
      return text
    }
  }

  /// A loaded draft model.
  struct Draft {
    let path: String
    let decoder: SpeculativeDecoder
  }

  /// - Throws: `Failure` for a draft whose token ids have other meanings.
  func draft(_ path: String, precision: PrecisionArgument) throws -> Draft {
    let draft = try TextModel(path, template: model.wrapping.name, strict: false)
    guard draft.tokenizer.fingerprint == model.tokenizer.fingerprint else {
      throw Failure.data(
        "\(path): its tokenizer is another than the model's -- a draft must write the same ids")
    }
    return Draft(
      path: path,
      decoder: try SpeculativeDecoder(
        model: weights, draft: precision.weights(draft.file, threads: threads), ahead: ahead,
        positions: positions, threads: threads))
  }

  /// Writes all texts with a draft.
  func write(
    _ requests: [Request], with draft: Draft
  ) throws -> (texts: [SpeculativeDecoder.Written], tally: Tally) {
    var tally = Tally()
    var texts: [SpeculativeDecoder.Written] = []
    for request in requests {
      var stream = request.stream
      let clock = ContinuousClock()
      let start = clock.now
      let text = try draft.decoder.generate(
        prompt: request.prompt, newTokens: newTokens, stop: model.wrapping.endIds,
        sampling: sampling, stream: &stream)
      tally.seconds += (clock.now - start) / .seconds(1)
      tally.tokens += text.tokens.count
      tally.proposed += text.proposed
      tally.accepted += text.accepted
      tally.steps += text.steps
      texts.append(text)
    }
    return (texts, tally)
  }

  /// Writes all texts with the model alone, one at a time.
  func writeAlone(_ requests: [Request]) throws -> (texts: [[Int32]], tally: Tally) {
    let decoder = Decoder(
      weights: weights, sequences: 1, positions: positions, threads: threads)
    var tally = Tally()
    var texts: [[Int32]] = []
    for request in requests {
      let clock = ContinuousClock()
      let start = clock.now
      texts += try decoder.generate(
        prompts: [request.prompt], newTokens: newTokens, stop: model.wrapping.endIds,
        sampling: sampling, streams: [request.stream])
      tally.seconds += (clock.now - start) / .seconds(1)
      tally.tokens += texts.last?.count ?? 0
    }
    return (texts, tally)
  }
}
