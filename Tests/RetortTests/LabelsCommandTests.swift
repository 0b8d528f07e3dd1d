import Files
import Foundation
import Testing

/// `retort labels` as users and their scripts call it.
struct `The command labels` {
  /// Two texts of vLLM's form: a chain of five tokens, each row sure of what comes.
  private static func lines(late: Bool) -> String {
    let text = [1, 3, 2, 4, 0, 3, 1, 2, 0, 4, 2, 3, 1, 0, 2, 1, 4, 3, 0, 1, 2, 4]
    return (0..<2).map { s in
      let ids = Array(text[s...]) + text.prefix(s)
      let rows = ids.indices.dropFirst().map { t -> String in
        let next = ids[min(ids.count - 1, t + (late ? 1 : 0))]
        let entries = (0..<5).map {
          "\"\($0)\":{\"logprob\":\($0 == next ? "-0.0833816" : "-3.912023"),\"rank\":1}"
        }
        return "{" + entries.joined(separator: ",") + "}"
      }
      return "{\"prompt_token_ids\":[\(ids.map { "\($0)" }.joined(separator: ","))],"
        + "\"prompt_logprobs\":[null,\(rows.joined(separator: ","))]}\n"
    }.joined()
  }

  @Test func `exits 0 for sound labels, 1 for others, 2 for a wrong line`() throws {
    try Program.withFolder { folder in
      try AtomicFile.write(Self.lines(late: false), to: folder + "/good.jsonl")
      try AtomicFile.write(Self.lines(late: true), to: folder + "/late.jsonl")
      let good = try Program.run(["labels", "check", folder + "/good.jsonl", "--vocabulary", "5"])
      #expect(good.status == 0 && good.output.contains("good.jsonl: sound, jsonl"), "\(good)")
      let late = try Program.run(["labels", "check", folder + "/late.jsonl", "--vocabulary", "5"])
      #expect(late.status == 1 && late.output.contains("broken: off-by-one"), "\(late)")
      #expect(late.output.contains("+1:") && late.output.contains("fix:"))
      #expect(try Program.run(["labels", "check", folder + "/nothing"]).status == 1)
      #expect(try Program.run(["labels", "check"]).status == 2)
      #expect(
        try Program.run(["labels", "check", folder + "/good.jsonl", "--format", "x"]).status == 2)
      #expect(
        try Program.run(["labels", "import", folder + "/good.jsonl", "-o", folder + "/o"]).status
          == 2)
    }
  }

  @Test func `prints one object for each path`() throws {
    try Program.withFolder { folder in
      try AtomicFile.write(Self.lines(late: false), to: folder + "/good.jsonl")
      try AtomicFile.write("", to: folder + "/empty.jsonl")
      let run = try Program.run([
        "labels", "check", folder + "/good.jsonl", folder + "/empty.jsonl", "--json",
        "--vocabulary", "5",
      ])
      #expect(run.status == 1)
      let lines = run.output.split(separator: "\n").map(String.init)
      try #require(lines.count == 2)
      let (good, empty) = (try JSON.parse(lines[0]), try JSON.parse(lines[1]))
      #expect(good["verdict"] == "sound" && good["findings"] == [] && good["format"] == "jsonl")
      #expect(good["figures"]?["rows"] == 42)
      #expect(empty["verdict"] == "broken")
      #expect(empty["findings"]?.arrayValue?.first?["name"] == "truncated")
    }
  }
}
