/// Our own texts of the templates, in the language of `transformers` and llama.cpp, for a model
/// that was trained with one of these wrappings but came with another template, or none.
extension ChatTemplate {
  /// Renders one problem, and its solution if given, as `parts` do.
  var text: String {
    var out = ""
    var literal = ""
    func close() {
      if !literal.isEmpty { out += "{{ '\(Self.quoted(literal))' }}" }
      literal = ""
    }
    for part in parts {
      switch part {
      case .special(let text), .sign(let text), .text(let text): literal += text
      case .beginning:
        close()
        out += "{{ bos_token }}"
      case .problem:
        close()
        out += "{{ messages[0]['content'] }}"
      case .trimmedProblem:
        close()
        out += "{{ messages[0]['content'] | trim }}"
      }
    }
    close()
    return Self.text(name, out, end: "'\(Self.quoted(end))'")
  }

  /// The token that begins a text in the family's own vocabulary.
  var beginning: String? {
    for part in parts { if case .beginning(let text) = part { return text } }
    return nil
  }

  /// The wrapping `plain`, for a tokenizer that adds nothing before a text, and for one that adds a
  /// beginning token.
  static let plainTexts = ["", "{{ bos_token }}"].map {
    text("plain", $0 + "{{ messages[0]['content'] }}{{ '\\n' }}", end: "eos_token")
  }

  /// The wrapping `retort`: without the marks of `{% generation %}`, which not every reader of GGUF
  /// files takes, and with them, so that `transformers` finds the tokens of answers.
  static let retortTexts = [false, true].map { isMarked in
    let answer = "{{ message['content'] }}{{ '\(Tokenizer.specialTokens[2])' }}"
    return "{# retort #}{% for message in messages %}{% if message['role'] == 'assistant' %}"
      + (isMarked ? "{% generation %}\(answer){% endgeneration %}" : answer)
      + "{% else %}{{ message['content'] }}{{ '\(Tokenizer.specialTokens[1])' }}{% endif %}"
      + "{% endfor %}"
  }

  /// The template with this text.
  static func writing(_ text: String) -> ChatTemplate? { all.first { $0.text == text } }

  /// Includes the name, since two wrappings may render alike.
  private static func text(_ name: String, _ prompt: String, end: String) -> String {
    "{# \(name) #}{% if messages[0]['role'] != 'user' or messages | length > 2 %}"
      + "{{ raise_exception('this model knows one problem, and its solution') }}{% endif %}"
      + prompt
      + "{% if messages | length == 2 %}{{ messages[1]['content'] }}{{ \(end) }}{% endif %}"
  }

  private static func quoted(_ text: String) -> String {
    var out = ""
    for character in text.unicodeScalars {
      switch character {
      case "\n": out += "\\n"
      case "'", "\\": out += "\\\(character)"
      default: out.unicodeScalars.append(character)
      }
    }
    return out
  }
}
