/// Templates as texts of ours, in the language that `transformers` and llama.cpp read: for a model
/// that learnt from one of these wrappings and came with another template, or none.
extension ChatTemplate {
  /// One problem, and its solution if it is there, rendered as `parts` have it.
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

  /// What begins a text in the family's own vocabulary.
  var beginning: String? {
    for part in parts { if case .beginning(let text) = part { return text } }
    return nil
  }

  /// The wrapping `plain`, for a tokenizer that puts nothing in front of a text, and for one that
  /// begins it with a token.
  static let plainTexts = ["", "{{ bos_token }}"].map {
    text("plain", $0 + "{{ messages[0]['content'] }}{{ '\\n' }}", end: "eos_token")
  }

  /// The one whose text this is.
  static func writing(_ text: String) -> ChatTemplate? { all.first { $0.text == text } }

  /// The name stands in it, since two wrappings may render alike.
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
