import Files
import Testing

/// Lines from before each subject of `retort bench` had a command of its own still run.
///
/// Each ends in a faulty value, which is the last thing that is complained of: all before it was
/// understood, and nothing is measured.
struct `A line of the former retort bench` {
  /// The options that every subject accepted, each with a value that is fine.
  private static let options = [
    "--config", "tiny", "--set", "sequences=4", "--backend", "openblas", "--precision", "float32",
    "--batch", "1,16", "--steps", "10000", "--check", "folder", "--keep", "folder", "--text",
    "file",
    "--vocab-size", "4096", "--tokenizer", "file", "--samples", "9", "--whole", "--targets", "topk",
    "--compression", "none", "--problems", "file", "--time", "1", "--table", "--json",
  ]

  private static func faulty(_ subject: String) -> (option: String, words: String) {
    subject == "sets" ? ("--threads", "at least 1") : ("--repetitions", "at least 1")
  }

  @Test(arguments: [
    "train", "distil", "label", "generate", "kernels", "shards", "sets", "tokenizer", "families",
    "geometry",
  ])
  func `is understood with its options before, behind and around the subject`(
    subject: String
  ) throws {
    let (option, words) = Self.faulty(subject)
    for line in [
      Self.options + [subject, option, "0"], [subject] + Self.options + [option, "0"],
      Array(Self.options.prefix(4)) + [subject] + Self.options.dropFirst(4) + [option + "=0"],
    ] {
      let outcome = try Program.run(["bench"] + line)
      #expect(outcome.status == 2, "\(line): \(outcome)")
      #expect(outcome.errors.contains(words), "\(line): \(outcome.errors)")
      #expect(outcome.errors.contains(option), "\(line): \(outcome.errors)")
      #expect(!outcome.errors.contains("Unknown option"), "\(line): \(outcome.errors)")
    }
  }

  /// An option that does nothing is told, or its user believes that it did something.
  @Test func `is told which options it ignores`() throws {
    let outcome = try Program.run([
      "bench", "--config", "small", "families", "--batch=3", "--repetitions", "0",
    ])
    #expect(outcome.errors.contains("bench families has no --config: it is ignored"))
    #expect(outcome.errors.contains("bench families has no --batch: it is ignored"))
    #expect(!outcome.errors.contains("has no --repetitions"))
  }

  /// What was wrong before is wrong still.
  @Test(arguments: [
    ["bench", "nothing"], ["bench", "train", "--unknown"], ["bench", "train", "distil"],
    ["bench", "train", "--config"], ["bench", "train", "--config", "huge"],
    ["bench", "train", "--precision", "stored"], ["bench", "generate", "--batch", "0"],
    ["bench", "train", "--steps", "9"], ["bench", "train", "--set", "layers=2"],
    ["bench", "label", "--model", "x", "--set", "hidden_size=8"],
    ["bench", "tokenizer", "--vocab-size", "3"], ["bench", "geometry", "--time", "-1"],
    ["bench", "distil", "--backend", "openblas", "--precision", "bfloat16"],
  ])
  func `is refused where it was refused`(line: [String]) throws {
    let outcome = try Program.run(line)
    #expect([1, 2].contains(outcome.status) && outcome.output.isEmpty, "\(line): \(outcome)")
    #expect(!outcome.errors.isEmpty)
  }

  @Test func `measures what it measured`() throws {
    let outcome = try Program.run([
      "bench", "--repetitions", "1", "--json", "--threads", "1", "train", "--config", "student",
    ])
    #expect(outcome.status == 0, "\(outcome)")
    let line = try JSON.parse(outcome.output)
    #expect(line["bench"] == "train" && line["config"] == "student")
    #expect(line["figures"]?["tokens_per_s"]?.doubleValue ?? 0 > 0)
    #expect(line["machine"]?["threads"] == 1 && line["machine"]?["instruction_set"] != nil)
  }
}
