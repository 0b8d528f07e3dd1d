import Archives
import Comparison
import ReportPage
import Files
import Foundation
import Randomness
import Records
import Stages

/// Folders as finished stages leave them, with planted effects, in a temporary directory.
struct Fixture {
  struct Plan {
    var name: String
    var samples: Int
    /// Mean KL at choice tokens that each arm ends at.
    var levels: [(arm: String, kl: Double)]
  }

  var plans: [Plan] = [
    Plan(
      name: "n1000", samples: 1000,
      levels: [("scratch", 0.85), ("scratch-ls", 0.80), ("kd-full", 0.2), ("kd-oracle", 0.28)])
  ]
  var seeds = 3
  var items = 40
  /// Spread of a seed that all its arms share, and of each run on its own.
  var sharedSpread = 0.06
  var ownSpread = 0.025
  var hasBest = true
  var showsFamilies = true
  var randomSeed: UInt64 = 1
  /// Changes a manifest's details before it is written.
  var alter: (_ stage: String, _ details: inout JSONObject) -> Void = { _, _ in }
  /// What a manifest says of the machine that made the folder.
  var machine: (_ stage: String) -> JSONObject? = { _ in nil }
  /// What a manifest says of the stage that made the folder.
  var origin: (_ stage: String) -> JSONObject? = { _ in nil }
  /// Changes an evaluation's line before it is written.
  var alterItem: (_ stage: String, _ item: Int, _ line: inout JSONObject) -> Void = { _, _, _ in }
  /// Stages that never finished.
  var failed: Set<String> = []
  var extraSettings: JSONObject = [:]
  /// Texts that take the place of the shown records' problems.
  var texts: [String] = []
  /// A problem of the test set that is put into this set too.
  var leakInto: String?
  /// Whether a set of exact labels is there too, called `exact`.
  var hasExactLabels = false
  /// Whether there is a validation set; it holds the problem that leaks.
  var validation = false

  let folder: String

  init() {
    folder = NSTemporaryDirectory() + "comparison-" + UUID().uuidString
  }

  func remove() { try? Folder.remove(folder) }

  static func digest(_ text: String) -> String { SHA256.hash(text).hex }

  /// Runs the stage on the fixture; the report's folder.
  func run() throws -> String {
    let (with, inputs) = try build()
    var settings = Settings(with)
    let stage = try CompareStage(&settings, inputs: inputs)
    try settings.finish()
    let out = folder + "/report"
    try Folder.make(out)
    let result = try stage.run(
      StageContext(folder: out, scratch: folder + "/scratch", threads: 1))
    precondition(result.files == ["report.json", "report.html"])
    return out
  }

