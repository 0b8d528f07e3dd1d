import Archives
import Files
import Records
import Sets
import SoftLabels
import Stages
import Testing
import Tokenization

struct `The samples of a training` {
  /// The records with tokens, two in each frame.
  private func tokens(in place: Place) throws -> StageInput {
    let folder = place.path + "/tokens"
    try Folder.make(folder)
    var writer = try ArchiveWriter(
      directory: folder, name: "data", options: .init(samplesPerFrame: 2))
    let tokenizer = TinySets.tokenizer
    let V = tokenizer.vocabularySize
    for record in TinySets.records {
      let (tokens, mask) = tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      try writer.append(
        ArchiveSample(
          record: record,
          fields: [
            (TokenMembers.tokensField, TokenMembers.encode(tokens: tokens, vocabulary: V)),
            (TokenMembers.maskField, TokenMembers.encode(mask: mask)),
          ]))
    }
    var described = SetManifest(isVerified: true)
    described.source = SetManifest.Source.none
    described.vocabulary = V
    var manifest = try writer.finish().manifest(kind: "label", details: described.details())
    try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
    manifest.files.append(try Manifest.entry("tokenizer.json", in: folder))
    try manifest.write(to: folder)
    return StageInput(
      name: "tokens", kind: "label", makes: [.set, .labels],
      finished: .init(folder: folder, manifest: manifest))
  }

  private func order(_ positions: [UInt32], over set: StageInput, in place: Place) throws
    -> StageInput
  {
    let folder = place.path + "/order-\(positions.max() ?? 0)"
    try Folder.make(folder)
    try OrderFile.write(positions, in: folder)
    let reader = try ArchiveReader(directory: try set.require().folder)
    let manifest = Manifest(
      kind: "curriculum", content: SHA256.hash("order").hex,
      files: [try Manifest.entry(OrderFile.fileName, in: folder)],
      details: OrderFile.details(entries: positions.count, over: reader))
    try manifest.write(to: folder)
    return StageInput(
      name: "order", kind: "curriculum", makes: [.order],
      finished: .init(folder: folder, manifest: manifest))
  }

  /// What is in no batch is not read: a frame that no sample of a batch lies in may be damaged, or
  /// large, and costs nothing.
  @Test func `are read where a batch uses them, and nowhere else`() throws {
    let place = try Place()
    let set = try tokens(in: place)
    // The last of six frames loses a byte that only reading it can find.
    let shard = try set.require().folder + "/data-000000.tar.zst"
    var bytes = try readFile(shard)
    let table = bytes.count - (8 + 8 * 7 + 9)
    var sizes = ByteReader(Array(bytes[(table + 8)...]), named: "table")
    var end = 0
    for _ in 0..<6 {
      end += Int(try sizes.read(UInt32.self))
      _ = try sizes.read(UInt32.self)
    }
    bytes[end - 20] ^= 1
    try AtomicFile.write(bytes, to: shard)
    let entries = TinyRun.steps * TinyRun.batch
    let few = try order((0..<entries).map { UInt32($0 * 3 % 10) }, over: set, in: place)
    let all = try order((0..<entries).map { UInt32($0 * 5 % 12) }, over: set, in: place)
    let done = try TinyRun(kind: .train, inputs: [set, few])(place.path + "/out")
    #expect(done.details["unique_samples"] == 10 && done.details["dropped"] == 0)
    #expect(throws: ArchiveError.self) {
      _ = try TinyRun(kind: .train, inputs: [set, all])(place.path + "/other")
    }
  }

  /// How the set is cut into frames shows in no byte of a model.
  @Test func `are the same whatever lies around them`() throws {
    let place = try Place()
    let sets = try TinySets()
    let set = try tokens(in: place)
    let positions = (0..<(TinyRun.steps * TinyRun.batch)).map { UInt32(($0 * 5 + 5) % 12) }
    let own = try TinyRun(kind: .train, inputs: [set, order(positions, over: set, in: place)])(
      place.path + "/a")
    let other = try TinyRun(
      kind: .train, inputs: [sets.labelled(), sets.order(TinyRun.steps * TinyRun.batch)])(
        place.path + "/b")
    #expect(own.details["fingerprint"] == other.details["fingerprint"])
  }
}
