import Archives
import Files
import Foundation
import Sets
import SoftLabels
import StageSupport
import Stages
import Teaching
import Testing
import Tokenization

/// Label sets of few tokens, whole: written by the stage, read as a training reads them.
struct `The label stage with few tokens a row` {
  private static let encodings = ["topk", "sampled", "topk+sampled"]

  private static func teacher() throws -> MadeStage {
    try TinyInputs.model("teacher", TinyInputs.randomParameters(seed: 1))
  }
  private static func label(
    _ settings: JSONObject, threads: Int = 1, set: MadeStage? = nil
  ) throws -> MadeStage {
    try `The label stage`.label(
      set ?? `The label stage`.sums(), teacher(), settings, threads: threads)
  }

  @Test(arguments: encodings)
  func `writes the same bytes on any number of threads and reads them back`(name: String) throws {
    let made = try [1, 2, 3].map {
      try Self.label(["encoding": JSON(name), "batch": 4], threads: $0)
    }
    #expect(made[0].digests == made[1].digests && made[0].digests == made[2].digests)
    #expect(made[0].details == made[1].details && made[0].details == made[2].details)
    try ArchiveReader.verify(directory: made[0].folder)
    let reader = try ArchiveReader(directory: made[0].folder)
    let set = try TokenSet(reader: reader, name: "labels")
    let labels = try set.labels()
    #expect(labels.codec.encoding.name == name)
    let certificate = try set.certificate()
    try AlignmentSelfTest.run(
      reader, certificate: certificate, labels: labels, threads: 1, checkInterruption: {})
    #expect(certificate.probe?.every == 1 && certificate.probe?.targets == certificate.targets)
    #expect(try #require(certificate.gradient).error > 0)
    // The readout is random: rows are nearly flat, and draws miss most of them.
    #expect((0.05...1) ~= certificate.massKept)
    #expect((certificate.divergenceMean == .infinity) == (name != "topk"))
    #expect(made[0].details["transform"] == ["temperature": 1, "top_p": 1])
  }

  /// Rows of one sample beside the tokens of another, or one row late, do not pass.
  @Test(arguments: encodings)
  func `a shift by one position is seen`(name: String) throws {
    // A teacher that knows what follows: a shift costs it several nats.
    let V = TinyInputs.tokenizer.vocabularySize
    let teacher = try TinyInputs.model(
      "teacher",
      TinyInputs.tableParameters { last in
        (0..<V).map { Float((last * 31 + $0 * 17) % 13) * 0.9 }
      })
    let made = try `The label stage`.label(
      `The label stage`.sums(), teacher, ["encoding": JSON(name)])
    let reader = try ArchiveReader(directory: made.folder)
    let set = try TokenSet(reader: reader, name: "labels")
    let labels = try set.labels()
    for shift in [-1, 1] {
      var check = AlignmentCheck()
      for (position, sample) in try reader.samples(in: 0..<reader.count).enumerated() {
        let (tokens, mask) = try set.tokens(of: sample)
        let rows = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
        let moved =
          shift == 1 ? [tokens[0]] + tokens.dropLast() : Array(tokens.dropFirst()) + [tokens[0]]
        check.add(
          try rows.alignment(
            from: 0, at: position, tokens: moved, mask: mask, sample: sample.id))
      }
      #expect(throws: SoftLabelError.self) { try check.finish(against: try set.certificate()) }
    }
  }

  /// What training makes of the tail is in the manifest alone, and yet another set.
  @Test func `the tail policy is part of the content`() throws {
    let made = try ["ghost", "renormalise", "to-label"].map {
      try Self.label(["encoding": ["name": "topk", "k": 4, "tail": JSON($0)]])
    }
    #expect(Set(made.map(\.manifest.content)).count == 3)
    let archives = try made.map { try ArchiveReader(directory: $0.folder).archive.content }
    #expect(Set(archives).count == 1)
  }

