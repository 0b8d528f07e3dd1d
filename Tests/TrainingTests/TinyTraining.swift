import Archives
import Files
import Foundation
import Randomness
import Records
import SoftLabels
import Stages
import Synchronization
import Tensors
import Tokenization
import Training

/// A folder that is gone when its owner is.
final class Place: Sendable {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "training-" + UUID().uuidString
    try Folder.make(path)
  }
  deinit { try? Folder.remove(path) }
}

/// Twelve small records, as sets of every kind that a training reads.
struct TinySets {
  let place: Place
  static let records = records("")
  /// The same texts as other problems: what validates may not be learnt from.
  static let heldOut = records("held out: ")

  private static func records(_ prefix: String) -> [Record] {
    (0..<12).map { record($0, prefix) }
  }

  private static func record(_ i: Int, _ prefix: String) -> Record {
    let (a, b, c) = (i % 10, (3 * i + 1) % 10, (7 * i + i / 10) % 10)
    let first = (a + b) % 10
    let problem = "\(a)+\(b)+\(c)"
    return Record(
      family: "sum-reduce", level: 1 + i % 3, knobs: [:], problem: problem,
      solution: "\(first)+\(c)\n\((first + c) % 10)\nAnswer: \((first + c) % 10)",
      answer: "\((first + c) % 10)", canonicalProblem: prefix + problem, origin: .reference,
      checker: nil)
  }

  init() throws { place = try Place() }

  static var tokenizer: Tokenizer {
    Tokenizer.train(
      on: records.flatMap { [Array($0.problem.utf8), Array($0.solution.utf8)] },
      vocabularySize: 270
    ).tokenizer
  }

  /// The records as a stage `generate` leaves them.
  func plain(verified: Bool = true) throws -> StageInput {
    try set("problems", kind: "generate", details: ["verified": JSON(verified)]) {
      ArchiveSample(
        id: $0.id, fields: [("json", $0.line)], columns: ["level": JSON($0.level)])
    }
  }

  /// The records with labels; `shift` puts each row beside the token before its own, `oracle` makes
  /// every second position forced. A set called `validation` holds other problems than the rest.
  func labelled(
    _ name: String = "labels", oracle: Bool = false, shift: Int = 0, source: String? = nil,
    rows given: (([Int32]) throws -> [Float])? = nil
  ) throws -> StageInput {
    let records = name == "validation" ? Self.heldOut : Self.records
    let tokenizer = Self.tokenizer
    let V = tokenizer.vocabularySize
    var accumulator = Certificate.Accumulator()
    var samples: [ArchiveSample] = []
    for record in records {
      let (tokens, mask) = tokenizer.encodeSample(
        problem: Array(record.problem.utf8), solution: Array(record.solution.utf8))
      var rows = try given?(tokens) ?? Self.rows(for: tokens, vocabulary: V, oracle: oracle)
      let (bytes, figures) = try FullLabels.encode(
        rows: rows, tokens: tokens, mask: mask, vocabulary: V, sample: record.id)
      accumulator.add(figures)
      var stored = bytes
      if shift != 0 {
        rows = Array(rows[V...] + rows[..<V])
        stored = try FullLabels.encode(
          logProbabilities: rows, rowCount: tokens.count - 1, vocabulary: V)
      }
      samples.append(
        ArchiveSample(
          id: record.id,
          fields: [
            ("json", record.line),
            ("tokens.npy", TokenMembers.encode(tokens: tokens, vocabulary: V)),
            ("mask.npy", TokenMembers.encode(mask: mask)), ("logp.npy", stored),
          ], columns: ["level": JSON(record.level)]))
    }
    let details: JSONObject = [
      "certificate": accumulator.certificate.json, "vocab_size": JSON(V),
      "source": JSON(source ?? (oracle ? "oracle" : "teacher")),
    ]
    var next = samples.makeIterator()
    return try set(name, kind: "label", details: details, tokenizer: tokenizer) { _ in
      guard let sample = next.next() else { throw CancellationError() }
      return sample
    }
  }

  /// Distributions that give the next token about half, the rest to normal noise; an oracle's give
  /// all to it at even rows, and halves to it and a neighbour at odd ones.
  private static func rows(for tokens: [Int32], vocabulary V: Int, oracle: Bool) -> [Float] {
    var stream = Seed(5).child("tiny").child(tokens.map(String.init).joined()).stream()
    var rows: [Float] = []
    for t in 0..<(tokens.count - 1) {
      let next = Int(tokens[t + 1])
      if oracle {
        var row = [Float](repeating: -.infinity, count: V)
        row[next] = t % 2 == 0 ? 0 : Float(log(0.5))
        if t % 2 == 1 { row[(next + 1) % V] = Float(log(0.5)) }
        rows += row
      } else {
        var logits = (0..<V).map { _ in stream.normal() }
        logits[next] = 6
        let sum = log(logits.reduce(0) { $0 + exp($1) })
        rows += logits.map { Float($0 - sum) }
      }
    }
    return rows
  }

