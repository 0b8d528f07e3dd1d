/// The base address of a server's interface: `http://127.0.0.1:8080/v1`.
///
/// A key never stands in it: an address is shown in messages.
public struct ServerAddress: Sendable, Equatable, CustomStringConvertible {
  /// Without a slash at the end.
  public let text: String
  /// The host's name or number, without its port.
  public let host: String

  public var description: String { text }

  /// Whether the server is on this machine: proxies are then not asked.
  public var isLocal: Bool {
    host == "localhost" || host.hasPrefix("127.") || host == "[::1]"
  }

  /// - Throws: `Malformed` for anything else than `http://HOST[:PORT][/PATH]`, or https.
  public init(_ given: String) throws(Malformed) {
    func wrong(_ reason: String) -> Malformed { Malformed(given: given, reason: reason) }
    guard let scheme = ["http://", "https://"].first(where: given.lowercased().hasPrefix) else {
      throw wrong("it does not begin with http:// or https://")
    }
    guard given.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x22 }) else {
      throw wrong("it holds a space or another character that no address has")
    }
    let rest = given.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !authority.contains("@") else {
      // Its words are not repeated: they may be a key.
      throw Malformed(
        given: scheme + "…@…",
        reason: "it holds a name or a key -- keep the key in a variable and name that: api_key_env")
    }
    guard !rest.contains("?"), !rest.contains("#") else {
      throw Malformed(
        given: scheme + String(authority) + "/…",
        reason: "it holds a query -- give the part before it")
    }
    let isBracketed = authority.hasPrefix("[")
    let end =
      isBracketed
      ? authority.firstIndex(of: "]").map(authority.index(after:)) ?? authority.endIndex
      : authority.firstIndex(of: ":") ?? authority.endIndex
    let host = authority[..<end]
    let port = authority[end...]
    guard !host.isEmpty, !isBracketed || host.hasSuffix("]") else {
      throw wrong("it names no host")
    }
    guard
      port.isEmpty
        || port.hasPrefix(":") && Int(port.dropFirst()).map((1...65_535).contains) == true
    else { throw wrong("its port is no number from 1 to 65535") }
    var text = given
    while text.hasSuffix("/") { text.removeLast() }
    self.text = text
    self.host = host.lowercased()
  }

  /// The address of a part of the interface: `at("/chat/completions")`.
  public func at(_ path: String) -> String { text + path }

  /// Why a text is no such address.
  public struct Malformed: Error, Equatable, CustomStringConvertible {
    /// The text refused; where it may hold a key or a query, that part is left out.
    public let given: String
    /// What is wrong with it, and what to do where that helps.
    public let reason: String

    public var description: String {
      "expected an address like http://127.0.0.1:8080/v1, found \(given.prefix(120)): \(reason)"
    }
  }
}
