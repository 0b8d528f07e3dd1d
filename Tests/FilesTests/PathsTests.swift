import Files
import Testing

struct `A path` {
  @Test(arguments: [
    ("a/b", "a", "b"), ("a", ".", "a"), ("/a", "/", "a"), ("a/b/", "a", "b"), ("/", "/", "/"),
    ("../x", "..", "x"),
  ])
  func `has a parent and a last name`(path: String, parent: String, last: String) {
    #expect(Paths.parent(of: path) == parent)
    if path != "/" { #expect(Paths.last(of: path) == last) }
  }

  @Test(arguments: [
    ("a", true), ("data-000000.tar.zst", true), ("A_b-9.", true), ("", false), (".", false),
    ("..", false), (".tmp", false), ("a/b", false), ("a b", false), ("ä", false), ("a\n", false),
    (String(repeating: "x", count: 128), true), (String(repeating: "x", count: 129), false),
  ])
  func `takes only safe names from data`(name: String, isSafe: Bool) {
    #expect(Paths.isSafeName(name) == isSafe)
  }
}
