public import Files
internal import Foundation
public import HTTP

/// A server behind an OpenAI-compatible interface: its address, the key, and how patient we are.
///
/// The key comes out of a variable of the environment and goes into a request's header alone: never
/// onto a command line, into a file or a message.
public struct RemoteServer: Sendable {
  /// The base address, to which paths are appended.
  public let address: ServerAddress
  /// How long and how often every request is tried.
  public let patience: Patience
  private let key: String?

  /// How long and how often an answer is waited for.
  public struct Patience: Sendable, Equatable {
    /// Seconds until a request is given up.
    public var seconds: Double
    /// Requests after the first one that fails in passing.
    public var retries: Int
    /// Seconds before the first retry; doubled for each further one.
    public var firstWait: Double

    /// The longest wait between two tries, even where the server asks for a longer one.
    static let longestWait = 60.0

    /// The properties say what each argument is.
    public init(seconds: Double = 300, retries: Int = 5, firstWait: Double = 0.5) {
      self.seconds = seconds
      self.retries = retries
      self.firstWait = firstWait
    }

    /// Seconds before retry number `retry`, counted from 0. Requests of different numbers wait
    /// differently long, so that they do not all come back at once.
    func wait(before retry: Int, number: Int, asked: Double?) -> Double {
      let doubled = firstWait * Double(1 << min(retry, 20)) * (1 + Double(number % 8) / 16)
      return min(max(doubled, asked ?? 0), Self.longestWait)
    }
  }

  /// - Parameters:
  ///   - keyVariable: name of the variable of the environment that holds the key; `nil`: none is
  ///     sent.
  ///   - environment: other variables than the process's, for tests.
  /// - Throws: `RemoteError.key` for a variable that holds no key.
  public init(
    _ address: ServerAddress, keyVariable: String? = nil, patience: Patience = Patience(),
    environment: [String: String]? = nil
  ) throws(RemoteError) {
    self.address = address
    self.patience = patience
    guard let keyVariable else {
      key = nil
      return
    }
    guard let value = (environment ?? ProcessInfo.processInfo.environment)[keyVariable],
      !value.isEmpty
    else {
      throw .key(variable: keyVariable, reason: "is not set -- export it")
    }
    guard value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .key(
        variable: keyVariable,
        reason: "holds a space, a line break or another character that no key has")
    }
    key = value
  }

  /// Sends a request until it is answered.
  ///
  /// Passing faults are retried: no connection, no answer in time, HTTP 408, 429, 500, 502, 503,
  /// 504 and 529, and answers that are no JSON.
  /// - Parameters:
  ///   - path: `/chat/completions`; with `isAtRoot`, of the server and not of its interface.
  ///   - body: sent by POST; `nil`: GET.
  ///   - number: of the request, for waits that differ.
  /// - Throws: `RemoteError`, `Interrupted`.
  public func send(
    _ path: String, _ body: JSON? = nil, number: Int = 0, isAtRoot: Bool = false,
    over connection: HTTPConnection
  ) throws -> JSON {
    let place = isAtRoot ? root + path : address.at(path)
    var headers = ["Accept: application/json"]
    if body != nil { headers += ["Content-Type: application/json", "Expect:"] }
    if let key { headers.append("Authorization: Bearer \(key)") }
    let bytes = body?.serialized()
    var attempt = 0
    while true {
      try Interruption.check()
      var asked: Double?
      let failure: RemoteError
      attempt += 1
      let answer: Result<HTTPAnswer, HTTPError> = Result { () throws(HTTPError) in
        try connection.send(
          place, headers: headers, body: bytes, seconds: patience.seconds,
          isDirect: address.isLocal)
      }
      switch answer {
      case .success(let answer):
        asked = answer.retryAfter
        let said = words(of: answer.body)
        switch answer.status {
        case 200..<300:
          if let json = try? JSON.parse(answer.body) { return json }
          failure = .unreadable(address: place, expected: "JSON", found: said)
        case 408, 429, 500, 502, 503, 504, 529:
          failure = .busy(address: place, status: answer.status, words: said, attempts: attempt)
        default:
          throw RemoteError.refused(address: place, status: answer.status, words: said)
        }
      case .failure(.library(let reason)):
        throw RemoteError.library(reason: "\(HTTPError.library(reason: reason))")
      case .failure(.interrupted): throw Interrupted()
      case .failure(.tooLong(let limit)):
        throw RemoteError.unreadable(
          address: place, expected: "an answer of ordinary length",
          found: "\(HTTPError.tooLong(limit: limit))")
      case .failure(let error):
        failure = .unreachable(address: place, reason: "\(error)", attempts: attempt)
      }
      guard attempt <= patience.retries else { throw failure }
      try pause(patience.wait(before: attempt - 1, number: number, asked: asked))
    }
  }

  /// The address without the version at its end: where servers have what the interface lacks.
  private var root: String {
    address.text.hasSuffix("/v1") ? String(address.text.dropLast(3)) : address.text
  }

  /// What a server says is wrong, on one line, without the key.
  private func words(of body: [UInt8]) -> String {
    let json = try? JSON.parse(body)
    let said =
      json?["error"]?["message"]?.stringValue ?? json?["error"]?.stringValue
      ?? json?["message"]?.stringValue ?? json?["detail"]?.stringValue
      ?? json?["detail"].map(\.text) ?? String(decoding: body.prefix(400), as: UTF8.self)
    let line = said.split(whereSeparator: \.isNewline).joined(separator: " ")
    return String((key.map { line.replacingOccurrences(of: $0, with: "…") } ?? line).prefix(300))
  }

  private func pause(_ seconds: Double) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      try Interruption.check()
      Thread.sleep(forTimeInterval: min(0.05, max(0.001, (end - .now) / .seconds(1))))
    }
  }
}
