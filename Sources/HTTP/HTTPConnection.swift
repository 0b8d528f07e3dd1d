internal import CCurl
internal import Files

/// A client of HTTP servers, one request at a time, that keeps its connection open.
///
/// The library behind it, libcurl, is loaded when the first connection is made. A connection
/// belongs to one thread; several requests at once take several connections.
public final class HTTPConnection {
  private let client: OpaquePointer

  /// Most bytes of an answer: 256 MiB.
  public static let answerLimit = 256 << 20
  /// Milliseconds to reach a server.
  private static let connectMilliseconds = 10_000

  /// - Throws: `HTTPError.library`.
  public init() throws(HTTPError) {
    guard ccu_load() == ccu_ready else { throw .library(reason: String(cString: ccu_reason())) }
    guard let client = ccu_open() else { throw .library(reason: "there is no memory for it") }
    self.client = client
  }

  deinit { ccu_close(client) }

  /// Sends a request and waits for its answer; redirects are not followed.
  ///
  /// - Parameters:
  ///   - headers: whole lines; none may hold a line break.
  ///   - body: sent by POST; `nil`: GET.
  ///   - seconds: until the request is given up.
  ///   - isDirect: whether no proxy is used, whatever the environment names.
  ///   - limit: most bytes of an answer.
  /// - Returns: an answer of any status.
  /// - Throws: `HTTPError` where none came; `.interrupted` once a stop was requested.
  public func send(
    _ url: String, headers: [String], body: [UInt8]? = nil, seconds: Double,
    isDirect: Bool = false, limit: Int = answerLimit
  ) throws(HTTPError) -> HTTPAnswer {
    precondition(!headers.contains { $0.utf8.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 } })
    var answer = ccu_answer()
    defer { ccu_release(&answer) }
    let lines = headers.map { Array($0.utf8CString) }
    withPointers(to: lines[...]) { pointers in
      func exchange(_ bytes: UnsafeRawPointer?, _ count: Int) {
        pointers.withUnsafeBufferPointer {
          ccu_exchange(
            client, url, $0.baseAddress, Int32($0.count), bytes, count, limit,
            Self.connectMilliseconds, Int(min(seconds, 1e6) * 1000), isDirect ? 1 : 0,
            { Interruption.requested ? 1 : 0 }, &answer)
        }
      }
      guard let body else { return exchange(nil, 0) }
      // A POST without bytes is one all the same.
      body.isEmpty
        ? exchange(pointers.isEmpty ? nil : UnsafeRawPointer(pointers[0]), 0)
        : body.withUnsafeBytes { exchange($0.baseAddress, $0.count) }
    }
    let words = withUnsafeBytes(of: answer.words) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    switch answer.outcome {
    case ccu_answered:
      return HTTPAnswer(
        status: answer.status,
        body: answer.body.map { Array(UnsafeBufferPointer(start: $0, count: answer.size)) } ?? [],
        retryAfter: answer.retry_after < 0 ? nil : answer.retry_after)
    case ccu_timed_out: throw .timedOut(seconds: seconds)
    case ccu_stopped: throw .interrupted
    case ccu_too_long: throw .tooLong(limit: limit)
    default: throw .failed(reason: words)
    }
  }

  /// Calls `body` with a pointer to each text, valid during the call.
  private func withPointers(
    to texts: ArraySlice<[CChar]>, _ before: [UnsafePointer<CChar>?] = [],
    _ body: ([UnsafePointer<CChar>?]) -> Void
  ) {
    guard let first = texts.first else { return body(before) }
    first.withUnsafeBufferPointer {
      withPointers(to: texts.dropFirst(), before + [$0.baseAddress], body)
    }
  }
}

/// What a server answered.
public struct HTTPAnswer: Sendable, Equatable {
  /// The HTTP status code, of success or not.
  public let status: Int
  /// The answer's bytes, no more than the request's limit.
  public let body: [UInt8]
  /// Seconds that it asks to wait before another request.
  public let retryAfter: Double?

  /// - Parameter retryAfter: seconds; `nil` if the server asks for no wait.
  public init(status: Int, body: [UInt8], retryAfter: Double? = nil) {
    self.status = status
    self.body = body
    self.retryAfter = retryAfter
  }
}

/// Why there is no answer.
public enum HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
  case library(reason: String)
  /// Nobody there, a name that resolves to nothing, a broken connection, an untrusted certificate.
  case failed(reason: String)
  case timedOut(seconds: Double)
  case tooLong(limit: Int)
  case interrupted

  public var description: String {
    switch self {
    case .library(let reason): "no HTTP: \(reason) -- apt-get install libcurl4"
    case .failed(let reason): "no answer: \(reason)"
    case .timedOut(let seconds):
      "no answer within \(seconds.rounded() == seconds ? "\(Int(seconds))" : "\(seconds)") s"
    case .tooLong(let limit): "an answer of more than \(limit) bytes"
    case .interrupted: "\(Interrupted())"
    }
  }

  /// Whether the same request may succeed later.
  public var isPassing: Bool {
    switch self {
    case .failed, .timedOut: true
    case .library, .tooLong, .interrupted: false
    }
  }
}
