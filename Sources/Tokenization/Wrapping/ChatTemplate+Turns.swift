/// How turns follow one another: stated by a family's form, or derived from the parts of a single
/// question.
extension ChatTemplate {
  /// What stands around the text of a turn.
  struct Around: Sendable {
    let before, after: [Part]
    /// Whether white space at the ends of the text is dropped.
    var trims = false
  }

  struct Conversation: Sendable {
    /// Before the first turn if it is no system turn: with the default system text, if there is
    /// one.
    let opening: [Part]
    /// Before the first turn if it is a system turn.
    let systemOpening: [Part]
    /// A first system turn, and a later one; `nil` where the template has none.
    let firstSystem, system: Around?
    let user: Around
    /// Up to where an answer begins.
    let assistant: [Part]
    /// After the token that ends an answer.
    let afterAnswer: [Part]
  }

  /// `nil` for templates that put the system text into the user turn, or an answer between spaces.
  var conversation: Conversation? {
    if let form { return form.conversation }
    if parts.contains(.special("<|im_start|>")) {
      func turn(_ role: String) -> Around {
        Around(
          before: [.special("<|im_start|>"), .text(role + "\n")],
          after: [.special("<|im_end|>"), .text("\n")])
      }
      return Conversation(
        opening: opening(before: "<|im_start|>"), systemOpening: [], firstSystem: turn("system"),
        system: turn("system"), user: turn("user"), assistant: turn("assistant").before,
        afterAnswer: [.text("\n")])
    }
    if parts.contains(.special("<|start_header_id|>")) {
      let opening = opening(before: "<|start_header_id|>")
      // The dates that precede any system text.
      let dates = opening.filter { part in
        if case .text(let text) = part { text.hasSuffix("\n\n") && text != "\n\n" } else { false }
      }
      func turn(_ role: String, _ begins: [Part] = [], trims: Bool = true) -> Around {
        Around(
          before: [
            .special("<|start_header_id|>"), .text(role), .special("<|end_header_id|>"),
            .text("\n\n"),
          ] + begins, after: [.special("<|eot_id|>")], trims: trims)
      }
      return Conversation(
        opening: opening, systemOpening: Array(parts.prefix(1)), firstSystem: turn("system", dates),
        system: turn("system"), user: turn("user"), assistant: turn("assistant").before,
        afterAnswer: [])
    }
    if parts.contains(.special("<start_of_turn>")) {
      func turn(_ role: String) -> Around {
        Around(
          before: [.special("<start_of_turn>"), .text(role + "\n")],
          after: [.special("<end_of_turn>"), .text("\n")], trims: true)
      }
      return Conversation(
        opening: Array(parts.prefix(1)), systemOpening: [], firstSystem: nil, system: nil,
        user: turn("user"), assistant: turn("model").before, afterAnswer: [.text("\n")])
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
