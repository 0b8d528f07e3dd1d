import Files
import Foundation
import Pipeline
import Stages
import Synchronization

struct ToyFailure: Error, CustomStringConvertible {
  var description: String { "the toy broke" }
}

/// Throws at chosen points of stages that run below a chosen run folder.
enum Faults {
  private static let planned = Mutex<[String: @Sendable (Int) throws -> Void]>([:])
  private static let counts = Mutex<[String: Int]>([:])

  /// Calls `body` with 1, 2, 3 … at each point that a stage below `root` passes.
  static func plan(_ root: String, _ body: (@Sendable (Int) throws -> Void)?) {
    planned.withLock { $0[root] = body }
    counts.withLock { $0[root] = 0 }
  }

  static func points(_ root: String) -> Int { counts.withLock { $0[root] ?? 0 } }

  static func pass(_ context: StageContext) throws {
    let root = Paths.parent(of: Paths.parent(of: context.folder))
    guard let body = planned.withLock({ $0[root] }) else { return }
    let count = counts.withLock {
      $0[root, default: 0] += 1
      return $0[root] ?? 0
    }
    try body(count)
  }
}

/// Writes `count` numbers.
struct ToyNumbers: Stage {
  static let kind = "numbers"
  static let codeVersion = 1
  static let about = "numbers"
  let count: Int
  let seed: UInt64

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    count = try settings.int("count", default: 10, in: 1...1000, "how many")
    seed = try settings.seed()
    guard inputs.isEmpty else {
      throw StageError.inputs(stage: "numbers", expected: "none", found: inputs.map(\.kind))
    }
  }

  func run(_ context: StageContext) throws -> StageResult {
    try Faults.pass(context)
    var state = seed &+ 1
    var text = ""
    for done in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text += "\(state >> 40)\n"
      context.progress.report(done: done + 1, of: count, unit: "numbers", note: "")
    }
    let file = try OutputFile(creating: context.folder + "/numbers.txt")
    try file.write(Array(text.utf8))
    try Faults.pass(context)
    try file.finish()
    try Faults.pass(context)
    return StageResult(
      details: ["counts": ["numbers": JSON(count)]], files: ["numbers.txt"],
      summary: "\(count) numbers")
  }
}

/// Copies a file that a setting names, keyed by what is in it.
struct ToyCopy: Stage {
  static let kind = "copy"
  static let codeVersion = 1
  static let about = "copies"
  let bytes: [UInt8]

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    bytes = try readFile(settings.location("path", "a file", "where it lies"))
    settings.resolve("file", JSON(SHA256.hash(bytes).hex))
  }

  func run(_ context: StageContext) throws -> StageResult {
    let file = try OutputFile(creating: context.folder + "/copy")
    try file.write(bytes)
    try file.finish()
    return StageResult(files: ["copy"], summary: "copied")
  }
}

/// Mixes its inputs for `steps` rounds, with a checkpoint after each.
struct ToyMix: Stage {
  static let kind = "mix"
  static let codeVersion = 1
  static let about = "mixes"
  let steps: Int
  let inputs: [StageInput]

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    steps = try settings.int("steps", default: 4, in: 1...100, "rounds")
    _ = try settings.block("model") { (block) throws(ConfigurationError) in
      try block.int("size", default: 8, in: 1...64, "size")
    }
    self.inputs = inputs
    guard !inputs.isEmpty, inputs.allSatisfy({ ["numbers", "mix"].contains($0.kind) }) else {
      throw StageError.inputs(
        stage: "mix", expected: "numbers or mix, one or more", found: inputs.map(\.kind))
    }
  }

  func run(_ context: StageContext) throws -> StageResult {
    var step = 0
    var digest = ""
    let checkpoint = context.scratch + "/state"
    if fileExists(checkpoint) {
      let text = String(decoding: try readFile(checkpoint), as: UTF8.self).split(separator: " ")
      step = Int(text[0]) ?? 0
      digest = String(text[1])
    } else {
      digest = SHA256.hash(try inputs.map { try $0.require().manifest.content }.joined()).hex
    }
    while step < steps {
      try Faults.pass(context)
      digest = SHA256.hash(digest).hex
      step += 1
      context.metrics.record(step: step, values: [("loss", 1 / Double(step))])
      context.progress.report(done: step, of: steps, unit: "steps", note: "")
      try Folder.make(context.scratch)
      try AtomicFile.write("\(step) \(digest)", to: checkpoint)
    }
    try Folder.make(context.folder + "/model")
    let file = try OutputFile(creating: context.folder + "/model/weights")
    try file.write(Array(digest.utf8))
    try file.finish()
    try Faults.pass(context)
    return StageResult(
      content: SHA256.hash(digest).hex, files: ["model/weights"], summary: "\(steps) steps")
  }
}

/// Stands for the last stage of a comparison.
struct ToyReport: Stage {
  static let kind = "compare"
  static let codeVersion = 1
  static let about = "report"
  static let makes: [StageProduct] = [.report]
  let inputs: [StageInput]

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    for key in ["pipeline", "about", "comparisons", "roles"] {
      if let value = settings.takeRaw(key, .string, "anything") { settings.resolve(key, value) }
    }
    self.inputs = inputs
  }

  func run(_ context: StageContext) throws -> StageResult {
    let text = try inputs.map { "\($0.name) \(try $0.require().manifest.content)\n" }.joined()
    for name in ["report.json", "report.html"] {
      let file = try OutputFile(creating: context.folder + "/" + name)
      try file.write(Array(text.utf8))
      try file.finish()
    }
    return StageResult(files: ["report.json", "report.html"], summary: "written")
  }
}

