/// How turns follow one another, in families whose templates define it; derived from the parts of a
/// single question.
extension ChatTemplate {
  struct Conversation: Sendable {
    /// Before the first turn if no system turn is given: the default one, if there is one.
    let opening: [Part]
    let trims: Bool
    let takesSystem: Bool
    /// After the text of a system or user turn.
    let closes: [Part]
    /// After the token that ends an answer.
    let afterAnswer: [Part]
    fileprivate let header: @Sendable (String) -> [Part]
    fileprivate let answers: String
    fileprivate let systemBegins: [Part]
    /// Text before a given system text.
    fileprivate let systemPrefix: String

    func opens(_ role: Wrapping.Role) -> [Part] {
      header(role == .assistant ? answers : role.rawValue)
    }

    func system(_ text: [UInt8]) -> [Part] {
      systemBegins + header("system") + [
        .text(systemPrefix + String(decoding: text, as: UTF8.self))
      ]
        + closes
    }
  }

  /// `nil` for templates that have no system turns, or that put them into the user turn.
  var conversation: Conversation? {
    if parts.contains(.special("<|im_start|>")) {
      return Conversation(
        opening: opening(before: "<|im_start|>"), trims: false, takesSystem: true,
        closes: [.special("<|im_end|>"), .text("\n")], afterAnswer: [.text("\n")],
        header: { [.special("<|im_start|>"), .text($0 + "\n")] }, answers: "assistant",
        systemBegins: [], systemPrefix: "")
    }
    if parts.contains(.special("<|start_header_id|>")) {
      let opening = opening(before: "<|start_header_id|>")
      // The dates that precede any system text.
      let dates = opening.compactMap { part -> String? in
        if case .text(let text) = part, text.hasSuffix("\n\n"), text != "\n\n" { text } else { nil }
      }
      return Conversation(
        opening: opening, trims: true, takesSystem: true, closes: [.special("<|eot_id|>")],
        afterAnswer: [],
        header: {
          [
            .special("<|start_header_id|>"), .text($0), .special("<|end_header_id|>"),
            .text("\n\n"),
          ]
        }, answers: "assistant", systemBegins: Array(parts.prefix(1)),
        systemPrefix: dates.first ?? "")
    }
    if parts.contains(.special("<start_of_turn>")) {
      return Conversation(
        opening: Array(parts.prefix(1)), trims: true, takesSystem: false,
        closes: [.special("<end_of_turn>"), .text("\n")], afterAnswer: [.text("\n")],
        header: { [.special("<start_of_turn>"), .text($0 + "\n")] }, answers: "model",
        systemBegins: [], systemPrefix: "")
    }
    return nil
  }

  /// All parts before those that open the user turn.
  private func opening(before sign: String) -> [Part] {
    guard let problem = parts.firstIndex(where: { $0 == .problem || $0 == .trimmedProblem }),
      let user = parts[..<problem].lastIndex(of: .special(sign))
    else { return [] }
    return Array(parts[..<user])
  }
}