  func build() throws -> (with: JSONObject, inputs: [StageInput]) {
    var inputs: [StageInput] = []
    var roles: [JSON] = []
    func add(_ name: String, _ kind: String, _ role: String, _ more: JSONObject = [:]) {
      var object: JSONObject = ["input": JSON(name), "role": JSON(role)]
      for member in more.members { object[member.key] = member.value }
      roles.append(.object(object))
      guard !inputs.contains(where: { $0.name == name }) else { return }
      let place = folder + "/" + name
      let finished = failed.contains(name) ? nil : try? Manifest.read(from: place)
      inputs.append(
        StageInput(
          name: name, kind: kind,
          makes: kind == "generate" ? [.set] : kind == "label" ? [.set, .labels] : [.model],
          finished: finished.map { .init(folder: place, manifest: $0) }))
    }

    try set(
      "problems", kind: "generate", records: records(split: "train", count: 60),
      details: [
        "split": "train", "verified": true,
        "counts": [
          "records": 60, "drawn": 75000, "duplicates": 7310,
          "by_family": ["sum-reduce": ["2": 9800, "3": 29900, "4": 27990]],
        ],
      ])
    add("problems", "generate", "dataset")
    if showsFamilies {
      try set(
        "families", kind: "generate", records: Self.shown(texts),
        details: [
          "split": "any", "verified": true,
          "counts": ["records": 4, "drawn": 4, "duplicates": 0],
        ])
      add("families", "generate", "dataset")
    }
    try set(
      "test", kind: "generate", records: records(split: "test", count: 3 * items),
      details: [
        "split": "test", "verified": true,
        "counts": ["records": JSON(3 * items), "drawn": JSON(3 * items + 4), "duplicates": 4],
      ])
    add("test", "generate", "test")
    if validation {
      try set(
        "checked", kind: "generate",
        records: records(split: "validation", count: 9)
          + records(split: "test", count: 2).suffix(1),
        details: ["split": "validation", "verified": true, "counts": ["records": 10]])
      add("checked", "generate", "validation")
    }
    if hasExactLabels {
      try set(
        "exact", kind: "label", records: records(split: "exact", count: 9),
        details: ["source": "oracle", "tokenizer": tokenizer, "counts": ["records": 9]])
      add("exact", "label", "oracle-labels")
    }
    try write(
      "own-traces", kind: "sample", files: [:],
      details: [
        "verified": true, "flops": 310_000_000_000.0,
        "counts": [
          "sampled": 600, "accepted": 402, "rejected": 190, "unfinished": 8, "duplicates": 3,
          "by_level": [
            "2": ["sampled": 200, "accepted": 177], "3": ["sampled": 200, "accepted": 136],
            "4": ["sampled": 200, "accepted": 89],
          ],
        ],
      ])
    add("own-traces", "sample", "samples")
    for plan in plans { try build(plan, add) }
    try model(
      "teacher", parameters: 713_472, tokens: 2_214_000, flops: 9.6e12, end: 0.12, plan: nil,
      order: "teacher", initial: "teacher")
    add("teacher", "train", "teacher")
    try evaluation("teacher-evaluation", kl: 0.12, seed: 99)
    add("teacher-evaluation", "evaluate", "teacher-evaluation")
    var with = extraSettings
    with["roles"] = .array(roles)
    return (with, inputs)
  }

  private func build(
    _ plan: Plan, _ add: (String, String, String, JSONObject) -> Void
  ) throws {
    let scope: JSONObject = ["comparison": JSON(plan.name)]
    let labels = plan.name + "-labels"
    try set(
      labels, kind: "label", records: records(split: "label" + plan.name, count: 20),
      details: [
        "source": "teacher", "flops": JSON(2.9e7 * Double(plan.samples)), "tokenizer": tokenizer,
        "teacher": JSON(Self.digest("teacher")), "vocab_size": 32,
        "counts": ["records": JSON(plan.samples)],
        "certificate": [
          "mass_kept": 0.999999, "kl_mean": 2.1e-8, "kl_p99": 1.7e-7, "kl_max": 9.4e-7,
          "teacher_ce": 0.3312, "mean_entropy": 0.2207, "targets": JSON(plan.samples * 21),
        ],
      ])
    add(labels, "label", "labels", scope)
    for (arm, kl) in plan.levels {
      for seed in 1...seeds {
        let name = "\(plan.name)-\(arm)-s\(seed)"
        var replicate = scope
        replicate["arm"] = JSON(arm)
        replicate["seed"] = JSON(seed)
        let end = kl + shared(plan.name, seed) + own(plan.name, arm, seed)
        try model(
          name, parameters: 117_056, tokens: 806_400 + 130 * seed, flops: 6.1e11, end: end,
          plan: plan, order: "order \(plan.name) \(seed)", initial: "init \(seed)",
          labels: ["scratch": "hard", "scratch-ls": "smoothed"][arm] ?? "soft")
        add(name, arm.contains("scratch") ? "train" : "distil", "training", replicate)
        try evaluation(name + "-evaluation", kl: end, seed: seed)
        add(name + "-evaluation", "evaluate", "evaluation", replicate)
      }
    }
  }

  private var tokenizer: JSON { JSON(Self.digest("tokenizer")) }

  private func shared(_ plan: String, _ seed: Int) -> Double {
    var stream = Seed(randomSeed).child(plan).child(seed).stream()
    return sharedSpread * stream.normal()
  }

