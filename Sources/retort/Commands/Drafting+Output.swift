internal import Decoding
internal import Files
internal import Foundation

extension Drafting.Tally {
  /// The gain of a draft; `alone`, if the model was measured without it too.
  func json(draft: String, alone: Drafting.Tally?) -> JSON {
    var object: JSONObject = [
      "draft": JSON(draft), "proposed": JSON(proposed), "accepted": JSON(accepted),
      "acceptance": JSON(acceptance), "tokens_per_step": JSON(tokensPerStep),
      "tokens_per_s": JSON(tokensPerSecond),
    ]
    if let alone {
      object["alone_tokens_per_s"] = JSON(alone.tokensPerSecond)
      object["speed_up"] = JSON(speedUp(over: alone))
    }
    return .object(object)
  }

  /// The same in one line.
  func line(draft: String, alone: Drafting.Tally?) -> String {
    func short(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
    var text =
      "\(draft): \(accepted) of \(proposed) tokens kept (\(short(100 * acceptance, 1)) %), "
      + "\(short(tokensPerStep, 2)) tokens a step, \(short(tokensPerSecond, 1)) tokens/s"
    if let alone, alone.tokensPerSecond > 0 {
      text +=
        ", alone \(short(alone.tokensPerSecond, 1)): \(short(speedUp(over: alone), 2)) x"
    }
    return text
  }
}
