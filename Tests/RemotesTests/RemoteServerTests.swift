import Files
import HTTP
import LoopbackSupport
import Remotes
import Synchronization
import Testing

struct `A remote server` {
  static let patience = RemoteServer.Patience(seconds: 10, retries: 3, firstWait: 0.01)

  private static func server(
    _ loopback: LoopbackServer, _ patience: RemoteServer.Patience = patience
  ) throws -> RemoteServer {
    try RemoteServer(ServerAddress(loopback.address), patience: patience)
  }

  /// A fault that passes must cost nothing but time.
  @Test(arguments: [
    LoopbackServer.Answer.json(["error": ["message": "slow down"]], status: 429),
    .json(["error": "loading"], status: 503, headers: ["Retry-After: 0"]),
    .bytes(Array("<html>bad gateway</html>".utf8), status: 502), .silence, .cut,
    .bytes(Array("half a".utf8)), .bytes([]),
  ])
  func `is asked again after a fault that passes`(fault: LoopbackServer.Answer) throws {
    let loopback = try LoopbackServer { $0.number < 3 ? fault : .json(["good": true]) }
    defer { loopback.close() }
    let json = try Self.server(loopback).send("/x", ["a": 1], over: HTTPConnection())
    #expect(json == ["good": true] && loopback.requests.count == 4)
    #expect(Set(loopback.requests.map(\.body)).count == 1)
  }

  @Test func `that stays so is reported with its words and the number of tries`() throws {
    let loopback = try LoopbackServer { _ in
      .json(["error": ["message": "over\nloaded"]], status: 503)
    }
    let error = #expect(throws: RemoteError.self) {
      try Self.server(loopback).send("/x", over: HTTPConnection())
    }
    #expect(
      error
        == .busy(
          address: loopback.address + "/x", status: 503, words: "over loaded", attempts: 4))
    loopback.close()
    let gone = #expect(throws: RemoteError.self) {
      try Self.server(loopback).send("/x", over: HTTPConnection())
    }
    guard case .unreachable(_, _, attempts: 4)? = gone else {
      Issue.record("\(String(describing: gone))")
      return
    }
  }

  @Test(arguments: [
    (400, true), (413, true), (422, true), (401, false), (403, false), (404, false), (301, false),
  ])
  func `is not asked again after a refusal`(status: Int, isAboutRequest: Bool) throws {
    let loopback = try LoopbackServer { _ in .json(["detail": "no"], status: status) }
    defer { loopback.close() }
    let error = #expect(throws: RemoteError.self) {
      try Self.server(loopback).send("/x", [:], over: HTTPConnection())
    }
    #expect(loopback.requests.count == 1 && error?.isAboutRequest == isAboutRequest)
    #expect(error.map { "\($0)".contains("HTTP \(status): no") } == true)
  }

  /// The key goes to the server and nowhere else.
  @Test func `gets the key in a header, and no message repeats it`() throws {
    let loopback = try LoopbackServer { request in
      .json(["error": ["message": "wrong key: sk-1234"]], status: 401)
    }
    defer { loopback.close() }
    let address = try ServerAddress(loopback.address)
    let server = try RemoteServer(address, keyVariable: "KEY", environment: ["KEY": "sk-1234"])
    let error = #expect(throws: RemoteError.self) {
      try server.send("/x", [:], over: HTTPConnection())
    }
    #expect(loopback.requests.first?.header("Authorization") == "Bearer sk-1234")
    #expect(error.map { !"\($0)".contains("sk-1234") && "\($0)".contains("api_key_env") } == true)
    for (value, words) in [(nil, "is not set"), ("", "is not set"), ("a\nb", "line break")] {
      let error = #expect(throws: RemoteError.self) {
        try RemoteServer(
          address, keyVariable: "KEY", environment: value.map { ["KEY": $0] } ?? [:])
      }
      #expect(error.map { "\($0)".contains(words) } == true)
    }
    let without = try Self.server(loopback)
    _ = try? without.send("/x", over: HTTPConnection())
    #expect(loopback.requests.last?.header("Authorization") == nil)
  }
}
