import HTTP
import Testing

struct `A server's address` {
  @Test(arguments: [
    ("http://127.0.0.1:8080/v1", "127.0.0.1", true), ("http://localhost/v1/", "localhost", true),
    ("HTTPS://Api.Example.org/v1", "api.example.org", false), ("http://[::1]:9/v1", "[::1]", true),
    ("http://10.0.0.1:65535", "10.0.0.1", false),
  ])
  func `is taken apart`(text: String, host: String, isLocal: Bool) throws {
    let address = try ServerAddress(text)
    #expect(address.host == host && address.isLocal == isLocal)
    #expect(!address.text.hasSuffix("/"))
    #expect(address.at("/models").hasSuffix("/models"))
  }

  @Test(arguments: [
    "", "127.0.0.1:8080/v1", "ftp://a/v1", "http://", "http:///v1", "http://a b/v1",
    "http://a:0/v1", "http://a:65536", "http://a:x/", "http://a/v1?key=1", "http://a/v1#x",
    "http://[::1/v1", "http://a\nb/", "http://ä/v1", "file:///etc/passwd",
  ])
  func `that is none is refused`(text: String) {
    #expect(throws: ServerAddress.Malformed.self) { try ServerAddress(text) }
  }

  /// A key in an address would come into every message and shell history.
  @Test(arguments: [
    "https://user:sk-secret@host/v1", "http://sk-secret@host", "http://h/v1?k=sk-secret",
  ])
  func `with a key in it is refused without its words`(text: String) {
    let error = #expect(throws: ServerAddress.Malformed.self) { try ServerAddress(text) }
    #expect(error.map { !"\($0)".contains("sk-secret") } == true)
  }
}
