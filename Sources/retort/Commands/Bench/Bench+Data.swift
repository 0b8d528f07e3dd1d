internal import ArgumentParser
internal import Benchmarks
internal import Files
internal import GeometryProofs
internal import Kernels
internal import Models
internal import Tokenization

extension Bench {
  /// `retort bench shards`.
  struct ShardsSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "shards",
      abstract: "Measures writing and reading a set of labels, every digest checked.",
      discussion: """
        Samples hold 128 whole distributions over 256 tokens (64 KiB). Rates are megabytes of the \
        tar a second, on one thread and on all; writing is repeated at most 5 times.

        Examples:
          retort bench shards --samples 4096
          retort bench shards --keep FOLDER && retort shards verify FOLDER/set
        """)

    @Option(
      parsing: .unconditional, help: "Number of samples.", transform: WholeNumber.atLeast(1))
    var samples = 2048
    @Option(
      help: ArgumentHelp(
        "Leave the set in this folder, for other programs to read.", valueName: "folder"))
    var keep: String?
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      try BLAS.require(threads: threads)
      let results = try ShardBenchmarks(
        threads: threads, repetitions: repetitions.repetitions, sampleCount: samples
      ).run(keeping: keep)
      output.write(results, threads: threads)
    }
  }

  /// `retort bench sets`.
  struct SetsSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "sets",
      abstract: "Measures what stages cost as their set grows and their work stays the same.",
      discussion: """
        Orders, a tokenizer, 20 steps of 64 and 1280 labels are made from a set of N samples. Each \
        part runs in a process of its own; its seconds, processor seconds and peak memory should \
        hardly depend on N.

        Examples:
          retort bench sets --samples 100000
          retort bench sets --samples 1000000 --whole --json
        """)

    @Option(
      parsing: .unconditional, help: "Number of samples in the set.",
      transform: WholeNumber.atLeast(1))
    var samples = 2048
    @Flag(help: "Also tokenize the whole set.") var whole = false
    @Option(help: .hidden) var part: SetsBenchmark.Part?
    @Option(help: .hidden) var keep: String?
    @OptionGroup var threads: ThreadOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if part != nil, keep == nil {
        throw ValidationError("--part: expected --keep with its folder")
      }
    }

    mutating func run() throws {
      let (samples, threads) = (samples, threads.threads)
      try BLAS.require(threads: threads)
      let benchmark = SetsBenchmark(
        samples: samples, threads: threads, machine: StageKinds.machine)
      if let part, let keep {
        var output = StandardOutput()
        output.write(json: try benchmark.measure(part, in: keep))
        return
      }
      let parts: [SetsBenchmark.Part] = [.order, .tokenizer, .train, .label]
      let result = try benchmark.run(parts + (whole ? [.labelAll, .trainTokens, .labelRows] : [])) {
        part, folder in
        [
          "bench", "sets", "--samples", "\(samples)", "--threads", "\(threads)", "--part",
          part.rawValue, "--keep", folder,
        ]
      }
      output.write([result], threads: threads)
    }
  }

  /// `retort bench tokenizer`.
  struct TokenizerSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tokenizer",
      abstract: "Measures encoding and decoding on one thread.",
      discussion: """
        Without --tokenizer, one is trained on every other document; the rest are encoded. \
        Documents are traces of all families, or the first 8 MB of a text in pieces of 2 kB.

        Examples:
          retort bench tokenizer --vocab-size 8192
          retort bench tokenizer --text book.txt --tokenizer MODEL.gguf
        """)

    @Option(
      help: ArgumentHelp(
        "Encode the beginning of this file instead of traces.", valueName: "path"))
    var text: String?
    @Option(
      help: ArgumentHelp(
        "Encode with this tokenizer: a tokenizer.json, a model folder or a .gguf.",
        valueName: "path"))
    var tokenizer: String?
    @Option(
      parsing: .unconditional, help: "Largest vocabulary of the tokenizer that is trained.",
      transform: WholeNumber.atLeast(Tokenizer.smallestVocabulary))
    var vocabSize = 4096
    @Option(
      help: ArgumentHelp(
        "Leave tokenizer, documents and their ids in this folder, for other programs.",
        valueName: "folder"))
    var keep: String?
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let benchmarks = TokenizerBenchmarks(
        repetitions: repetitions.repetitions, vocabularySize: vocabSize)
      let results = try benchmarks.run(
        text: text, tokenizer: tokenizer.map { try Tokenizer(of: $0) }, keeping: keep)
      output.write(results, threads: 1)
    }
  }

  /// `retort bench families`.
  struct FamiliesSubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "families",
      abstract: "Measures each family: posing, working, rendering and verifying problems.",
      discussion: """
        Prints verified records a second at level 5. At most 5 repetitions.

        Example:
          retort bench families --threads 4
        """)

    @OptionGroup var threads: ThreadOptions
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
      let threads = threads.threads
      let results = try FamilyBenchmarks(
        threads: threads, repetitions: repetitions.repetitions
      ).run()
      output.write(results, threads: threads)
    }
  }

  /// `retort bench geometry`.
  struct GeometrySubject: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "geometry",
      abstract: "Measures how many geometry problems are proved, and how fast.",
      discussion: """
        A problem counts as solved if the independent checker accepts its proof. Its time is \
        closure and traceback on one thread; drawing and checking are not timed.

        Examples:
          retort bench geometry --time 0
          retort bench geometry --problems problems.txt --time 60
        """)

    @Option(help: ArgumentHelp("Problem file.", valueName: "path"))
    var problems = "Corpora/geometry/problems.txt"
    @Option(
      parsing: .unconditional,
      help: ArgumentHelp(
        "Seconds for each problem that needs added points; 0 adds none.", valueName: "seconds"))
    var time = 10.0
    @OptionGroup var repetitions: RepetitionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      guard time >= 0, time.isFinite else { throw ValidationError("--time: expected at least 0") }
    }

    mutating func run() throws {
      let bytes = try readFile(problems, limit: ProblemParser.mostBytes)
      let parsed: [GeometryProblem]
      do {
        parsed = try ProblemParser.parse(file: String(decoding: bytes, as: UTF8.self))
      } catch {
        throw Failure.data("\(problems): \(error)")
      }
      let benchmark = GeometryBenchmark(repetitions: repetitions.repetitions, seconds: time)
      output.write(benchmark.run(parsed), threads: 1)
    }
  }
}

extension SetsBenchmark.Part: ExpressibleByArgument {}