  private func set(
    _ name: String, kind: String, details: JSONObject, tokenizer: Tokenizer? = nil,
    _ sample: (Record) throws -> ArchiveSample
  ) throws -> StageInput {
    let folder = place.path + "/" + name
    try Folder.make(folder)
    var writer = try ArchiveWriter(directory: folder, name: "data")
    for record in Self.records { try writer.append(sample(record)) }
    var manifest = try writer.finish().manifest(kind: kind, details: details)
    if let tokenizer {
      try AtomicFile.write(tokenizer.json, to: folder + "/tokenizer.json")
      manifest.files.append(try Manifest.entry("tokenizer.json", in: folder))
    }
    try manifest.write(to: folder)
    return StageInput(
      name: name, kind: kind, makes: kind == "label" ? [.set, .labels] : [.set],
      finished: StageInput.Finished(folder: folder, manifest: manifest))
  }

  /// An order of `entries` over the set: 5, 10, 3, 8, 1 … of twelve.
  func order(_ entries: Int, ids: [String]? = nil) throws -> StageInput {
    let folder = place.path + "/order-\(entries)-\(ids?.count ?? 0)"
    try Folder.make(folder)
    let order = (0..<entries).map { UInt32(($0 * 5 + 5) % 12) }
    let bytes = NPY.encode(Tensor(shape: [entries], elements: .uint32(order)))
    try AtomicFile.write(bytes, to: folder + "/order.npy")
    let known = (ids ?? Self.records.map(\.id)).map { $0 + "\n" }.joined()
    let manifest = Manifest(
      kind: "curriculum", content: SHA256.hash(bytes).hex,
      files: [try Manifest.entry("order.npy", in: folder)],
      details: ["ids": JSON(SHA256.hash(known).hex)])
    try manifest.write(to: folder)
    return StageInput(
      name: "order", kind: "curriculum", makes: [.order],
      finished: StageInput.Finished(folder: folder, manifest: manifest))
  }
}

/// A stage run as the runner would, with a stop or a fault of the test's own.
struct TinyRun {
  enum Kind { case train, distil }

  static let steps = 12
  static let batch = 4
  static let model: JSON = [
    "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2,
  ]

  var kind = Kind.distil
  var inputs: [StageInput]
  var with: JSONObject = [:]
  var threads = 1
  /// The processor that manifests name.
  var machine = "v4"
  /// Lines for the person who watches.
  var said: @Sendable (String) -> Void = { _ in }

  /// What every run of these tests says, and what `with` adds or replaces.
  private var configuration: JSONObject {
    var all: JSONObject = [
      "model": Self.model, "steps": JSON(Self.steps), "batch": JSON(Self.batch),
      "learning_rate": 0.01, "warmup": 2, "checkpoint_every": 3, "evaluations": 4, "log_every": 2,
      "seed": 11,
    ]
    for member in with.members { all[member.key] = member.value }
    return all
  }

  /// - Parameters:
  ///   - stopAt: the question after which a stop is asked for, counted from 1.
  func callAsFunction(
    _ out: String, stopAt: Int? = nil, failure: InjectedFailure? = nil
  ) throws -> StageResult {
    var settings = Settings(configuration)
    let context = StageContext(
      folder: out, scratch: out + ".scratch", threads: threads,
      machine: { [machine] in ["instruction_set": JSON(machine)] }, notice: said)
    let questions = Mutex(0)
    let shouldStop: () -> Bool = {
      let count = questions.withLock {
        $0 += 1; return $0
      }
      return stopAt.map { count >= $0 } ?? false
    }
    // As the runner does before a stage starts.
    try Folder.remove(out)
    try Folder.make(out)
    switch kind {
    case .train:
      let stage = try TrainStage(&settings, inputs: inputs)
      try settings.finish()
      return try stage.run(context, failure: failure, shouldStop: shouldStop)
    case .distil:
      let stage = try DistilStage(&settings, inputs: inputs)
      try settings.finish()
      return try stage.run(context, failure: failure, shouldStop: shouldStop)
    }
  }

  /// Digests of the files, and the manifest's details.
  static func digest(of result: StageResult, in out: String) throws -> [String] {
    try result.files.map { $0 + " " + SHA256.hash(try readFile(out + "/" + $0)).hex }
      + [result.details.serialized()].map { String(decoding: $0, as: UTF8.self) }
  }

  static func metrics(in out: String) throws -> [JSON] {
    try readFile(out + "/metrics.jsonl").split(separator: 0x0A).map { try JSON.parse(Array($0)) }
  }
}
