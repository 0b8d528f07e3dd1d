internal import Files
internal import Tasks

/// Problems that a set must not contain, read from files that the user names.
///
/// A file is JSON Lines or a file of geometry problems as `retort prove` reads it. A line that
/// names a `family` is one of its problems, compared by canonical form: a renamed or reordered one
/// is the same. Any other line is a text (`question`, `prompt`, `problem`, `text`, or the user's
/// turns of `messages`): a problem is too close if some family reads the text as the same problem,
/// or if eight words in a row are in both.
public struct ApartFrom: Sendable, Equatable {
  /// `content` of every problem in the files.
  public private(set) var contents: Set<String> = []
  /// Runs of words of the texts that name no family.
  public private(set) var phrases = Phrases()

  /// Nothing is kept apart.
  public init() {}

  /// Whether nothing is kept apart.
  public var isEmpty: Bool { contents.isEmpty && phrases.isEmpty }

  /// Whether a problem must not be in the set.
  public func holds(content: String, problem: String) -> Bool {
    contents.contains(content) || phrases.share(with: problem)
  }

  /// What stands for the files in a stage's key: what they hold, not where they are.
  var key: JSON {
    let contents = JSON(contents.sorted()) { JSON($0) }
    return phrases.isEmpty ? contents : ["problems": contents, "phrases": JSON(phrases.digest)]
  }

  /// - Throws: `GenerationError.apartFrom` for what cannot be read; `FileError`.
  public init(_ paths: [String]) throws {
    for path in paths {
      var lines = try LineSource(path, limit: 64 << 20)
      var isRecords: Bool?
      var text: [UInt8] = []
      while let line = try lines.nextLine() {
        guard case .whole(let bytes) = line else {
          throw GenerationError.apartFrom(
            file: path, line: lines.number, reason: "the line is too long")
        }
        guard let first = bytes.first(where: { $0 != 0x20 }) else { continue }
        let holdsRecords = isRecords ?? (first == UInt8(ascii: "{"))
        isRecords = holdsRecords
        if holdsRecords {
          try add(line: bytes, file: path, number: lines.number)
        } else {
          text += bytes + [0x0A]
        }
      }
      if isRecords == false {
        do {
          for form in try GeometryTheorem.canonicalTexts(
            ofProblemFile: String(decoding: text, as: UTF8.self))
          {
            contents.insert(SHA256.hash(form).hex)
          }
        } catch {
          throw GenerationError.apartFrom(
            file: path, line: nil, reason: "neither JSON Lines nor geometry problems: \(error)")
        }
      }
    }
  }

  private mutating func add(line: [UInt8], file: String, number: Int) throws {
    func wrong(_ reason: String) -> GenerationError {
      .apartFrom(file: file, line: number, reason: reason)
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(line)
    } catch {
      throw wrong("not JSON: \(error)")
    }
    if json["family"] != nil {
      contents.insert(try Self.content(of: json, wrong))
      return
    }
    let turns = json["messages"]?.arrayValue?.filter { $0["role"]?.stringValue == "user" } ?? []
    let texts =
      ["question", "prompt", "problem", "text"].compactMap { json[$0]?.stringValue }
      + turns.compactMap { $0["content"]?.stringValue }
    guard !texts.isEmpty else {
      throw wrong(
        "expected \"family\" and \"problem\", or one of question, prompt, problem, text, messages")
    }
    for text in texts {
      phrases.add(text)
      for (family, problem) in OwnProblem.readings(of: text) {
        if let canonical = family.canonical(problem) {
          contents.insert(SHA256.hash(canonical).hex)
        }
      }
    }
  }

  private static func content(
    of json: JSON, _ wrong: (String) -> GenerationError
  ) throws -> String {
    guard let name = json["family"]?.stringValue, let problem = json["problem"]?.stringValue else {
      throw wrong("expected a record with \"family\" and \"problem\"")
    }
    guard let family = Families.named(name) else { throw wrong("no family is called \(name)") }
    guard let canonical = family.canonical(problem) else {
      throw wrong("the problem is none that \(name) writes: \(problem.prefix(80))")
    }
    return SHA256.hash(canonical).hex
  }
}
