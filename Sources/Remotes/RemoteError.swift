/// Why a server behind an OpenAI-compatible interface gave nothing that can be used.
public enum RemoteError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The variable that should hold the key is not set, or holds no key.
  case key(variable: String, reason: String)
  /// The library that speaks HTTP cannot be loaded.
  case library(reason: String)
  /// No answer, however often it was asked for.
  case unreachable(address: String, reason: String, attempts: Int)
  /// It answered every time that it cannot serve now.
  case busy(address: String, status: Int, words: String, attempts: Int)
  /// It answered that it will not serve such a request.
  case refused(address: String, status: Int, words: String)
  /// An answer that is not what the interface promises.
  case unreadable(address: String, expected: String, found: String)

  public var description: String {
    switch self {
    case .key(let variable, let reason):
      "the variable \(variable), which api_key_env names, \(reason)"
    case .library(let reason): reason
    case .unreachable(let address, let reason, let attempts):
      "\(address): \(reason), \(Self.times(attempts)) -- is a server running there? "
        + "`retort remote probe` says what it returns"
    case .busy(let address, let status, let words, let attempts):
      "\(address): \(Self.answer(status, words)), \(Self.times(attempts)) -- lower concurrency, raise "
        + "retries, or run the same command again later: what was answered is kept"
    case .refused(let address, let status, let words):
      "\(address): \(Self.answer(status, words))\(Self.advice(status))"
    case .unreadable(let address, let expected, let found):
      "\(address): expected \(expected), found \(found.prefix(120)) -- `retort remote probe` says what "
        + "the server returns"
    }
  }

  /// Whether one request alone may be at fault: too long a text, say.
  public var isAboutRequest: Bool {
    if case .refused(_, let status, _) = self { [400, 413, 422].contains(status) } else { false }
  }

  private static func answer(_ status: Int, _ words: String) -> String {
    "HTTP \(status)" + (words.isEmpty ? "" : ": \(words)")
  }

  private static func times(_ attempts: Int) -> String {
    attempts == 1 ? "asked once" : "asked \(attempts) times"
  }

  private static func advice(_ status: Int) -> String {
    switch status {
    case 300..<400: " -- it points elsewhere: name that address"
    case 401, 403: " -- name the variable that holds the key: api_key_env"
    case 404: " -- is the address right, with /v1 at its end, and the model's name?"
    default: ""
    }
  }
}
