public import Files

/// What is asked of a server: one text.
public struct RemoteRequest: Sendable, Equatable {
  /// Which part of the interface is asked.
  public enum Interface: String, CaseIterable, Sendable {
    /// Turns, which the server puts into the model's own template.
    case chat
    /// A text that the model continues as it stands.
    case completions

    /// Appended to the server's base address.
    public var path: String { self == .chat ? "/chat/completions" : "/completions" }

    /// The body's words for k alternatives of each token.
    func asking(_ k: Int) -> JSONObject {
      self == .chat ? ["logprobs": true, "top_logprobs": JSON(k)] : ["logprobs": JSON(k)]
    }
  }

  /// Where the request goes, and so the form of its body.
  public var interface: Interface
  /// A name that the server knows.
  public var model: String
  /// Of a chat: what stands before the problem, if anything does.
  public var system: String?
  /// Of a chat: the user's turn. Else the text to be continued.
  public var text: String
  /// 0: the likeliest token each time.
  public var temperature: Double
  /// 1: all tokens.
  public var topP: Double
  /// Most tokens to be written, sent as `max_tokens`.
  public var newTokens: Int
  /// A text at which the server ends the answer, itself left out; `nil`: the model's own end.
  public var stop: String?
  /// Likeliest tokens that are asked for beside each token of the answer; `nil`: none.
  public var topLogprobs: Int?
  /// 0 ..< 2^31: servers keep it in 32 bits.
  public var seed: Int

  /// The properties say what each argument is.
  public init(
    _ interface: Interface, model: String, system: String? = nil, text: String,
    temperature: Double, topP: Double = 1, newTokens: Int, stop: String? = nil,
    topLogprobs: Int? = nil, seed: Int
  ) {
    self.topLogprobs = topLogprobs
    self.interface = interface
    self.model = model
    self.system = system
    self.text = text
    self.temperature = temperature
    self.topP = topP
    self.newTokens = newTokens
    self.stop = stop
    self.seed = seed
  }

  /// The body of the request.
  public var body: JSON {
    var object: JSONObject = ["model": JSON(model)]
    switch interface {
    case .chat:
      var turns: [JSON] = []
      if let system { turns.append(["role": "system", "content": JSON(system)]) }
      turns.append(["role": "user", "content": JSON(text)])
      object["messages"] = .array(turns)
    case .completions: object["prompt"] = JSON(text)
    }
    object["max_tokens"] = JSON(newTokens)
    object["temperature"] = JSON(temperature)
    if topP < 1 { object["top_p"] = JSON(topP) }
    if let stop { object["stop"] = .array([JSON(stop)]) }
    if let topLogprobs {
      for member in interface.asking(topLogprobs).members { object[member.key] = member.value }
    }
    object["seed"] = JSON(seed)
    object["stream"] = false
    return .object(object)
  }
}
