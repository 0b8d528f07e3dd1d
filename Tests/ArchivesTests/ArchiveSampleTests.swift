import Archives
import Files
import Testing

struct `A sample` {
  /// Within `map` a sample's bytes lie in the frame it shares with others; alone it has its own.
  @Test func `is the same in its frame and alone`() throws {
    let folder = try TemporaryFolder()
    let samples = try TinyArchive.five(in: folder)
    let reader = try ArchiveReader(directory: folder.path)
    let shared = try reader.map(at: Array(samples.indices)) { $1 }
    #expect(shared == samples)
    for (i, sample) in shared.enumerated() {
      #expect(try reader.sample(at: i) == sample)
      #expect(sample["data.bin"] == samples[i].fields[1].bytes)
      #expect(sample["data.bi"] == nil)
      #expect(sample.fields.map(\.name) == ["json", "data.bin"])
    }
  }

  @Test func `differs by any byte, name or column`() {
    let sample = ArchiveSample(id: "a", fields: [("x", [1, 2]), ("y", [])], columns: ["k": 1])
    var other = sample
    other.fields[0].bytes[1] = 3
    #expect(other != sample)
    other.fields[0].bytes[1] = 2
    #expect(other == sample)
    other.fields[1].name = "z"
    #expect(other != sample)
    other = sample
    other.columns = ["k": 2]
    #expect(other != sample)
    other = sample
    other.id = "b"
    #expect(other != sample)
  }

  /// What was read from an archive is written again as it was.
  @Test func `read from one archive makes the same archive`() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    let samples = try TinyArchive.five(in: first)
    let reader = try ArchiveReader(directory: first.path)
    let shared = try reader.map(at: Array(samples.indices)) { $1 }
    try TinyArchive.write(shared, to: second)
    for name in ["tiny-000000.tar.zst", "tiny-000000.index.jsonl"] {
      #expect(try first.bytes(name) == second.bytes(name))
    }
  }
}
