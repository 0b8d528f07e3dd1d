public import Files

/// One text that a server wrote, out of the first choice of its answer.
public struct RemoteAnswer: Sendable, Equatable {
  /// How a text ended.
  public enum Ending: Sendable, Equatable {
    /// The model ended it, or a stop text did.
    case stop
    /// It was cut at the limit of tokens.
    case length
    /// Anything else, in the server's word: `content_filter`, `tool_calls`, none at all.
    case other(String)

    init(_ word: String?) {
      switch word {
      case "stop", "eos": self = .stop
      case "length": self = .length
      default: self = .other(word ?? "none")
      }
    }

    /// The server's word for it; `none` where it gave none, and `stop` also for `eos`.
    public var word: String {
      switch self {
      case .stop: "stop"
      case .length: "length"
      case .other(let word): word
      }
    }
  }

  /// What the model wrote; empty where it refused or called a tool.
  public var text: String
  /// Why the text ends where it does.
  public var ending: Ending
  /// The model that the server says it asked.
  public var model: String?
  /// What the server says of itself, where it does: a change of it is another teacher.
  public var systemFingerprint: String?
  /// As the server counts them; `nil` where it does not say.
  public var promptTokens: Int?
  /// Tokens of the text, counted by the server; `nil` where it does not say.
  public var newTokens: Int?
  /// The choice's own `logprobs`, as the server gave them; `nil` where it gave none.
  public var logprobs: JSON?

  /// - Parameter address: for messages.
  /// - Throws: `RemoteError.unreadable` for an answer without a choice that has a text.
  public init(_ json: JSON, from address: String) throws(RemoteError) {
    guard let choice = json["choices"]?.arrayValue?.first else {
      throw .unreadable(address: address, expected: "choices, one at least", found: json.text)
    }
    if let message = choice["message"], message != .null {
      // A model that calls a tool, or refuses, has no content.
      text = message["content"]?.stringValue ?? ""
    } else if let plain = choice["text"]?.stringValue {
      text = plain
    } else {
      throw .unreadable(
        address: address, expected: "a choice with a message or a text", found: choice.text)
    }
    ending = Ending(choice["finish_reason"]?.stringValue)
    model = json["model"]?.stringValue
    systemFingerprint = json["system_fingerprint"]?.stringValue
    func count(_ key: String) -> Int? {
      json["usage"]?[key]?.intValue.flatMap { $0 >= 0 && $0 < 1 << 40 ? $0 : nil }
    }
    promptTokens = count("prompt_tokens")
    newTokens = count("completion_tokens")
    logprobs = choice["logprobs"].flatMap { $0 == .null ? nil : $0 }
  }

  /// As `json` wrote it.
  public init?(kept json: JSON?) {
    guard let json, let text = json["text"]?.stringValue, let word = json["ending"]?.stringValue
    else { return nil }
    self.text = text
    ending = Ending(word == "none" ? nil : word)
    model = json["model"]?.stringValue
    systemFingerprint = json["system_fingerprint"]?.stringValue
    promptTokens = json["prompt_tokens"]?.intValue
    newTokens = json["new_tokens"]?.intValue
    logprobs = json["logprobs"]
  }

  /// Everything, to be kept and read again.
  public var json: JSON {
    func value(_ text: String?) -> JSON { text.map { JSON($0) } ?? .null }
    func value(_ number: Int?) -> JSON { number.map { JSON($0) } ?? .null }
    var object: JSONObject = [
      "text": JSON(text), "ending": JSON(ending.word), "model": value(model),
      "system_fingerprint": value(systemFingerprint), "prompt_tokens": value(promptTokens),
      "new_tokens": value(newTokens),
    ]
    if let logprobs { object["logprobs"] = logprobs }
    return .object(object)
  }
}
