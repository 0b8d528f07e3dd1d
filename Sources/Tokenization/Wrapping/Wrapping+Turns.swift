/// Conversations of several turns, and plain texts: assistant turns are targets, and so is all of a
/// text.
extension Wrapping {
  /// Who speaks in a turn; the raw value is the word that chat files use.
  public enum Role: String, Sendable { case system, user, assistant }

  /// A training sample of a conversation.
  ///
  ///     retort    encode(text) + sep for each turn, encode(text) + eos for the assistant's
  ///     plain     [beginning] encode(text + newline) for each, encode(text) + end for the assistant's
  ///     a chat template: its turns, with its default system text if there is no system turn
  ///
  /// One user turn and one answer give the same as `sample(problem:solution:)`.
  ///
  /// - Returns: L tokens, and L mask bytes, 1 where the token belongs to an assistant turn or ends
  ///   it and is not the first of all; `nil` if the template has no form for these turns: its
  ///   authors defined how one problem is rendered, but not how turns follow one another.
  public func sample(
    turns: [(role: Role, text: [UInt8])]
  ) -> (tokens: [Int32], mask: [UInt8])? {
    var writer = TurnWriter(tokenizer)
    switch name {
    case "retort":
      for turn in turns {
        writer.text(turn.text, isTarget: turn.role == .assistant)
        writer.id(
          turn.role == .assistant ? endId : Tokenizer.sepId, isTarget: turn.role == .assistant)
      }
    case "plain":
      if tokenizer.conventions.addsBeginning, let id = tokenizer.conventions.beginningId {
        writer.id(id)
      }
      for turn in turns {
        let isTarget = turn.role == .assistant
        writer.text(isTarget ? turn.text : turn.text + [UInt8(ascii: "\n")], isTarget: isTarget)
        if isTarget { writer.id(endId, isTarget: true) }
      }
    default:
      guard let form = ChatTemplate.named(name)?.conversation,
        form.system != nil || !turns.contains(where: { $0.role == .system })
      else { return nil }
      let begins = turns.first?.role == .system
      write(begins ? form.systemOpening : form.opening, &writer)
      for (place, turn) in turns.enumerated() {
        guard turn.role != .assistant else {
          write(form.assistant, &writer)
          writer.text(turn.text, isTarget: true)
          writer.id(endId, isTarget: true)
          write(form.afterAnswer, &writer)
          continue
        }
        let system = place == 0 ? form.firstSystem : form.system
        guard let around = turn.role == .user ? form.user : system else { return nil }
        write(around.before, &writer)
        writer.text(around.trims ? Self.trimmed(turn.text) : turn.text)
        write(around.after, &writer)
      }
      // Nothing after the last answer is a target.
      writer.dropRest()
    }
    return writer.sample
  }

  /// A training sample of a text: every token except the first is a target.
  ///
  ///     [beginning] encode(text) + end of text
  public func sample(text: [UInt8]) -> (tokens: [Int32], mask: [UInt8]) {
    var writer = TurnWriter(tokenizer)
    if name != "retort", tokenizer.conventions.addsBeginning,
      let id = tokenizer.conventions.beginningId
    {
      writer.id(id)
    }
    writer.text(text, isTarget: true)
    writer.id(name == "retort" ? endId : tokenizer.conventions.endId ?? endId, isTarget: true)
    return writer.sample
  }

  private func write(_ parts: [ChatTemplate.Part], _ writer: inout TurnWriter) {
    for part in parts {
      switch part {
      case .special(let text):
        if let id = tokenizer.specialId(text) { writer.id(id) }
      case .beginning(let text):
        if let id = tokenizer.conventions.beginningId ?? tokenizer.specialId(text) { writer.id(id) }
      case .sign(let text):
        if let id = tokenizer.specialId(text) {
          writer.id(id)
        } else {
          writer.text(Array(text.utf8))
        }
      case .text(let text): writer.text(Array(text.utf8))
      case .problem, .trimmedProblem: break
      }
    }
  }
}

/// Joins adjacent texts before encoding, as a template's reader does; a target's text is encoded
/// separately.
private struct TurnWriter {
  private let tokenizer: Tokenizer
  private var ids: [Int32] = []
  private var mask: [UInt8] = []
  private var waiting: [UInt8] = []
  /// Number of ids up to the last target.
  private var end = 0

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  mutating func text(_ bytes: [UInt8], isTarget: Bool = false) {
    guard isTarget else { return waiting.append(contentsOf: bytes) }
    flush()
    tokenizer.encode(bytes, startsText: ids.isEmpty, into: &ids)
    mark(1)
  }

  mutating func id(_ id: Int32, isTarget: Bool = false) {
    flush()
    ids.append(id)
    mark(isTarget ? 1 : 0)
  }

  private mutating func flush() {
    guard !waiting.isEmpty else { return }
    tokenizer.encode(waiting, startsText: ids.isEmpty, into: &ids)
    waiting = []
    mark(0)
  }

  private mutating func mark(_ value: UInt8) {
    mask.append(contentsOf: repeatElement(value, count: ids.count - mask.count))
    if value == 1 { end = ids.count }
  }

  /// Drops everything after the last target.
  mutating func dropRest() {
    waiting = []
    ids.removeLast(ids.count - end)
    mask.removeLast(mask.count - end)
  }

  var sample: (tokens: [Int32], mask: [UInt8]) {
    var mask = mask
    if !mask.isEmpty { mask[0] = 0 }
    return (ids, mask)
  }
}