  @Test func `a k beyond the vocabulary is refused`() throws {
    #expect(throws: StageError.self) {
      try Self.label(["encoding": ["name": "topk", "k": 60_000]])
    }
  }

  @Test func `exact distributions are refused while settings are read`() throws {
    for name in Self.encodings {
      #expect(throws: ConfigurationError.self) {
        try Self.label(["encoding": JSON(name), "source": "oracle"])
      }
    }
  }

  /// The family knows where a trace could have gone on otherwise.
  @Test func `positions are selected by choices, and by entropy with a precision and a recall`()
    throws
  {
    let all = try Certificate(json: Self.label(["encoding": "topk"]).details["certificate"])
    #expect(all.positions == nil)
    let byChoice = try Self.label(["encoding": ["name": "topk", "positions": "choices"]])
    let chosen = try #require(Certificate(json: byChoice.details["certificate"]).positions)
    let choices = try #require(chosen.choices)
    #expect(chosen.labelled == choices && chosen.hits == choices && choices > 0)
    let byEntropy = try Self.label([
      "encoding": ["name": "sampled", "positions": ["select": "entropy", "share": 0.3]]
    ])
    let certificate = try Certificate(json: byEntropy.details["certificate"])
    let selected = try #require(certificate.positions)
    #expect(selected.choices == choices && selected.hits <= choices)
    // 30 % of the targets of every sample, rounded up.
    let share = Double(selected.labelled) / Double(certificate.targets)
    #expect((0.3...0.42) ~= share)
    #expect(certificate.probe?.targets == selected.labelled)
    let json = try #require(byEntropy.details["certificate"]?["positions"])
    #expect(json["precision"]?.doubleValue != nil && json["recall"]?.doubleValue != nil)
    // Its rows read back: some have no label.
    let reader = try ArchiveReader(directory: byEntropy.folder)
    let labels = try TokenSet(reader: reader, name: "labels").labels()
    try AlignmentSelfTest.run(
      reader, certificate: certificate, labels: labels, threads: 1, checkInterruption: {})
    #expect(throws: ConfigurationError.self) {
      try Self.label([
        "encoding": ["name": "topk", "positions": ["select": "choices", "share": 0.3]]
      ])
    }
  }

  /// Whole rows at the family's choices: the same places as of a few tokens.
  @Test(
    arguments: [
      ["name": "full"], ["name": "hidden"], ["name": "hidden", "hidden_type": "int8"],
      ["name": "hidden", "hidden_type": "grid", "hidden_error": 0.01], ["name": "auto"],
    ] as [JSON])
  func `whole rows are labelled at choices alone`(encoding: JSON) throws {
    var block = try #require(encoding.objectValue)
    block["positions"] = "choices"
    let made = try [1, 3].map {
      try Self.label(["encoding": .object(block), "batch": 4], threads: $0)
    }
    // Their folders go with them.
    defer { withExtendedLifetime(made) {} }
    #expect(made[0].digests == made[1].digests && made[0].details == made[1].details)
    let reader = try ArchiveReader(directory: made[0].folder)
    #expect(reader.fields.contains("labelled.npy"))
    let set = try TokenSet(reader: reader, name: "labels")
    let certificate = try set.certificate()
    let chosen = try #require(certificate.positions)
    let few = try Self.label(["encoding": ["name": "topk", "positions": "choices"]])
    #expect(try Certificate(json: few.details["certificate"]).positions == chosen)
    let labels = try set.labels()
    #expect(labels.codec.positions != nil)
    try AlignmentSelfTest.run(
      reader, certificate: certificate, labels: labels, threads: 1, checkInterruption: {})
    var labelled = 0
    for sample in try reader.samples(in: 0..<reader.count) {
      let (tokens, mask) = try set.tokens(of: sample)
      let rows = try labels.rows({ sample[$0] }, count: tokens.count - 1, sample: sample.id)
      for t in 0..<(tokens.count - 1) where rows.isLabelled(t) {
        labelled += 1
        #expect(mask[t + 1] == 1)
      }
    }
    #expect(labelled == chosen.labelled && labelled > 0)
  }

  /// One teacher, two sets of one run: one copy of its readout, which is as long as the teacher's
  /// own.
  @Test func `sets of one run share a readout`() throws {
    let folder = try #require(Self.temporary())
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let teacher = try Self.teacher()
    let set = try `The label stage`.sums()
    func inode(_ path: String) throws -> (Int, Int) {
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      return (
        facts[.systemFileNumber] as? Int ?? -1, facts[.referenceCount] as? Int ?? -1
      )
    }
    let first = try `The label stage`.label(set, teacher, ["encoding": "hidden"])
    let stages = folder + "/stages"
    try FileManager.default.createDirectory(
      atPath: stages + "/b", withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: first.folder, toPath: stages + "/a")
    let bytes = try [UInt8](
      Data(contentsOf: URL(fileURLWithPath: stages + "/a/" + Readout.fileName)))
    let digest = try SharedFile.make(Readout.fileName, bytes, in: stages + "/b")
    #expect(digest == SHA256.hash(bytes).hex)
    let (a, b) = (
      try inode(stages + "/a/" + Readout.fileName), try inode(stages + "/b/" + Readout.fileName)
    )
    #expect(a == b && a.1 == 2)
    // Other bytes are a file of their own, and a damaged neighbour is not taken.
    _ = try SharedFile.make(Readout.fileName, bytes + [0], in: stages + "/b")
    #expect(try inode(stages + "/b/" + Readout.fileName) != a)
    let damaged = try #require(FileHandle(forWritingAtPath: stages + "/a/" + Readout.fileName))
    try damaged.seek(toOffset: 100)
    try damaged.write(contentsOf: [1, 2, 3, 4])
    try damaged.close()
    _ = try SharedFile.make(Readout.fileName, bytes, in: stages + "/b")
    #expect(
      try [UInt8](Data(contentsOf: URL(fileURLWithPath: stages + "/b/" + Readout.fileName)))
        == bytes)
  }

  private static func temporary() -> String? {
    let path = NSTemporaryDirectory() + "/shared-\(UInt64.random(in: 0...(.max)))"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }
}
