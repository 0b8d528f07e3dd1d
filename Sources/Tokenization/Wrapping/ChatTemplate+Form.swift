/// A family's template as the forms of its turns.
extension ChatTemplate {
  /// Each form is what the template renders, with `{}` for the text of the turn.
  struct Form: Sendable {
    /// Spellings in the forms that stand for special tokens, which must exist.
    var specials: [String] = []
    /// The same for tokens that are text where the vocabulary lacks them.
    var signs: [String] = []
    /// The spelling of the token that begins a text; where the tokenizer names one of its own, that
    /// one is meant.
    var beginning: String?
    /// Before the first turn if it is no system turn; before one.
    var opening = ""
    var systemOpening = ""
    /// `nil`: the template has no system turns.
    var system: String?
    var user: String
    /// Up to where an answer begins.
    var assistant = ""
    /// After the token that ends an answer.
    var afterAnswer = ""
    var trimsSystem = false
    var trimsUser = false

    /// A form's pieces, the text of the turn being `text`.
    fileprivate func parts(_ form: String, text: Part = .problem) -> [Part] {
      let known =
        specials.map { ($0, Part.special($0)) } + signs.map { ($0, Part.sign($0)) }
        + [beginning].compactMap { $0 }.map { ($0, Part.beginning($0)) } + [("{}", text)]
      var parts: [Part] = []
      var literal = ""
      var rest = form[...]
      while let first = rest.first {
        if let (spelling, part) = known.first(where: { rest.hasPrefix($0.0) }) {
          if !literal.isEmpty { parts.append(.text(literal)) }
          literal = ""
          parts.append(part)
          rest = rest.dropFirst(spelling.count)
        } else {
          literal.append(first)
          rest = rest.dropFirst()
        }
      }
      return literal.isEmpty ? parts : parts + [.text(literal)]
    }

    private func around(_ form: String, trims: Bool) -> Around {
      let parts = parts(form)
      let place = parts.firstIndex(of: .problem) ?? parts.endIndex
      return Around(
        before: Array(parts[..<place]), after: Array(parts[place...].dropFirst()), trims: trims)
    }

    /// Up to the answer to a single question.
    fileprivate var prompt: [Part] {
      parts(opening) + parts(user, text: trimsUser ? .trimmedProblem : .problem) + parts(assistant)
    }

    var conversation: Conversation {
      let system = system.map { around($0, trims: trimsSystem) }
      return Conversation(
        opening: parts(opening), systemOpening: parts(systemOpening), firstSystem: system,
        system: system, user: around(user, trims: trimsUser), assistant: parts(assistant),
        afterAnswer: parts(afterAnswer))
    }
  }

  /// - Parameter end: the special token that ends an answer.
  init(_ name: String, end: String, recognized: [String] = [], _ form: Form) {
    self.init(name: name, parts: form.prompt, end: end, recognized: recognized, form: form)
  }
}
