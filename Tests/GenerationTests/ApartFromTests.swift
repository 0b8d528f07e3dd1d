import Files
import Foundation
import Generation
import Tasks
import Testing

struct `Problems that a set is apart from` {
  private func file(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory.path() + "/apart-\(UUID().uuidString)"
    try AtomicFile.write(text, to: path)
    return path
  }

  /// The swapped sum is the same problem under another spelling.
  @Test func `are read from records, and none of them is drawn`() throws {
    var plan = try GenerationPlan(
      cells: [.init(family: "sum-reduce", level: 1)], count: 300, split: nil, seed: 3)
    var problems: [String] = []
    _ = try Generator(plan).run(threads: 1) { records, _ in problems += records.map(\.problem) }
    let lines = problems.prefix(100).map { #"{"family":"sum-reduce","problem":"\#($0)"}"# }
    let path = try file(lines.joined(separator: "\n") + "\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    plan.apart = try ApartFrom([path])
    #expect(plan.apart.contents.count == Set(problems.prefix(100)).count)
    var kept: [String] = []
    let counts = try Generator(plan).run(threads: 2) { records, _ in
      kept += records.map(\.problem)
    }
    #expect(kept.count == 300 && Set(kept).isDisjoint(with: problems.prefix(100)))
    #expect(counts.excluded >= 100)
  }

  @Test func `are read from geometry problem files`() throws {
    let path = try file(
      "one\na b c = triangle a b c; m = midpoint a b; n = midpoint a c ? para m n b c\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let contents = try ApartFrom([path]).contents
    let form = GeometryTheorem().canonical(
      "a b c = triangle a b c; m = midpoint m a b; n = midpoint n a c ? para m n b c")
    #expect(contents == [SHA256.hash(form ?? "").hex])
  }

  @Test(arguments: [
    ("{\"family\":\"no-such\",\"problem\":\"1\"}\n", "no-such"), ("{nope\n", "line 1"),
    ("{\"family\":\"sum-reduce\",\"problem\":\"x\"}\n", "sum-reduce writes"),
    ("name\na = nothing a ? coll a a a\n", "nothing"),
  ])
  func `are named where they cannot be read`(text: String, words: String) throws {
    let path = try file(text)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: GenerationError.self) { try ApartFrom([path]) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  /// Other people's questions name no family: whoever reads one keeps clear of it.
  @Test(arguments: [
    #"{"question":" 9+8+2 ","answer":"9"}"#, #"{"problem":"9+8+2","solution":"x"}"#,
    #"{"prompt":"9+8+2","completion":"x"}"#, #"{"text":"9+8+2"}"#,
    #"{"messages":[{"role":"system","content":"s"},{"role":"user","content":"9+8+2"}]}"#,
  ])
  func `are read from anybody's lines`(line: String) throws {
    let path = try file(line + "\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let apart = try ApartFrom([path])
    #expect(apart.contents.contains(SHA256.hash("9+8+2").hex))
    #expect(apart.holds(content: SHA256.hash("9+8+2").hex, problem: "9+8+2"))
    #expect(!apart.holds(content: SHA256.hash("9+8+3").hex, problem: "9+8+3"))
  }

  @Test func `are found by eight words in a row, in any case and between any marks`() throws {
    let path = try file(
      #"{"question":"Tom has 5 apples. Tom gets 7 apples. How many?","answer":"12"}"# + "\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let apart = try ApartFrom([path])
    func holds(_ text: String) -> Bool { apart.holds(content: "", problem: text) }
    #expect(holds("well: TOM has -- 5 apples; tom gets 7 apples, does he"))
    #expect(!holds("Tom has 5 apples. Tom gets 8 apples."))
    #expect(!holds("Tom has 5 apples. Tom gets 7"))
  }
}
