public import Files
import Foundation
import Glibc
import Synchronization

/// A small HTTP server on this machine's loopback address, for tests: every request goes to a
/// closure, and is remembered.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    public let method: String
    public let path: String
    /// Lines as they came.
    public let headers: [String]
    public let body: [UInt8]
    /// Its place among all requests, from 0.
    public let number: Int

    public var json: JSON? { try? JSON.parse(body) }

    public func header(_ name: String) -> String? {
      headers.first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
        .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }
  }

  public enum Answer: Sendable {
    case json(JSON, status: Int = 200, headers: [String] = [])
    case bytes([UInt8], status: Int = 200, headers: [String] = [])
    /// The connection is closed without a word.
    case silence
    /// So many seconds pass before the connection is closed.
    case delay(Double)
    /// An answer that ends before the length that it names.
    case cut
  }

  private struct State {
    var requests: [Request] = []
    var inside = 0
    var most = 0
    var isClosed = false
  }

  private let state = Mutex(State())
  private let descriptor: Int32
  public let port: Int
  private let handler: @Sendable (Request) -> Answer

  /// The base address of an interface there.
  public var address: String { "http://127.0.0.1:\(port)/v1" }
  /// All requests so far, in the order in which they came.
  public var requests: [Request] { state.withLock { $0.requests } }
  /// Most requests that were answered at the same time.
  public var mostAtOnce: Int { state.withLock { $0.most } }

  public init(_ handler: @escaping @Sendable (Request) -> Answer) throws {
    self.handler = handler
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { place in
        bind(descriptor, place, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, place, &length) == 0
      }
    }
    guard descriptor >= 0, bound else { throw CocoaError(.fileWriteUnknown) }
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread { [self] in
      // The one who waits closes: closed elsewhere, the number might already be another server's.
      defer { Glibc.close(descriptor) }
      while true {
        let client = accept(descriptor, nil, nil)
        guard client >= 0 else { return }
        Thread.detachNewThread { [self] in serve(client) }
      }
    }
  }

  /// Ends it: from then on nobody answers at its address.
  public func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    guard isFirst else { return }
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve(_ client: Int32) {
    defer { Glibc.close(client) }
    guard let (head, body) = read(client) else { return }
    let lines = head.components(separatedBy: "\r\n")
    let words = lines[0].components(separatedBy: " ")
    guard words.count == 3 else { return }
    let request = state.withLock { state in
      state.inside += 1
      state.most = max(state.most, state.inside)
      let request = Request(
        method: words[0], path: words[1], headers: Array(lines.dropFirst()), body: body,
        number: state.requests.count)
      state.requests.append(request)
      return request
    }
    let answer = handler(request)
    // Before the answer is sent: its reader may send the next request at once.
    state.withLock { $0.inside -= 1 }
    switch answer {
    case .json(let json, let status, let headers):
      send(client, status, headers + ["Content-Type: application/json"], json.serialized())
    case .bytes(let bytes, let status, let headers): send(client, status, headers, bytes)
    case .silence: break
    case .delay(let seconds): Thread.sleep(forTimeInterval: seconds)
    case .cut:
      write(client, Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"choices\":".utf8))
    }
  }

  private func read(_ client: Int32) -> (head: String, body: [UInt8])? {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    let gap = Array("\r\n\r\n".utf8)
    while true {
      let count = recv(client, &piece, piece.count, 0)
      guard count > 0 else { return nil }
      bytes += piece[..<count]
      guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: gap) }) else {
        continue
      }
      let head = String(decoding: bytes[..<end], as: UTF8.self)
      let length =
        head.components(separatedBy: "\r\n")
        .first { $0.lowercased().hasPrefix("content-length:") }
        .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
      if bytes.count >= end + 4 + length {
        return (head, Array(bytes[(end + 4)..<(end + 4 + length)]))
      }
    }
  }

  private func send(_ client: Int32, _ status: Int, _ headers: [String], _ body: [UInt8]) {
    let head =
      (["HTTP/1.1 \(status) Status", "Content-Length: \(body.count)", "Connection: close"]
      + headers).joined(separator: "\r\n") + "\r\n\r\n"
    write(client, Array(head.utf8) + body)
  }

  private func write(_ client: Int32, _ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = Glibc.send(
        client, Array(bytes[done...]), bytes.count - done, Int32(MSG_NOSIGNAL))
      guard count > 0 else { return }
      done += count
    }
  }
}

extension JSON {
  /// An answer of `/chat/completions`.
  public static func chat(
    _ text: String, ending: String = "stop", model: String = "served", tokens: Int? = 3,
    logprobs: JSON = .null
  ) -> JSON {
    var object: JSONObject = [
      "id": "chatcmpl-1", "object": "chat.completion", "model": JSON(model),
      "choices": [
        [
          "index": 0, "message": ["role": "assistant", "content": JSON(text)],
          "logprobs": logprobs, "finish_reason": JSON(ending),
        ]
      ],
    ]
    if let tokens {
      object["usage"] = [
        "prompt_tokens": 5, "completion_tokens": JSON(tokens), "total_tokens": JSON(5 + tokens),
      ]
    }
    return .object(object)
  }

  /// The text of the last turn of a chat's request.
  public var question: String {
    self["messages"]?.arrayValue?.last?["content"]?.stringValue ?? self["prompt"]?.stringValue ?? ""
  }
}
