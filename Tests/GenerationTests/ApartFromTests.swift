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
    plan.excluded = try ApartFrom.contents(of: [path])
    #expect(plan.excluded.count == Set(problems.prefix(100)).count)
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
    let contents = try ApartFrom.contents(of: [path])
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
    let error = #expect(throws: GenerationError.self) { try ApartFrom.contents(of: [path]) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }
}
