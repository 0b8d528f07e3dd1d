import Archives
import Benchmarks
import Files
import Foundation
import Kernels
import Testing

struct `The benchmarks of data` {
  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "retort-benchmarks-\(UUID().uuidString)"
    try Folder.make(folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  /// Other programs read the set that is kept: it is the one that was measured.
  @Test func `leave the set that was written`() throws {
    try BLAS.require(threads: 1)
    try Self.withFolder { folder in
      let results = try ShardBenchmarks(threads: 1, repetitions: 1, sampleCount: 7)
        .run(keeping: folder)
      #expect(results.map(\.config) == ["write", "read"])
      let found = try ArchiveReader.verify(directory: folder + "/set", threads: 1)
      #expect(found.samples == 7)
      #expect(results.allSatisfy { $0.figures["raw_bytes"]?.intValue == found.rawBytes })
    }
  }

  /// Each part reads what the part before it wrote, as stages do.
  @Test func `measure stages on a set of their own`() throws {
    try BLAS.require(threads: 1)
    try Self.withFolder { folder in
      let benchmark = SetsBenchmark(samples: 1500, threads: 1, machine: { _ in [:] })
      for part in [SetsBenchmark.Part.write, .order, .tokenizer] {
        let figures = try benchmark.measure(part, in: folder)
        for name in ["s", "cpu_s", "peak_rss_mib"] {
          #expect(figures[name]?.doubleValue ?? -1 >= 0, "\(part): \(name)")
        }
      }
      #expect(try ArchiveReader(directory: folder + "/set").count == 1500)
      #expect(fileExists(folder + "/order/order.npy"))
    }
  }

  @Test func `name the part whose process failed`() throws {
    let benchmark = SetsBenchmark(samples: 1, threads: 1, machine: { _ in [:] })
    #expect(throws: BenchmarkError.part("write")) {
      try benchmark.run([]) { _, _ in ["--no-such-option-of-a-test-bundle"] }
    }
  }

  @Test func `want enough text to learn from one half and encode the other`() throws {
    try Self.withFolder { folder in
      let text = folder + "/short.txt"
      try AtomicFile.write("one line\n", to: text)
      let benchmarks = TokenizerBenchmarks(repetitions: 1, vocabularySize: 300)
      #expect(throws: BenchmarkError.text(minimumBytes: 4000)) {
        try benchmarks.run(text: text, tokenizer: nil, keeping: nil)
      }
      let lines = (0..<400).map { "line \($0): 3+4=7\n" }.joined()
      try AtomicFile.write(lines, to: text)
      let results = try benchmarks.run(text: text, tokenizer: nil, keeping: folder)
      #expect(results.map(\.config) == ["text"])
      let figures = results[0].figures
      #expect(figures["vocabulary"]?.intValue ?? 0 <= 300)
      #expect(figures["bytes_per_token"]?.doubleValue ?? 0 >= 1)
      let kept = try JSON.parse(readFile(folder + "/documents.json"))
      #expect(kept["documents"]?.arrayValue?.count == kept["ids"]?.arrayValue?.count)
    }
  }
}
