import Files
import Foundation
import Testing

/// Benchmarks leave work behind for other programs to repeat: it must be the work that was
/// measured.
struct `Benchmarks that other programs repeat` {
  /// A peer that takes the same steps compares its losses with these; a loss that depended on the
  /// threads could not be compared.
  @Test func `write the same first losses whatever the threads`() throws {
    try Program.withFolder { folder in
      var checks: [[UInt8]] = []
      for threads in ["1", "2"] {
        let place = "\(folder)/\(threads)"
        let outcome = try Program.run([
          "bench", "train", "--config", "student", "--threads", threads, "--check", place,
        ])
        #expect(outcome.status == 0, "\(outcome)")
        checks.append(try readFile(place + "/check.json"))
        #expect(fileExists(place + "/model.safetensors"))
      }
      #expect(checks[0] == checks[1])
      let losses = try #require(try JSON.parse(checks[0])["losses"]?.arrayValue)
      let values = losses.compactMap(\.doubleValue)
      #expect(values.count == 3)
      // Fresh weights know nothing of 264 tokens; the same batch again is a little better known.
      #expect(abs(values[0] - log(264)) < 0.1, "\(values)")
      #expect(values == values.sorted(by: >), "\(values)")
    }
  }

  @Test func `keep a set of labels that verifies`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.run([
        "bench", "shards", "--samples", "9", "--repetitions", "1", "--keep", folder, "--json",
      ])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.output.split(separator: "\n").count == 4)
      let verified = try Program.run(["shards", "verify", folder + "/set", "--json"])
      #expect(try JSON.parse(verified.output)["samples"]?.intValue == 9, "\(verified)")
    }
  }

  @Test func `keep documents with the ids that the tokenizer they keep gives`() throws {
    try Program.withFolder { folder in
      let outcome = try Program.run([
        "bench", "tokenizer", "--repetitions", "1", "--keep", folder,
      ])
      #expect(outcome.status == 0, "\(outcome)")
      let kept = try JSON.parse(readFile(folder + "/documents.json"))
      let document = try #require(kept["documents"]?.arrayValue?.first?.stringValue)
      let ids = try #require(kept["ids"]?.arrayValue?.first?.arrayValue).compactMap(\.intValue)
      let text = ids.map(String.init).joined(separator: " ") + "\n"
      let decoded = try Program.run(
        ["tokenizer", "decode", folder + "/tokenizer.json", "-"], input: text)
      #expect(decoded.output == document + "\n")
    }
  }
}
