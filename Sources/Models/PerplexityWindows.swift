/// How a text that is longer than the context is cut into windows, and which of their tokens count.
///
/// Figures of different conventions are not comparable: what a token is predicted from differs.
public enum PerplexityConvention: Sendable, Equatable {
  /// Windows one behind the other, each with the last token of the one before for a beginning, and
  /// before it the token that begins a text where the tokenizer puts one there. Every token but the
  /// text's first counts, once.
  case blocks
  /// As `llama-perplexity`: windows of the context one behind the other, what is left over is
  /// dropped; the first token of each gives way to the one that begins a text; the second half of each
  /// window counts, from the token after its middle on.
  case llamaCpp
  /// As the recipe in the documentation of `transformers` ("Perplexity of fixed-length models"):
  /// windows that begin `stride` tokens apart and reach as far as the context; what no earlier
  /// window had counts; nothing is put before a window but the first. Each window's mean weighs one
  /// less than its tokens that count, as the recipe has it.
  case transformers(stride: Int)
}

/// A window: what the model reads, what of it counts, and what its mean weighs.
struct PerplexityWindow {
  var tokens: [Int32]
  /// 1 where a token counts; the first never does.
  var mask: [UInt8]
  /// Tokens that its mean stands for; as many as count if `nil`.
  var weight: Int?
}

extension PerplexityConvention {
  /// - Parameters:
  ///   - beginning: the token that begins a text; `nil` where the tokenizer puts none there.
  /// - Returns: `nil` for a text that is too short for the convention.
  func windows(
    of text: (tokens: [Int32], mask: [UInt8]), context: Int, beginning: Int32?
  ) -> [PerplexityWindow]? {
    switch self {
    case .blocks: Self.blocks(of: text, context: context, beginning: beginning)
    case .llamaCpp: Self.llamaCpp(of: text, context: context, beginning: beginning)
    case .transformers(let stride): Self.sliding(over: text, context: context, stride: stride)
    }
  }

  private static func blocks(
    of text: (tokens: [Int32], mask: [UInt8]), context: Int, beginning: Int32?
  ) -> [PerplexityWindow] {
    var windows: [PerplexityWindow] = []
    var start = 0
    while start < text.tokens.count - 1 {
      // A beginning takes one of the places; where there is only one, the token before takes it.
      let begin = start > 0 && context > 1 ? beginning : nil
      let end = min(start + context - (begin == nil ? 0 : 1), text.tokens.count - 1)
      let lead = begin.map { [$0] } ?? []
      windows.append(
        PerplexityWindow(
          tokens: lead + text.tokens[start...end],
          mask: lead.map { _ in 0 } + [0] + text.mask[(start + 1)...end]))
      start = end
    }
    return windows
  }

  private static func llamaCpp(
    of text: (tokens: [Int32], mask: [UInt8]), context: Int, beginning: Int32?
  ) -> [PerplexityWindow]? {
    guard text.tokens.count >= 2 * context, context >= 4 else { return nil }
    let half = context / 2
    return stride(from: 0, through: text.tokens.count - context, by: context).map { start in
      var tokens = Array(text.tokens[start..<(start + context)])
      if let beginning { tokens[0] = beginning }
      let mask = (0..<context).map { $0 > half ? text.mask[start + $0] : 0 }
      return PerplexityWindow(tokens: tokens, mask: mask)
    }
  }

  private static func sliding(
    over text: (tokens: [Int32], mask: [UInt8]), context: Int, stride: Int
  ) -> [PerplexityWindow]? {
    let count = text.tokens.count
    guard count > 1 else { return [] }
    var windows: [PerplexityWindow] = []
    var counted = 0
    var start = 0
    while true {
      let end = min(start + context, count)
      let mask = (start..<end).map { $0 >= max(counted, start + 1) ? text.mask[$0] : 0 }
      windows.append(
        PerplexityWindow(
          tokens: Array(text.tokens[start..<end]), mask: mask, weight: end - counted - 1))
      if end == count { return windows }
      counted = end
      start += stride
    }
  }
}
