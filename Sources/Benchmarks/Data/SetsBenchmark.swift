internal import Archives
internal import Curriculum
package import Files
internal import Foundation
internal import Pipeline
internal import Records
internal import Sets
internal import Stages
internal import Teaching
internal import Tokenization
internal import Training

/// Cost of stages as the set they read grows while the part they use stays the same.
///
/// Each part runs in its own process, so that its peak memory is its own.
package struct SetsBenchmark {
  /// What is measured, each in a process of its own.
  package enum Part: String, CaseIterable, Sendable {
    /// Writes the set: the yardstick, not a stage's work.
    case write
    case order, tokenizer, train, label
    /// The whole set with tokens and masks.
    case labelAll = "label-all"
    /// As `train`, on the set with tokens: nothing learns a vocabulary.
    case trainTokens = "train-tokens"
    /// The whole set with the model's distributions.
    case labelRows = "label-rows"
  }

  /// Samples of the set.
  private let samples: Int
  private let threads: Int
  /// What manifests say of the machine.
  private let machine: @Sendable (_ multiplies: Bool) -> JSONObject

  private static let steps = 20
  private static let batch = 64

  /// - Parameters:
  ///   - samples: of the set.
  ///   - machine: what manifests say of the machine.
  package init(
    samples: Int, threads: Int, machine: @escaping @Sendable (_ multiplies: Bool) -> JSONObject
  ) {
    self.samples = samples
    self.threads = threads
    self.machine = machine
  }

  /// Runs `write` and then `parts`, each as a process of this program, in a temporary folder.
  ///
  /// - Parameter arguments: the command line that measures one part of this benchmark in a folder
  ///   and prints its figures as one JSON object.
  /// - Throws: `BenchmarkError.part` for a part that fails.
  package func run(
    _ parts: [Part], arguments: (_ part: Part, _ folder: String) -> [String]
  ) throws -> BenchmarkResult {
    try withTemporaryFolder { folder in
      var figures: JSONObject = ["samples": JSON(samples)]
      for part in [.write] + parts {
        let measured = try Self.figures(of: part, arguments(part, folder))
        for key in ["s", "cpu_s", "peak_rss_mib"] {
          figures["\(part.rawValue)_\(key)"] = measured[key] ?? .null
        }
      }
      figures["set_mib"] = JSON(Int((Self.bytes(in: folder + "/set") / 1_048_576).rounded()))
      return BenchmarkResult(bench: "sets", config: "\(samples)", figures: figures)
    }
  }

  private static func figures(of part: Part, _ arguments: [String]) throws -> JSON {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    guard process.terminationStatus == 0, let measured = try? JSON.parse(bytes) else {
      throw BenchmarkError.part(part.rawValue)
    }
    return measured
  }

  private static func bytes(in folder: String) -> Double {
    guard let manifest = try? Manifest.read(from: folder) else { return 0 }
    return manifest.files.reduce(0) { $0 + Double($1.bytes) }
  }

  /// One part in this process: seconds, seconds of processor time and peak memory.
  ///
  /// - Parameter folder: holds the set of the part `write`; the part's own product goes there too.
  /// - Throws: what the stage of the part throws.
  package func measure(_ part: Part, in folder: String) throws -> JSONObject {
    let before = clock()
    let spent = try seconds {
      switch part {
      case .write: try Self.write(samples, threads: threads, to: folder + "/set")
      case .order:
        try stage(
          CurriculumStage.self, "order", from: ["set"],
          ["order=competence", "steps=\(Self.steps)", "batch=\(Self.batch)"], in: folder)
      case .tokenizer: try Self.trainTokenizer(folder + "/set", threads: threads)
      case .train:
        try stage(
          TrainStage.self, "model", from: ["set", "order"],
          Self.training + ["tokenizer.vocab_size=512"], in: folder)
      case .trainTokens:
        try stage(
          TrainStage.self, "student", from: ["tokens", "order"], Self.training, in: folder)
      case .label:
        try stage(
          LabelStage.self, "labels", from: ["set", "model"], ["count=\(Self.steps * Self.batch)"],
          in: folder)
      case .labelAll:
        try stage(
          LabelStage.self, "tokens", from: ["set", "model"], ["source=none"], in: folder)
      case .labelRows:
        try stage(
          LabelStage.self, "rows", from: ["set", "model"],
          ["encoding=hidden", "hidden_type=int8", "compression=none"], in: folder)
      }
    }
    // CPU time of all threads, which other load on the machine does not increase.
    let cpu = Double(clock() - before) / 1_000_000
    return ["s": JSON(spent), "cpu_s": JSON(cpu), "peak_rss_mib": JSON(peakMemoryMiB)]
  }

  private static let training = [
    "steps=\(steps)", "batch=\(batch)", "evaluations=1", "learning_rate=0.002",
    "model.hidden_size=32", "model.intermediate_size=64", "model.num_hidden_layers=2",
    "model.num_attention_heads=2",
  ]

  private func stage(
    _ type: any Stage.Type, _ name: String, from: [String], _ settings: [String],
    in folder: String
  ) throws {
    _ = try LooseStage.run(
      type, among: [CurriculumStage.self, LabelStage.self, TrainStage.self],
      from: from.map { folder + "/" + $0 }, settings: settings,
      seed: 1, into: folder + "/" + name, options: .init(threads: threads, quiet: true),
      machine: machine)
  }

  /// Sums of four to six digits with their work, in the form of a verified trace.
  private static func write(_ count: Int, threads: Int, to folder: String) throws {
    try Folder.make(folder)
    var writer = try SetWriter(in: folder, threads: threads)
    for number in 0..<count {
      let level = 1 + number % 10
      let digits = (0..<(2 + level % 5)).map { (number / (1 + 7 * $0) + $0) % 10 }
      var rest = digits
      var lines: [String] = []
      while rest.count > 1 {
        rest = [(rest[0] + rest[1]) % 10] + rest.dropFirst(2)
        lines.append(rest.map(String.init).joined(separator: "+"))
      }
      let problem = "\(number): " + digits.map(String.init).joined(separator: "+")
      try writer.append(
        Record(
          family: "sum-reduce", level: level, knobs: ["digits": JSON(digits.count)],
          problem: problem,
          solution: lines.joined(separator: "\n") + "\nAnswer: \(rest[0])", answer: "\(rest[0])",
          canonicalProblem: problem, origin: .reference,
          checker: Record.Checker(
            name: "sum-reduce", version: 1, verdict: .accepted, level: .steps)))
    }
    let summary = try writer.finish()
    try summary.manifest(
      kind: "generate", details: SetManifest(isVerified: true).details()
    ).write(to: folder)
  }

  /// Cost of training a vocabulary alone, as in `train`.
  private static func trainTokenizer(_ folder: String, threads: Int) throws {
    let reader = try ArchiveReader(directory: folder)
    let texts = try reader.map(
      at: TextSample.positions(of: reader.count), threads: threads
    ) { _, sample in
      let record = try RecordSet.record(of: sample, set: folder)
      return [Array(record.problem.utf8), Array(record.solution.utf8)]
    }
    _ = Tokenizer.train(on: texts.flatMap { $0 }, vocabularySize: 512)
  }
}