  private func own(_ plan: String, _ arm: String, _ seed: Int) -> Double {
    var stream = Seed(randomSeed).child(plan).child(seed).child(arm).stream()
    return ownSpread * stream.normal()
  }

  private func model(
    _ name: String, parameters: Int, tokens: Int, flops: Double, end: Double, plan: Plan?,
    order: String, initial: String, labels: String = "hard"
  ) throws {
    var lines = "{\"step\":1,\"tokens\":1300,\"loss\":3.1,\"ce\":3.1,\"kl\":null}\n"
    // Falls fast; hard labels on few samples turn up again.
    let overfits = name.contains("scratch")
    for k in 0...9 {
      let step = [5, 10, 20, 40, 75, 140, 220, 320, 450, 600][k]
      let share = Double(step) / 600
      let fall = 2.2 * exp(-Double(step) / 55)
      let bend = overfits ? -0.34 * sin(min(1, share * 1.15) * 3.14159) * 0.9 : 0.12 * (1 - share)
      let kl = max(0.02, end + fall + bend)
      let point: JSON = [
        "step": JSON(step), "tokens": JSON(tokens * step / 600),
        "validation": [
          "nll": JSON(0.12 + 0.26 * kl + 0.4 * fall), "nll_choice": JSON(0.64 + kl),
          "nll_forced": JSON(0.05 * kl), "ce_choice": JSON(0.641 + kl), "entropy_choice": 0.641,
        ],
      ]
      lines += point.text + "\n"
    }
    try write(
      name, kind: "train", files: ["metrics.jsonl": Array(lines.utf8)],
      details: [
        "parameters": JSON(parameters), "tokens": JSON(tokens), "flops": JSON(flops),
        "fingerprint": JSON(Self.digest(name)), "tokenizer": tokenizer,
        "best_step": JSON(overfits ? 220 : 600), "initial_weights": JSON(Self.digest(initial)),
        "order": JSON(Self.digest(order)), "steps": 600,
        "unique_samples": JSON(plan?.samples ?? 67_690), "labels": JSON(labels),
      ])
  }

  private func evaluation(_ name: String, kl: Double, seed: Int) throws {
    var files = [
      "final.jsonl": lines(name, kl: kl, seed: seed),
      "summary.json": Array("{\"oracle\":true}\n".utf8),
    ]
    if hasBest, name.contains("scratch") {
      files["best.jsonl"] = lines(name, kl: kl * 0.72, seed: seed)
    }
    try write(name, kind: "evaluate", files: files, details: ["flops": 1.2e10])
  }

  private func lines(_ name: String, kl: Double, seed: Int) -> [UInt8] {
    var out: [UInt8] = []
    var stream = Seed(7).child(name).child(seed).stream()
    for (i, record) in records(split: "test", count: 3 * items).enumerated() {
      let level = record.level
      let choice = 2 * level + 1
      let forced = 5 * level + 4
      let own = max(0.005, kl + 0.06 * Double(level - 3) + 0.08 * stream.normal())
      let isRight = stream.unit() < exp(-1.1 * kl - 0.25 * Double(level - 2))
      let isVerified = isRight && stream.unit() < 0.93
      let entropy = 0.64 * Double(choice)
      var line: JSONObject = [
        "id": JSON(record.id), "family": "sum-reduce", "level": JSON(level),
        "answer_ok": JSON(isRight), "verified": JSON(isVerified),
        "first_error": isVerified ? .null : 2, "generated": "7+7\n4\nAnswer: 4",
        "generated_tokens": JSON(choice + forced), "n_choice": JSON(choice),
        "n_forced": JSON(forced), "nll_choice": JSON(entropy + own * Double(choice)),
        "nll_forced": JSON(0.12 * own * Double(forced)),
        "ce_choice": JSON(entropy + own * Double(choice)),
        "ce_forced": JSON(0.12 * own * Double(forced)), "entropy_choice": JSON(entropy),
        "invalid_mass": JSON(0.09 * own * Double(choice + forced)),
      ]
      alterItem(name, i, &line)
      out.append(contentsOf: line.serialized())
      out.append(0x0A)
    }
    return out
  }

