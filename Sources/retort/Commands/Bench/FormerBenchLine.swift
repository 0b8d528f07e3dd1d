/// Command lines of `retort bench` from before each subject became a command of its own.
///
/// Options could stand before the subject, and every subject accepted the options of all others and
/// ignored them. Such lines still run: the subject moves to the front, and options that it does not
/// have are left out.
enum FormerBenchLine {
  /// An option of the single command.
  private struct Option {
    let takesValue: Bool
    /// Subjects that have it now.
    let subjects: Set<String>
  }

  private static let models: Set<String> = ["train", "distil", "label", "generate", "kernels"]
  private static let others: Set<String> = ["shards", "sets", "tokenizer", "families", "geometry"]

  private static let options: [String: Option] = {
    func value(_ subjects: Set<String>) -> Option { Option(takesValue: true, subjects: subjects) }
    func flag(_ subjects: Set<String>) -> Option { Option(takesValue: false, subjects: subjects) }
    let all = models.union(others)
    return [
      "--config": value(models), "--set": value(models),
      "--model": value(["label", "generate"]),
      "--backend": value(["train", "distil", "label"]),
      "--precision": value(["train", "distil", "label", "generate"]),
      "--batch": value(["generate"]), "--targets": value(["distil"]),
      "--compression": value(["label"]), "--steps": value(["train"]), "--check": value(["train"]),
      "--table": flag(["kernels"]),
      "--samples": value(["shards", "sets"]), "--whole": flag(["sets"]), "--part": value(["sets"]),
      "--keep": value(["shards", "sets", "tokenizer"]),
      "--text": value(["tokenizer"]), "--tokenizer": value(["tokenizer"]),
      "--vocab-size": value(["tokenizer"]),
      "--problems": value(["geometry"]), "--time": value(["geometry"]),
      "--threads": value(all.subtracting(["tokenizer", "geometry"])),
      "--repetitions": value(all.subtracting(["sets"])), "--json": flag(all),
    ]
  }()

  /// The arguments as the commands of today take them; anything else is returned as it is.
  ///
  /// - Parameter ignored: called with the subject and the name of each option that is left out.
  static func renewed(
    _ arguments: [String], ignored: (_ subject: String, _ option: String) -> Void
  ) -> [String] {
    guard arguments.first == "bench" else { return arguments }
    var subject: String?
    var given: [(name: String, words: ArraySlice<String>)] = []
    var at = 1
    while at < arguments.count {
      let word = arguments[at]
      let name = String(word.prefix { $0 != "=" })
      if let option = options[name] {
        let end = at + (option.takesValue && name == word ? 2 : 1)
        guard end <= arguments.count else { return arguments }
        given.append((name, arguments[at..<end]))
        at = end
      } else if subject == nil, models.contains(word) || others.contains(word) {
        subject = word
        at += 1
      } else {
        return arguments
      }
    }
    guard let subject else { return arguments }
    var renewed = ["bench", subject]
    for (name, words) in given {
      if options[name]?.subjects.contains(subject) ?? false {
        renewed += words
      } else if words.allSatisfy(isPlain) {
        ignored(subject, name)
      } else {
        // No value that any subject accepts: refused as an option that there is not.
        return ["bench", subject] + given.flatMap(\.words)
      }
    }
    return renewed
  }

  /// Whether a word could be a value: letters, digits and the marks of paths and lists.
  private static func isPlain(_ word: String) -> Bool {
    !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "_.,=/-".utf8.contains(byte)
        }
      }
  }
}
