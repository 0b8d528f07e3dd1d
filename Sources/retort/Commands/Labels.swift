internal import ArgumentParser
internal import Files
internal import Kernels
internal import LabelChecks
internal import Models
internal import Pipeline
internal import Tokenization

/// `retort labels`.
struct Labels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "labels", abstract: "Checks and imports anybody's soft labels.",
    discussion: """
      Reads label sets of retort, llama.cpp's --kl-divergence-base files, Megatron-LM's and \
      DistillKit's caches, JSON Lines of the likeliest tokens (OpenAI, vLLM, axolotl), and arrays of \
      logits or log-probabilities (safetensors, .npy, torch.save).

      Example:
        retort labels check runs/quickstart/stages/labels-*
      """,
    subcommands: [Check.self, Import.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Finds what is wrong with soft labels, with evidence and a fix.",
      discussion: """
        Exit code 0: sound; 1: something was found, or the file is damaged. Rows are looked at alone; \
        with tokens (in most files, or --tokens, or --texts with --tokenizer) they are held against \
        the text, at the shifts -2 to +2; with --teacher, against the model's own rows.

        Findings:
        \(Checks.all.map { "  \($0.name): \($0.about)" }.sorted().joined(separator: "\n"))
          truncated, damaged, byte-order, unreadable, certificate: of the file itself

        Examples:
          retort labels check runs/quickstart/stages/labels-*
          retort labels check base.kld --tokenizer model.gguf
          retort labels check logits.safetensors --teacher MODEL --json
          retort labels check dp0__100.tar --tokens ids.npy
        """)

    @Argument(help: "Files or folders of labels.") var paths: [String]
    @OptionGroup var given: Given
    @Option(help: "Model that is said to have made the labels.") var teacher: String?
    @Flag(help: "Print one JSON object per path.") var json = false

    func validate() throws {
      guard !paths.isEmpty else { throw ValidationError("name at least one file or folder") }
      try given.check()
    }

    mutating func run() throws {
      if teacher != nil { try BLAS.require(threads: given.threads) }
      var context = try given.context()
      context.teacher = teacher
      var output = StandardOutput()
      var isSound = true
      for path in paths {
        try Interruption.check()
        let report = try LabelAudit.run(path, format: given.format, given: context)
        if report.verdict != "sound" { isSound = false }
        if json {
          output.write(json: report.json)
        } else {
          Self.write(report, to: &output)
        }
      }
      output.flush()
      guard isSound else { throw Failure.data() }
    }

    private static func write(_ report: LabelReport, to output: inout StandardOutput) {
      output.write(
        line: TerminalText.line(
          "\(report.path): \(report.verdict)\(report.format.map { ", \($0)" } ?? "")"))
      for line in FactText.lines(report.figures.members.map { ($0.key, $0.value) }, indent: 2) {
        output.write(line: line)
      }
      for finding in report.findings {
        let place = finding.place.map { " (\($0))" } ?? ""
        output.write(
          line: TerminalText.line("  \(finding.verdict.rawValue): \(finding.name)\(place)"))
        output.write(line: TerminalText.line("    \(finding.evidence)"))
        output.write(line: TerminalText.line("    fix: \(finding.fix)"))
      }
    }
  }

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Takes labels of other tools in as a set that `retort distil` reads.",
      discussion: """
        The labels are checked first; broken ones are refused, unless --repair names what is to be \
        put right. Places without a row are no targets. The same as a stage of a pipeline: \
        import-labels.

        Settings: retort stages import-labels

        Examples:
          retort labels import base.kld --tokenizer model.gguf -o out/labels
          retort labels import logprobs.jsonl --tokenizer MODEL --repair off-by-one -o out/labels
        """)

    @Argument(help: "File or folder of labels.") var path: String
    @OptionGroup var given: Given
    @Option(help: "Findings to put right, by name, with commas: off-by-one,log-base.")
    var repair = ""
    @Option(help: "How the set stores rows, as `encoding` of retort label.") var encoding = "auto"
    @Option(help: "Wrapping of the set, if the tokenizer's own is not known.") var template: String?
    @Option(
      parsing: .unconditional, help: "Longer texts are dropped.", transform: WholeNumber.atLeast(2))
    var maxTokens = 4096
    @Option(name: .shortAndLong, help: "The folder to create.") var output: String
    @Flag(help: "No progress on standard error.") var quiet = false

    func validate() throws {
      try given.check()
      guard given.tokenizer != nil else {
        throw ValidationError("--tokenizer: the tokenizer of the labels' teacher is needed")
      }
    }

    mutating func run() throws {
      func word(_ text: String) -> String { JSON(text).text }
      func place(_ path: String) -> String { word(Paths.absolute(path)) }
      var settings = ["path=\(place(path))", "max_tokens=\(maxTokens)", "encoding=\(encoding)"]
      if let tokenizer = given.tokenizer { settings.append("tokenizer=\(place(tokenizer))") }
      if !repair.isEmpty { settings.append("repair=\(word(repair))") }
      if let format = given.format { settings.append("format=\(word(format))") }
      if let template { settings.append("template=\(word(template))") }
      for (key, path) in [("tokens", given.tokens), ("texts", given.texts), ("codec", given.codec)]
      {
        if let path { settings.append("\(key)=[\(place(path))]") }
      }
      let summary = try LooseStage.run(
        ImportLabelsStage.self, among: StageKinds.all, from: [], settings: settings, seed: 0,
        into: output, options: .init(threads: given.threads, quiet: quiet),
        machine: StageKinds.machine)
      if !quiet { StandardError.write(line: summary ?? "\(output): was finished before") }
    }
  }

  /// What the user knows besides the file.
  struct Given: ParsableArguments {
    @Option(
      help: "Format: \(LabelFile.formats.joined(separator: ", ")); told from the file without.")
    var format: String?
    @Option(help: "Ids of the texts in the order of the file: an integer .npy of (T) or (B, T).")
    var tokens: String?
    @Option(help: "Texts in the order of the file: JSON Lines of text, or prompt and completion.")
    var texts: String?
    @Option(help: "Tokenizer of the teacher: tokenizer.json, a model's folder or a .gguf file.")
    var tokenizer: String?
    @Option(help: "Settings of DistillKit's codec, as JSON.") var codec: String?
    @Option(
      parsing: .unconditional, help: "Number of ids, where the file does not say it.",
      transform: WholeNumber.atLeast(2)) var vocabulary: Int?
    @Option(parsing: .unconditional, help: "Number of threads.") var threads = 2

    func check() throws {
      guard threads >= 1 else { throw ValidationError("--threads: expected at least 1") }
      if let format, !LabelFile.formats.contains(format) {
        throw ValidationError(
          "--format: there are \(LabelFile.formats.joined(separator: ", ")); found \(format)")
      }
      if texts != nil, tokenizer == nil {
        throw ValidationError("--texts: needs --tokenizer, to know their ids")
      }
    }

    func context() throws -> GivenContext {
      var context = GivenContext()
      context.threads = threads
      context.vocabulary = vocabulary
      context.codec = codec
      if let tokenizer { context.tokenizer = try Tokenizer(of: ModelFolder.place(of: tokenizer)) }
      if let tokens { try context.readTokens(tokens) }
      if let texts { try context.readTexts(texts) }
      return context
    }
  }
}