  private func records(split: String, count: Int) -> [Record] {
    let checker = Record.Checker(
      name: "sum-reduce", version: 1, verdict: .accepted, level: .steps)
    return (0..<count).map { i in
      let level = 2 + i % 3
      var digits = (0..<(level + 2)).map { (i * 7 + $0 * $0 * 3 + 9) % 10 }
      let problem = digits.map(String.init).joined(separator: "+")
      var lines: [String] = []
      while digits.count > 1 {
        digits.replaceSubrange(0...1, with: [(digits[0] + digits[1]) % 10])
        lines.append(digits.map(String.init).joined(separator: "+"))
      }
      return Record(
        family: "sum-reduce", level: level, knobs: [:], problem: problem,
        solution: (lines + ["Answer: \(digits[0])"]).joined(separator: "\n"),
        answer: String(digits[0]), canonicalProblem: "\(split) \(i)", origin: .reference,
        checker: checker)
    }
  }

  private func set(_ name: String, kind: String, records: [Record], details: JSONObject) throws {
    let place = folder + "/" + name
    try Folder.make(place)
    var all = records
    if leakInto == name { all += self.records(split: "test", count: 2).suffix(1) }
    var writer = try ArchiveWriter(directory: place, name: "data")
    for record in all {
      try writer.append(
        ArchiveSample(
          id: record.id, fields: [("json", record.line)],
          columns: ["family": JSON(record.family), "level": JSON(record.level)]))
    }
    let summary = try writer.finish()
    var details = details
    alter(name, &details)
    var manifest = summary.manifest(kind: kind, details: details)
    manifest.machine = machine(name)
    try manifest.write(to: place)
  }

  private func write(_ name: String, kind: String, files: [String: [UInt8]], details: JSONObject)
    throws
  {
    let place = folder + "/" + name
    try Folder.make(place)
    var details = details
    alter(name, &details)
    var entries: [Manifest.File] = []
    for (file, bytes) in files.sorted(by: { $0.key < $1.key }) {
      try AtomicFile.write(bytes, to: place + "/" + file)
      entries.append(try Manifest.entry(file, in: place))
    }
    try Manifest(
      kind: kind, content: Self.digest(name), files: entries, stage: origin(name),
      machine: machine(name), details: details
    ).write(to: place)
  }

  /// Records of the four families, written by hand.
  static func shown(_ texts: [String]) -> [Record] {
    let checker = Record.Checker(name: "retort", version: 1, verdict: .accepted, level: .steps)
    let written: [(String, Int, String, String)] = [
      ("sum-reduce", 6, "9+8+2+5", "7+2+5\n7+7\n4\nAnswer: 4"),
      (
        "column-addition", 2, "347+85",
        "7+5+0=12 write 2 carry 1\n4+8+1=13 write 3 carry 1\n3+0+1=4 write 4 carry 0\nAnswer: 432"
      ),
      (
        "linear-equation", 1, "3x+5=2x-7", "subtract 2x: x+5=-7\nsubtract 5: x=-12\nAnswer: -12"
      ),
      (
        "linear-equation", 4, "-4x+9=2x-3",
        "subtract 2x: -6x+9=-3\nsubtract 9: -6x=-12\ndivide by -6: x=2\nAnswer: 2"
      ),
      (
        "box-tracking", 3, "A={cup,key} B={} C={pen}; move cup to B; swap A C; where is pen?",
        "A={key} B={cup}\nA={pen} C={key}\nAnswer: A"
      ),
    ]
    let fixed = written.map { family, level, problem, solution in
      Record(
        family: family, level: level, knobs: [:], problem: problem, solution: solution,
        answer: String(solution.split(separator: " ").last ?? ""), canonicalProblem: problem,
        origin: .reference, checker: checker)
    }
    let hostile = texts.enumerated().map { i, text in
      Record(
        family: "hostile-\(i)", level: 1, knobs: [:], problem: text, solution: text + "\n" + text,
        answer: text, canonicalProblem: "hostile \(i)", origin: .imported, checker: checker)
    }
    return fixed + hostile
  }
}
