import Files
import Pipeline
import Stages
import Testing

/// What a rehearsal says of the whole, held against sums done by hand.
struct `An expectation` {
  /// Half a second before the first of 8 pieces, a tenth each, and 0.3 s after the last.
  private static var took: Rehearsal.Took {
    var took = Rehearsal.Took(seconds: 1.6, peakBytes: 1000)
    took.first = (1, 0.6)
    took.last = (8, 1.3)
    took.bytes = 80
    took.tokens = 40
    return took
  }

  private static func expected(
    _ work: Workload, scale: Double, inputGrowth: Int = 0, from other: Rehearsal.Took? = nil
  ) -> Pipeline.Expectation {
    var expected = Pipeline.Expectation(stage: "s", kind: "k", basis: "")
    expected.take(other ?? took, work, scale: scale, inputGrowth: inputGrowth)
    return expected
  }

  private static func isClose(_ a: Double?, _ b: Double) -> Bool { abs((a ?? .nan) - b) < 1e-9 }

  @Test func `of as much as was rehearsed is what that took`() {
    let same = Self.expected(Workload(pieces: 8, filesGrow: true), scale: 1)
    #expect(Self.isClose(same.seconds, 1.6))
    #expect(same.bytes == 80 && same.tokens == 40 && same.memoryBytes == 1000)
  }

  /// What is done once is not done a hundred times.
  @Test func `scales the pieces and neither the beginning nor the end`() {
    let whole = Self.expected(Workload(pieces: 800), scale: 100)
    #expect(Self.isClose(whole.seconds, 0.5 + 80 + 0.3))
    #expect(whole.bytes == 80 && whole.tokens == 4000)
  }

  @Test func `counts every look at a validation set`() {
    let whole = Self.expected(Workload(pieces: 800, closings: 8), scale: 100)
    #expect(Self.isClose(whole.seconds, 0.5 + 80 + 8 * 0.3))
  }

  /// Longer records take longer, and more room, each.
  @Test func `stretches pieces that are longer in the whole`() {
    let whole = Self.expected(Workload(pieces: 80, stretch: 3, filesGrow: true), scale: 10)
    #expect(Self.isClose(whole.seconds, 0.5 + 8 * 3 + 0.3))
    #expect(whole.bytes == 2400 && whole.tokens == 1200)
  }

  /// A readout is as large beside a hundred samples as beside ten.
  @Test func `grows with the samples, and not with what lies beside them`() {
    var took = Self.took
    took.fixedBytes = 30
    let whole = Self.expected(Workload(pieces: 80, filesGrow: true), scale: 10, from: took)
    #expect(whole.bytes == 30 + 500)
    func file(_ path: String, _ bytes: Int) -> Manifest.File {
      Manifest.File(path: path, bytes: bytes, sha256: "")
    }
    let files = [
      file("data-000000.tar.zst", 7), file("data-000000.index.jsonl", 5),
      file("readout.safetensors", 20), file("rejected.jsonl", 4), file("tokenizer.json", 10),
    ]
    var manifest = Manifest(
      kind: "label", content: "", files: files,
      archive: ["shards": [["file": "data-000000.tar.zst", "index": "data-000000.index.jsonl"]]])
    #expect(manifest.bytesBesideSamples == 30)
    manifest.archive = nil
    #expect(manifest.bytesBesideSamples == 0)
  }

  /// A text of 20 given and 30 written tokens, cut at a fifth of its end, is 20 and 150 in the
  /// whole.
  @Test func `lengthens what is written, and not what is given`() {
    let longer = Rehearsal.lengthening(of: 1, writing: 5, share: 30.0 / 50)
    #expect(Self.isClose(longer, 170.0 / 50))
    #expect(Self.isClose(Rehearsal.lengthening(of: 2, writing: 1, share: 1), 2))
    let manifest = Manifest(
      kind: "sample", content: "", files: [],
      details: ["tokens": ["prompt": 20, "written": 30]])
    #expect(Self.isClose(manifest.writtenShare, 0.6))
    for details in [[:], ["tokens": 7], ["tokens": ["prompt": 0, "written": 0]]] as [JSONObject] {
      #expect(
        Manifest(kind: "label", content: "", files: [], details: details).writtenShare == nil)
    }
  }

  @Test func `holds inputs in memory where the stage does`() {
    let grown = Self.expected(Workload(pieces: 8, holdsInputs: true), scale: 1, inputGrowth: 500)
    #expect(grown.memoryBytes == 1500)
    let steady = Self.expected(Workload(pieces: 8), scale: 1, inputGrowth: 500)
    #expect(steady.memoryBytes == 1000)
  }

  @Test func `adds bytes that are plain arithmetic`() {
    #expect(Self.expected(Workload(pieces: nil, moreBytes: 20), scale: 1).bytes == 100)
  }

  /// One report at the end tells no rate between two: all before it is the pieces' time.
  @Test func `takes a single report for all the pieces`() {
    var took = Self.took
    took.first = (8, 1.3)
    #expect(
      Self.isClose(Self.expected(Workload(pieces: 16), scale: 2, from: took).seconds, 2.6 + 0.3))
    took.first = nil
    took.last = nil
    #expect(Self.isClose(Self.expected(Workload(pieces: 16), scale: 2, from: took).seconds, 3.2))
  }
}
