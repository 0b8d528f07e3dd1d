/// How a text longer than the context is cut into windows, and which tokens of each count.
///
/// Figures of different conventions are not comparable: what a token is predicted from differs.
public enum PerplexityConvention: Sendable, Equatable {
  /// Consecutive windows, each beginning with the last token of the one before, preceded by the
  /// beginning-of-text token if the tokenizer adds one. Every token but the text's first counts
  /// once.
  case blocks
  /// As `llama-perplexity`: consecutive windows of the context, the remainder dropped. The first
  /// token of each window is replaced by the beginning-of-text token; the second half of each
  /// window counts, from the token after its middle on.
  case llamaCpp
  /// As the recipe in the documentation of `transformers` ("Perplexity of fixed-length models"):
  /// windows start `stride` tokens apart and extend to the context's length; tokens that no earlier
  /// window had count; nothing is added before a window but the first. Each window's mean is
  /// weighted by one less than its counted tokens, as in the recipe.
  case transformers(stride: Int)
}

/// A window: the tokens read, which of them count, and the weight of its mean.
struct PerplexityWindow {
  var tokens: [Int32]
  /// 1 where a token counts; the first never does.
  var mask: [UInt8]
  /// Tokens its mean stands for; `nil`: as many as count.
  var weight: Int?
}

extension PerplexityConvention {
  /// - Parameters:
  ///   - beginning: the beginning-of-text token; `nil` if the tokenizer adds none.
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
      // The beginning takes one position; if there is only one, the previous token takes it.
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
