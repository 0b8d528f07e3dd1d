import Files
import HTTP
import LoopbackSupport
import Testing

struct `An HTTP connection` {
  private static func echo() throws -> LoopbackServer {
    try LoopbackServer { request in
      .json([
        "method": JSON(request.method), "path": JSON(request.path),
        "size": JSON(request.body.count), "mark": JSON(request.header("X-Mark") ?? ""),
      ])
    }
  }

  @Test func `sends what it is given, and again over the same connection`() throws {
    let server = try Self.echo()
    defer { server.close() }
    let connection = try HTTPConnection()
    // A body longer than a socket's buffer, none, and an empty one.
    for body in [[UInt8](repeating: 7, count: 3_000_000), nil, []] as [[UInt8]?] {
      let answer = try connection.send(
        server.address + "/x", headers: ["X-Mark: here", "Expect:"], body: body, seconds: 20)
      let json = try JSON.parse(answer.body)
      #expect(answer.status == 200 && json["path"] == "/v1/x" && json["mark"] == "here")
      #expect(json["method"] == (body == nil ? "GET" : "POST"))
      #expect(json["size"]?.intValue == body?.count ?? 0)
    }
  }

  @Test(arguments: [200, 201, 302, 404, 429, 503])
  func `hands on every status`(status: Int) throws {
    let server = try LoopbackServer { _ in
      .json(["a": 1], status: status, headers: ["Retry-After: 7", "Location: http://127.0.0.1:1/"])
    }
    defer { server.close() }
    let answer = try HTTPConnection().send(server.address, headers: [], seconds: 10)
    #expect(answer.status == status && answer.retryAfter == 7)
    #expect(server.requests.count == 1, "a redirect was followed")
  }

  @Test func `says what went wrong where no answer comes`() throws {
    let server = try LoopbackServer { request in
      switch request.path {
      case "/v1/silence": .silence
      case "/v1/slow": .delay(3)
      case "/v1/cut": .cut
      default: .bytes([UInt8](repeating: 0x20, count: 5000))
      }
    }
    let connection = try HTTPConnection()
    func error(_ path: String, seconds: Double = 10, limit: Int = 1000) -> HTTPError? {
      #expect(throws: HTTPError.self) {
        try connection.send(server.address + path, headers: [], seconds: seconds, limit: limit)
      }
    }
    for path in ["/silence", "/cut"] {
      let found = error(path)
      #expect(found?.isPassing == true, "\(String(describing: found))")
    }
    #expect(error("/slow", seconds: 0.2) == .timedOut(seconds: 0.2))
    #expect(error("/long") == .tooLong(limit: 1000))
    server.close()
    guard case .failed(let reason)? = error("/gone") else {
      Issue.record("a closed server answered")
      return
    }
    #expect(!reason.isEmpty)
    #expect(throws: HTTPError.self) {
      try connection.send("file:///etc/hostname", headers: [], seconds: 5)
    }
  }
}
