package import Files
internal import Tokenization

/// JSON Lines of the likeliest tokens: a text a line, in the forms of servers and trainers.
///
/// | form | a row is |
/// |---|---|
/// | OpenAI chat | `logprobs.content[]`: `{token, logprob, top_logprobs: [{token, logprob}]}` |
/// | OpenAI completions | `logprobs.top_logprobs[]`: an object from token to logarithm |
/// | vLLM | `prompt_logprobs[]`: null, then objects from id to `{logprob, rank, decoded_token}` |
/// | axolotl | a list of `{"token": "token_id:N", "logprob": x}` |
/// | lists | `target_token_ids` and `target_logprobs`, or `ids` and `logprobs`, for each row |
///
/// The first three are wherever a response has them: at the top or in `choices[0]`. A row stands
/// beside the token that it is the distribution of; lists without a null in front have a row for
/// each token after the first.
package struct LogprobLines: LabelSource {
  package let format = "jsonl"
  package let scale = RowScale.logProbabilities
  /// Servers print float32, some of them rounded to four places.
  package let precision = 1e-5
  package let mayHaveLastRow = true
  /// Whether the first text's form lists entries from the likeliest down.
  package let isRanked: Bool
  /// That was given, else the tokenizer's, else `vocab_size` of the first text.
  package let vocabulary: Int?
  /// The form of the first text, as in the table above.
  package var facts: JSONObject { ["form": JSON(form)] }

  private let path: String
  private let form: String
  private let names: TokenNames
  /// Whether the file is one JSON text, not one a line.
  private let isWhole: Bool
  /// Read as a tree, a line takes ten times its bytes.
  static let longestLine = 1 << 27

  /// Reads the first text alone: its form is taken for the whole file's.
  ///
  /// - Throws: `LabelFileError.truncated` for a file without a line, `.format` where the first text
  ///   is of no known form, `.damaged` for one that is no JSON; `FileError`, also for a line beyond
  ///   128 MiB.
  package init(_ path: String, _ given: GivenContext) throws {
    self.path = path
    names = TokenNames(given.tokenizer)
    isWhole = try Self.isWhole(path)
    struct Enough: Error {}
    var first: JSON?
    do {
      try Self.forEachText(in: path, isWhole: isWhole) { _, text in
        first = text
        throw Enough()
      }
    } catch is Enough {
    }
    guard let first else { throw LabelFileError.truncated(path: path, reason: "holds no line") }
    guard let found = Rows(first) else {
      throw LabelFileError.format(
        path: path,
        reason:
          "line 1: none of logprobs.content, logprobs.top_logprobs, prompt_logprobs, a list of "
          + "{token, logprob}, target_token_ids with target_logprobs, ids with logprobs")
    }
    form = found.form
    isRanked = found.isRanked
    vocabulary =
      given.vocabulary ?? given.tokenizer?.vocabularySize ?? first["vocab_size"]?.intValue
  }

  package func forEach(_ body: (LabelSequence) throws -> Void) throws {
    try Self.forEachText(in: path, isWhole: isWhole) { name, text in
      try Interruption.check()
      guard let rows = Rows(text) else {
        throw LabelFileError.damaged(
          path: path, reason: "\(name): holds no rows, as the first does")
      }
      try body(try rows.sequence(named: name, text, names))
    }
  }

  /// Whether the first line is only the beginning of a text.
  private static func isWhole(_ path: String) throws -> Bool {
    var source = try LineSource(path, limit: longestLine)
    while let line = try source.next() {
      let words = line.filter { $0 > 0x20 }
      if words.isEmpty { continue }
      return words == [UInt8(ascii: "{")] || words == [UInt8(ascii: "[")]
    }
    return false
  }

  /// Each line, or each element of a list.
  private static func forEachText(
    in path: String, isWhole: Bool, _ body: (_ name: String, JSON) throws -> Void
  ) throws {
    func hand(_ json: JSON, _ name: String) throws {
      guard let list = json.arrayValue else { return try body(name, json) }
      for (place, text) in list.enumerated() { try body("\(name), text \(place)", text) }
    }
    if isWhole {
      try hand(parse(readFile(path, limit: longestLine), path: path, number: 1), "file")
      return
    }
    var source = try LineSource(path, limit: longestLine)
    while let bytes = try source.next() {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
      try hand(parse(bytes, path: path, number: source.number), "line \(source.number)")
    }
  }

  /// A line, in which Python may have written NaN and Infinity as bare words.
  static func parse(_ bytes: [UInt8], path: String, number: Int) throws(LabelFileError) -> JSON {
    do throws(JSONError) { return try JSON.parse(bytes) } catch {
      if let json = try? JSON.parse(quotingWords(bytes)) { return json }
      let reason = "line \(number), \(error)"
      // A line that ends in the middle of a value was cut.
      if error.offset >= bytes.count {
        throw .truncated(path: path, reason: reason + "; the line was cut short")
      }
      throw .damaged(path: path, reason: reason)
    }
  }

  /// The words NaN, Infinity and -Infinity outside of strings as strings.
  private static func quotingWords(_ bytes: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 16)
    var isInString = false
    var at = 0
    let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
    while at < bytes.count {
      let byte = bytes[at]
      if isInString, byte == UInt8(ascii: "\\"), at + 1 < bytes.count {
        out += bytes[at...(at + 1)]
        at += 2
        continue
      }
      if byte == UInt8(ascii: "\"") { isInString.toggle() }
      if !isInString,
        byte == UInt8(ascii: "-") || byte == UInt8(ascii: "I") || byte == UInt8(ascii: "N"),
        let word = words.first(where: { bytes[at...].starts(with: $0) })
      {
        out.append(UInt8(ascii: "\""))
        out += word
        out.append(UInt8(ascii: "\""))
        at += word.count
        continue
      }
      out.append(byte)
      at += 1
    }
    return out
  }

  /// A number, or one of the words that stand for one; NaN for anything else.
  static func number(_ json: JSON) -> Float {
    if let value = json.doubleValue { return Float(value) }
    switch json.stringValue {
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default: return .nan
    }
  }

  /// Whole numbers as ids; -1 for anything else.
  static func ids(_ list: [JSON]) -> [Int32] {
    list.map { $0.intValue.flatMap { Int32(exactly: $0) } ?? -1 }
  }
}
