import Archives
import Kernels
import SoftLabels
import Stages
import Testing
import Tokenization
import Training

struct `Stored labels` {
  /// Rows in memory and rows read step by step are the same bits.
  @Test(arguments: [1, 2, 3])
  func `are the same in memory and from the archive`(threads: Int) throws {
    let sets = try TinySets()
    let reader = try ArchiveReader(directory: try sets.labelled().require().folder)
    let V = TinySets.tokenizer.vocabularySize
    let used: Set = [0, 3, 4, 7, 11]
    let codec = FullCodec(vocabulary: V)
    let held = try StoredLabels(reader: reader, codec: codec) { place, _ in used.contains(place) }
    let streamed = try StoredLabels(reader: reader, codec: codec, mostBytes: 0) { place, _ in
      used.contains(place)
    }
    var counts: [Int] = []
    var parts: [[AlignmentCheck.Part]] = [[], []]
    for (place, sample) in try reader.samples(in: 0..<reader.count).enumerated() {
      let (tokens, mask) = try TokenMembers.decode(
        tokens: try #require(sample["tokens.npy"]), mask: try #require(sample["mask.npy"]),
        vocabulary: V, sample: sample.id)
      counts.append(tokens.count - 1)
      parts[0].append(try held.take(sample, at: place, tokens: tokens, mask: mask))
      parts[1].append(try streamed.take(sample, at: place, tokens: tokens, mask: mask))
    }
    #expect(parts[0] == parts[1])
    for members in [[3, 0], [11, 4, 11, 7], [7]] {
      let asked = members.map { (position: $0, rows: counts[$0]) }
      let total = asked.reduce(0) { $0 + $1.rows }
      let a = try held.rows(
        of: asked, buffer: codec.rows(0), threads: threads)
      let b = try streamed.rows(
        of: asked, buffer: codec.rows(total), threads: threads)
      #expect(a.rows.count == total && b.rows.count == total)
      for (p, q) in zip(a.rows, b.rows) {
        let x = try a.memory.logProbabilities(Int(p)..<Int(p + 1), sample: "s")
        let y = try b.memory.logProbabilities(Int(q)..<Int(q + 1), sample: "s")
        #expect(x == y)
      }
      // And they are what the set holds, by either road.
      let stored = try FullLabels.decode(
        try #require(try reader.sample(at: members[0])[FullLabels.field]),
        rowCount: counts[members[0]], vocabulary: V)
      #expect(try b.memory.logProbabilities(0..<counts[members[0]], sample: "s") == stored)
      for labels in [held, streamed] {
        #expect(
          try labels.logProbabilities(position: members[0], rows: counts[members[0]]) == stored)
      }
    }
  }

  /// Only what is used takes memory.
  @Test func `keep what is used and fits`() throws {
    let sets = try TinySets()
    let reader = try ArchiveReader(directory: try sets.labelled().require().folder)
    let V = TinySets.tokenizer.vocabularySize
    let codec = FullCodec(vocabulary: V)
    let all = try StoredLabels(reader: reader, codec: codec) { _, _ in true }
    let some = try StoredLabels(reader: reader, codec: codec) { place, _ in place < 3 }
    let rows = all.held?.count ?? 0
    #expect(rows > 12 && (some.held?.count ?? 0) < rows / 2)
    let fits = try StoredLabels(reader: reader, codec: codec, mostBytes: 2 * rows * V) { _, _ in
      true
    }
    let less = try StoredLabels(reader: reader, codec: codec, mostBytes: 2 * rows * V - 1) { _, _ in
      true
    }
    #expect(fits.held != nil && less.held == nil)
  }
}
