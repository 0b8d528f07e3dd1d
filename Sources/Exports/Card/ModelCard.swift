internal import Checkpoints
internal import Files
public import Models
internal import Sets
internal import Tensors
internal import Tokenization

/// The `README.md` of an exported model: what Hugging Face shows as its card.
///
/// Everything in it is read from the model and from the manifests around it; what they do not say
/// is called unknown. No clock, no path, no host.
public struct ModelCard {
  private let model: ModelCheckpoint
  private let name: String
  private let lineage: ModelLineage?
  private let stated: String?
  private let tokenizer: Tokenizer?

  /// - Parameter license: of the model, as its makers state it; `nil`: what is known of it.
  public init(_ model: ModelCheckpoint, name: String, license: String?) {
    self.model = model
    self.name = Self.safe(name) ?? "model"
    stated = Self.safe(license)
    let path = model.checkpoint.path
    let folder = Folder.isFolder(path) ? path : Paths.parent(of: path)
    lineage = ModelLineage(of: folder)
    // Where it cannot be read, the card says nothing of prompts.
    tokenizer = try? Tokenizer(of: model.checkpoint.gguf != nil ? path : folder)
  }

  /// The file's text.
  public var text: String {
    [
      frontMatter, "# \(name)", summary, learning, teaching, data, figures, arms, use, reproduction,
      licence,
    ].filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  /// A word that may stand in a card: what came from a file may hold anything.
  static func safe(_ text: String?) -> String? {
    guard let text else { return nil }
    let kept = text.unicodeScalars.prefix(100).map { scalar -> Character in
      let isPlain =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
        || ("0"..."9").contains(scalar) || ".+-_/ ".unicodeScalars.contains(scalar)
      return isPlain ? Character(scalar) : "-"
    }
    return kept.isEmpty ? nil : String(kept)
  }

  /// `license` of another card's front matter.
  static func license(inCard card: String) -> String? {
    var lines = card.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard lines.popFirst()?.hasPrefix("---") == true else { return nil }
    for line in lines {
      if line.hasPrefix("---") { return nil }
      guard line.hasPrefix("license:") else { continue }
      let word = line.dropFirst(8).filter { !" \"'\r".contains($0) }
      return word.isEmpty ? nil : safe(String(word))
    }
    return nil
  }

  // MARK: What is known

  private var architecture: String {
    Self.safe(model.configuration["model_type"]?.stringValue) ?? "model"
  }

  private var parameterCount: Int {
    model.tensors.reduce(0) { $0 + ($1.stored.format == nil ? 0 : $1.stored.elementCount) }
  }

  /// Of the model itself: stated, or that of the file or the checkpoint that it comes from.
  private var ownLicense: String? {
    stated ?? Self.safe(model.checkpoint.gguf?["general.license"]?.stringValue)
      ?? lineage.flatMap { license(of: $0.own) }
  }

  /// The licence that a stage's model came with: its GGUF file's, or that of its card; `nil` where
  /// none is stated. A trained model has that of the checkpoint it started from.
  private func license(of stage: LineageStage) -> String? {
    if !stage.isImport {
      guard let start = lineage?.start(of: stage), start.folder != stage.folder else { return nil }
      return license(of: start)
    }
    let files = stage.manifest.files.map(\.path)
    if let file = files.first(where: { $0.hasSuffix(".gguf") }),
      let checkpoint = try? Checkpoint(stage.folder + "/" + file)
    {
      return Self.safe(checkpoint.gguf?["general.license"]?.stringValue)
    }
    guard let bytes = try? readFile(stage.folder + "/model/README.md", limit: 1 << 20) else {
      return nil
    }
    return Self.license(inCard: String(decoding: bytes, as: UTF8.self))
  }

  private var role: ModelLineage.Role? {
    lineage.flatMap { lineage in lineage.roles.all.first { $0.stage == lineage.own.name } }
  }

  // MARK: Sections

  private var frontMatter: String {
    let isTaught = lineage?.teacher != nil
    return """
      ---
      license: \(ownLicense?.replacing(" ", with: "-").lowercased() ?? "unknown")
      library_name: transformers
      pipeline_tag: text-generation
      tags: [retort\(isTaught ? ", distillation" : ""), \(architecture)]
      ---
      """
  }

  private var summary: String {
    let size = "A \(architecture) of \(Self.grouped(parameterCount)) parameters"
    guard let lineage else {
      return
        "\(size), written by Retort from another file. No manifest lies beside it: who trained "
        + "it, and on what, is not known here."
    }
    if lineage.own.isImport { return "\(size), taken in from elsewhere and written by Retort." }
    let how = lineage.own.labels == "soft" ? "distilled" : "trained"
    let part = role.map {
      " It is seed \($0.seed) of the arm `\($0.arm)` of the comparison `\($0.comparison)`."
    }
    return "\(size), \(how) by Retort.\(part ?? "")"
  }

  private var learning: String {
    guard let stage = lineage?.own, !stage.isImport else { return "" }
    let settings = stage.configuration
    var rows: [(String, String?)] = [
      ("objective", stage.objective.map(Self.words)),
      ("labels", stage.labels), ("start", start),
      (
        "steps",
        stage.steps.map {
          "\(Self.grouped($0)) of \(settings["batch"]?.text ?? "?") samples"
        }
      ),
      ("target tokens", stage.targetTokens.map(Self.grouped)),
      ("samples seen", stage.samplesSeen.map(Self.grouped)),
      ("operations", stage.operations.map { "\(Float($0))" }),
    ]
    for key in ["learning_rate", "schedule", "warmup", "weight_decay", "precision", "seed"] {
      rows.append((key.replacing("_", with: " "), settings[key]?.text.filter { $0 != "\"" }))
    }
    let lines = rows.compactMap { key, value in value.map { "| \(key) | \($0) |" } }
    return "## Training\n\n| | |\n|---|---|\n" + lines.joined(separator: "\n")
  }

  private var start: String? {
    guard let lineage, lineage.own.hasStart else { return "drawn at random" }
    let name =
      lineage.start(of: lineage.own).map { "`\(Self.safe($0.name) ?? "")`" } ?? "a checkpoint"
    guard let pruned = lineage.own.pruning else { return name }
    let layers = pruned["layers"]?.arrayValue?.map(\.text).joined(separator: ", ") ?? "?"
    return "\(name), pruned by activations on \(pruned["samples"]?.text ?? "?") samples; layers "
      + "kept: \(layers)"
  }

  private var teaching: String {
    guard let lineage, !lineage.own.isImport else { return "" }
    guard let teacher = lineage.teacher else {
      let source = lineage.learnt?.source
      return "## Teacher\n\n"
        + (source == "oracle"
          ? "None: the labels are the exact distributions of the tasks." : "None.")
    }
    let kind =
      teacher.isImport
      ? "taken in from elsewhere" : "trained in the same run"
    let license =
      license(of: teacher)
      ?? (teacher.isImport
        ? "unknown: its files state none" : "unknown: none was stated")
    var rows = [
      ("name", "`\(Self.safe(teacher.name) ?? "")`, \(kind)"),
      ("parameters", teacher.parameterCount.map(Self.grouped) ?? "unknown"),
      ("licence", license),
      ("weights", "`\(Self.safe(teacher.fingerprint) ?? "unknown")`"),
    ]
    if let learnt = lineage.learnt, learnt.source == "teacher", let encoding = learnt.encoding {
      rows.append(("labels", "`\(encoding)`: its distributions over the next token, stored"))
    } else {
      rows.append(("labels", "its distributions, made as they were learnt"))
    }
    return "## Teacher\n\n| | |\n|---|---|\n"
      + rows.map { "| \($0.0) | \($0.1) |" }.joined(separator: "\n")
  }

  private var data: String {
    guard let lineage, !lineage.texts.isEmpty else { return "" }
    var lines = [
      "## Data", "", "| set | made by | records | families | verified | content |",
      "|---|---|---|---|---|---|",
    ]
    for set in lineage.texts {
      let families = set.configuration["families"]?.objectValue?.keys ?? []
      lines.append(
        "| `\(Self.safe(set.name) ?? "")` | \(Self.safe(set.manifest.kind) ?? "") | "
          + "\(set.recordCount.map(Self.grouped) ?? "") | "
          + families.compactMap(Self.safe).joined(separator: ", ")
          + " | \(set.isVerified.map { $0 ? "all" : "no" } ?? "") | `\(set.manifest.content.prefix(16))` |"
      )
    }
    if let learnt = lineage.learnt, let count = learnt.recordCount {
      lines += ["", "Learnt: \(Self.grouped(count)) records of `\(Self.safe(learnt.name) ?? "")`."]
    }
    return lines.joined(separator: "\n")
  }

  /// Figures of an evaluation that a card shows, under the names of `summary.json`.
  private static let figures: [(key: String, words: String)] = [
    ("items", "items"), ("answer_share", "right answers"), ("verified_share", "verified solutions"),
    ("nll", "-log q of the next token, nats"), ("ce_choice", "cross-entropy at choices, nats"),
    ("kl", "KL from the labels, nats"), ("agreement", "same most likely token"),
  ]

  private static func summary(of evaluation: LineageStage) -> JSON? {
    guard let bytes = try? readFile(evaluation.folder + "/summary.json", limit: 1 << 24) else {
      return nil
    }
    return (try? JSON.parse(bytes))?["final"]?["overall"]
  }

  private var figures: String {
    guard let lineage else { return "" }
    var lines = ["## Figures", "", "| test set | figure | value |", "|---|---|---|"]
    for (evaluation, set) in lineage.evaluations(of: lineage.own) {
      guard let overall = Self.summary(of: evaluation) else { continue }
      for (key, words) in Self.figures {
        guard let value = overall[key], value != .null else { continue }
        lines.append("| `\(Self.safe(set) ?? "unknown")` | \(words) | \(Self.figure(value)) |")
      }
    }
    return lines.count > 4 ? lines.joined(separator: "\n") : ""
  }

  /// The other students of the comparison, and the teacher: a figure alone says little.
  private var arms: String {
    guard let lineage, role != nil else { return "" }
    let shown = Self.figures.filter { $0.key != "items" }
    var lines = [
      "## Arms", "", "All students of the comparison, on the same test items.", "",
      "| arm | seed | " + shown.map(\.words).joined(separator: " | ") + " |",
      "|---|---|" + shown.map { _ in "---|" }.joined(),
    ]
    func row(_ stage: LineageStage, _ arm: String, _ seed: String) {
      guard
        let overall = lineage.evaluations(of: stage).lazy
          .compactMap({ Self.summary(of: $0.stage) }).first
      else {
        return
      }
      let cells = shown.map { Self.figure(overall[$0.key] ?? .null) }
      lines.append("| \(arm) | \(seed) | " + cells.joined(separator: " | ") + " |")
    }
    for role in lineage.roles.all {
      guard let stage = lineage.stage(named: role.stage) else { continue }
      let arm = (Self.safe(role.arm) ?? "") + (role == self.role ? " (this)" : "")
      row(stage, arm, "\(role.seed)")
    }
    if let teacher = lineage.teacher { row(teacher, "teacher", "") }
    return lines.joined(separator: "\n")
  }

  private var use: String {
    guard let tokenizer, let wrapping = try? Wrapping(tokenizer) else { return "" }
    return """
      ## Use

      It was put its problems in the wrapping `\(wrapping.name)`, which the chat template renders.

      ```python
      from transformers import AutoModelForCausalLM, AutoTokenizer
      tokenizer = AutoTokenizer.from_pretrained(".")
      model = AutoModelForCausalLM.from_pretrained(".")
      ids = tokenizer.apply_chat_template(
          [{"role": "user", "content": "…"}], add_generation_prompt=True, return_tensors="pt",
          return_dict=True)
      print(tokenizer.decode(model.generate(**ids, max_new_tokens=256)[0]))
      ```
      """
  }

  private var reproduction: String {
    guard let lineage else { return "" }
    let stage = lineage.own
    let pipeline = Self.safe(lineage.roles.pipeline)
    let command =
      pipeline.map { "    retort run \($0).yaml --into RUN\n\n" } ?? ""
    let machine = lineage.own.manifest.machine.map { Self.words(.object($0)) }
    return """
      ## How to reproduce

      \(command)The stage `\(Self.safe(lineage.own.name) ?? "")` of kind \
      \(lineage.own.manifest.kind), version \(stage.version.map(String.init) ?? "?"), with key \
      `\(Self.safe(stage.key) ?? "unknown")`; on a processor of the same kind\
      \(machine.map { " (\($0))" } ?? "") every run gives the same bytes. Its settings:

      ```json
      \(stage.configuration.text)
      ```
      """
  }

  private var licence: String {
    if let ownLicense {
      return "## Licence\n\n\(ownLicense)"
        + (stated == nil && lineage?.own.isImport != true
          ? ", that of what it was made from." : ".")
    }
    return "## Licence\n\nUnknown: nothing that it was made from states one, and its makers have "
      + "not said. What the teacher's licence asks of a model that learnt from it holds beside."
  }

  // MARK: Words

  /// `a: 1, b: x` of an object's members; a string itself.
  private static func words(_ json: JSON) -> String {
    guard let object = json.objectValue else { return json.stringValue ?? json.text }
    return object.members.map { member in
      let value = member.value.stringValue ?? member.value.text
      return member.key == "name" ? value : "\(member.key.replacing("_", with: " ")) \(value)"
    }.joined(separator: ", ")
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(abs(number)))
    var text = number < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text += " " }
      text.append(digit)
    }
    return text
  }

  /// A whole number as it is, another to four digits after the point.
  private static func figure(_ value: JSON) -> String {
    if let whole = value.intValue { return grouped(whole) }
    guard let number = value.doubleValue, abs(number) < 1e12 else { return "" }
    let rounded = Int((abs(number) * 1e4).rounded())
    let rest = String(rounded % 10_000)
    return (number < 0 && rounded > 0 ? "-" : "") + "\(rounded / 10_000)."
      + String(repeating: "0", count: 4 - rest.utf8.count) + rest
  }
}