/// Takes any settings; never run.
struct ToyAny<Word: KindWord>: Stage {
  static var kind: String { Word.word }
  static var codeVersion: Int { 1 }
  static var about: String { "any" }
  static var makes: [StageProduct] { Word.makes }
  static var needs: [StageNeed] { Word.makes == [.model] ? [StageNeed(.order, "order")] : [] }

  init(_ settings: inout Settings, inputs: [StageInput]) throws {
    for key in [
      "order", "labels", "temperature", "mix", "encoding", "source", "count", "skip", "max_tokens",
      "column", "max_new_tokens", "objective", "smoothing", "floor", "texts", "unverified", "keep",
      "model",
    ] {
      if let value = settings.takeRaw(key, .string, "anything") { settings.resolve(key, value) }
    }
    if ["train", "distil", "curriculum"].contains(Word.word) {
      _ = try settings.int("steps", default: 100, "rounds")
      _ = try settings.int("batch", default: 16, "pieces")
      _ = try settings.seed()
    } else if Word.word == "sample" {
      _ = try settings.seed()
    }
    if Word.makes == [.model] {
      guard inputs.contains(where: { $0.makes.contains(.order) }) else {
        throw StageError.inputs(
          stage: Word.word, expected: "a set, a curriculum", found: inputs.map(\.kind))
      }
    }
  }

  func run(_ context: StageContext) throws -> StageResult {
    StageResult(files: [], summary: "")
  }
}

protocol KindWord {
  static var word: String { get }
  static var makes: [StageProduct] { get }
}
extension KindWord { static var makes: [StageProduct] { [.set] } }
enum Generate: KindWord { static let word = "generate" }
enum Order: KindWord {
  static let word = "curriculum"
  static let makes: [StageProduct] = [.order]
}
enum Train: KindWord {
  static let word = "train"
  static let makes: [StageProduct] = [.model]
}
enum Distil: KindWord {
  static let word = "distil"
  static let makes: [StageProduct] = [.model]
}
enum Label: KindWord {
  static let word = "label"
  static let makes: [StageProduct] = [.set, .labels]
}
enum Sample: KindWord { static let word = "sample" }
enum Evaluate: KindWord {
  static let word = "evaluate"
  static let makes: [StageProduct] = [.evaluation]
}

let toys: [String: any Stage.Type] = [
  "numbers": ToyNumbers.self, "mix": ToyMix.self, "compare": ToyReport.self,
  "copy": ToyCopy.self,
]

let words: [String: any Stage.Type] = [
  "generate": ToyAny<Generate>.self, "curriculum": ToyAny<Order>.self,
  "train": ToyAny<Train>.self, "distil": ToyAny<Distil>.self, "label": ToyAny<Label>.self,
  "sample": ToyAny<Sample>.self, "evaluate": ToyAny<Evaluate>.self, "compare": ToyReport.self,
]

/// A run folder that is removed with its last reference.
final class Scene: Sendable {
  let root: String

  init() throws {
    root = NSTemporaryDirectory() + "retort-pipeline-\(UUID().uuidString)"
    try Folder.make(root)
  }

  deinit {
    Faults.plan(root, nil)
    try? Folder.remove(root)
  }

  static func plan(
    _ text: String, _ overrides: [String] = [], types: [String: any Stage.Type] = toys
  )
    throws -> Plan
  {
    try Plan(
      PipelineFile(Array(text.utf8), named: "p.yaml", overrides: overrides), stageTypes: types)
  }

  @discardableResult
  func run(_ plan: Plan, threads: Int = 1, trustSize: Bool = false) throws -> RunSummary {
    try Runner(
      plan, into: root, options: .init(threads: threads, quiet: true, trustSize: trustSize),
      stageTypes: toys, machine: { _ in ["cpu": "toy", "blas": "toy"] }
    ).run()
  }

  func status(_ plan: Plan? = nil) throws -> RunStatus {
    try plan.map { try RunStatus.read($0, in: root, trustSize: false) }
      ?? RunStatus.read(root, trustSize: false)
  }

  /// Every file below `stages/` with its digest, and the report's.
  func bytes() throws -> [String] {
    var found: [String] = []
    func walk(_ path: String) throws {
      for name in try Folder.names(in: root + "/" + path) {
        let inner = path + "/" + name
        if Folder.isFolder(root + "/" + inner) {
          try walk(inner)
        } else {
          found.append("\(inner) \(SHA256.hash(try readFile(root + "/" + inner)).hex)")
        }
      }
    }
    for top in ["stages", "report"] where Folder.isFolder(root + "/" + top) { try walk(top) }
    return found
  }
}

/// Two sources, three mixes, one report.
let diamond = """
  pipeline: diamond
  about: two sources meet
  seed: 5
  stages:
    - {name: left, kind: numbers, with: {count: 20}}
    - {name: right, kind: numbers, with: {count: 30, seed: 9}}
    - {name: a, kind: mix, from: [left], with: {steps: 3}}
    - {name: b, kind: mix, from: [right, left], with: {steps: 5}}
    - {name: top, kind: mix, from: [a, b], with: {model: {size: 4}}}
    - {name: report, kind: compare, from: [top, a]}
  """
