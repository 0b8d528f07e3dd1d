internal import Files
import Foundation

/// A server that answers as a real one once did, from a file of exchanges that
/// `Scripts/peers/remote/record.py` wrote. What was not asked then is answered with status 599.
public struct RecordedServer {
  /// Where to write exchanges anew: an address that leads through the recorder to a real server.
  ///
  ///     RETORT_RECORD=http://127.0.0.1:18081/v1 swift test -c release --filter Recorded
  public static var live: String? { ProcessInfo.processInfo.environment["RETORT_RECORD"] }

  /// The base address to ask.
  public let address: String
  private let loopback: LoopbackServer?

  /// - Parameter file: JSON Lines with `method`, `path`, `request`, `status` and `response`.
  public init(_ file: String) throws {
    if let live = Self.live {
      address = live
      loopback = nil
      return
    }
    struct Exchange: Sendable {
      let method: String?
      let path: String?
      let request: JSON?
      let status: Int?
      let response: JSON?
    }
    let exchanges = try readFile(file).split(separator: 0x0A).map { line in
      let json = try JSON.parse(Array(line))
      return Exchange(
        method: json["method"]?.stringValue, path: json["path"]?.stringValue,
        request: json["request"] == .null ? Optional<JSON>.none : json["request"],
        status: json["status"]?.intValue, response: json["response"])
    }
    let server = try LoopbackServer { asked in
      let body = asked.body.isEmpty ? nil : asked.json
      let found = exchanges.first {
        $0.method == asked.method && $0.path == asked.path && $0.request == body
      }
      guard let found, let response = found.response else {
        return .json(["error": ["message": "never asked before"]], status: 599)
      }
      return .json(response, status: found.status ?? 599)
    }
    loopback = server
    address = server.address
  }

  /// Ends it.
  public func close() { loopback?.close() }
}
