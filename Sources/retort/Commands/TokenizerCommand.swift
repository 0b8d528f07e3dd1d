internal import ArgumentParser
internal import Files
internal import Models
internal import Tokenization

/// `retort tokenizer`.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Trains a byte-level BPE tokenizer; encodes and decodes with any supported one.",
    discussion: """
      Training writes a `tokenizer.json` that the `tokenizers` library reads.

      Example:
        echo 9+8+2+5 | retort tokenizer encode tokenizer.json -
      """,
    subcommands: [Train.self, Encode.self, Decode.self, Convert.self])

  struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "train", abstract: "Trains a tokenizer on records or on lines of text.",
      discussion: """
        The vocabulary size is an upper bound: training stops when no pair repeats, and says so.

        Example:
          retort generate sum-reduce --count 5000 | \\
            retort tokenizer train - --vocab-size 512 -o tokenizer.json
        """)

    @Argument(help: "JSON Lines of records, or lines of text; - is standard input.")
    var file: String
    @Option(parsing: .unconditional, help: "Largest vocabulary.") var vocabSize = 512
    @Option(name: .shortAndLong, help: "Output tokenizer.json.") var output: String

    mutating func run() throws {
      var lines = try LineSource(file)
      var texts: [[UInt8]] = []
      while let line = try lines.next() {
        if let record = try? JSON.parse(line), let problem = record["problem"]?.stringValue,
          let solution = record["solution"]?.stringValue
        {
          texts += [Array(problem.utf8), Array(solution.utf8)]
        } else {
          texts.append(line)
        }
      }
      guard vocabSize >= Tokenizer.smallestVocabulary else {
        throw Failure.usage("--vocab-size: expected at least \(Tokenizer.smallestVocabulary)")
      }
      guard !texts.isEmpty else { throw Failure.data("\(file): no text to learn from") }
      let (tokenizer, report) = Tokenizer.train(on: texts, vocabularySize: vocabSize)
      try AtomicFile.write(tokenizer.json, to: output)
      StandardError.write(line: "\(report)")
    }
  }

  /// The tokenizer that encodes and decodes.
  struct Source: ParsableArguments {
    @Argument(help: "Tokenizer: a tokenizer.json, a model's folder or a .gguf file.") var tokenizer:
      String

    func read() throws -> Tokenizer {
      let read = try Tokenizer(of: ModelFolder.place(of: tokenizer))
      TextModel.report(ignored: read, of: tokenizer)
      return read
    }
  }

  struct Encode: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "encode", abstract: "Prints the token ids of each line.",
      discussion: """
        Text that spells a special token stays text, unless --specials is given.

        Example:
          echo 9+8+2+5 | retort tokenizer encode tokenizer.json -
        """)

    @OptionGroup var source: Source
    @Argument(help: "Lines of text; - is standard input.") var file: String
    @Flag(help: "Turn spelt special tokens into tokens, as the tokenizers library does.")
    var specials = false
    @Flag(help: "Add the tokens that the tokenizer's own file puts around a text.")
    var around = false
    @Option(
      help: ArgumentHelp(
        "Print the prompt of a problem on each line: 'model' wraps it in the model's own chat "
          + "template; else one of \(Wrapping.names.joined(separator: ", ")).",
        valueName: "name"))
    var template: String?
    @Flag(help: "Read lines as JSON strings; print ids as JSON arrays.") var json = false
    @Flag(
      help: """
        Read each line as a conversation, {"messages": [{"role": …, "content": …}]}; print its ids and \
        its mask, 1 where a token belongs to an answer, in the wrapping of --template or the model's own.
        """)
    var chat = false

    func validate() throws {
      if chat, json || specials || around {
        throw ValidationError("--chat: leave out --json, --specials and --around")
      }
    }

    mutating func run() throws {
      let tokenizer = try source.read()
      if chat {
        return try encodeChats(
          with: Wrapping(tokenizer, template: template == "model" ? nil : template))
      }
      let wrapping = try template.map {
        try Wrapping(tokenizer, template: $0 == "model" ? nil : $0)
      }
      var lines = try LineSource(file)
      var output = StandardOutput()
      var number = 0
      while var line = try lines.next() {
        number += 1
        if json {
          guard let text = try? JSON.parse(line).stringValue else {
            throw Failure.data("\(file): line \(number): expected a JSON string")
          }
          line = Array(text.utf8)
        }
        let ids =
          wrapping?.prompt(line)
          ?? tokenizer.encode(line, parsingSpecials: specials, addingSpecials: around)
        let text = ids.map(String.init).joined(separator: json ? "," : " ")
        output.write(line: json ? "[\(text)]" : text)
      }
    }

    private func encodeChats(with wrapping: Wrapping) throws {
      var lines = try LineSource(file)
      var output = StandardOutput()
      var number = 0
      while let line = try lines.next() {
        number += 1
        func wrong(_ reason: String) -> Failure {
          Failure.data("\(file): line \(number): \(reason)")
        }
        guard let messages = (try? JSON.parse(line))?["messages"]?.arrayValue else {
          throw wrong("expected {\"messages\": [{\"role\": …, \"content\": …}]}")
        }
        var turns: [(role: Wrapping.Role, text: [UInt8])] = []
        for message in messages {
          guard let role = message["role"]?.stringValue.flatMap(Wrapping.Role.init(rawValue:)),
            let text = message["content"]?.stringValue
          else { throw wrong("expected a role (system, user, assistant) and a text content") }
          turns.append((role, Array(text.utf8)))
        }
        guard let sample = wrapping.sample(turns: turns) else {
          throw wrong("the wrapping \(wrapping.name) has no form for these turns")
        }
        let object: JSONObject = [
          "wrapping": JSON(wrapping.name), "ids": JSON(sample.tokens) { JSON(Int($0)) },
          "mask": JSON(sample.mask) { JSON(Int($0)) },
        ]
        output.write(line: JSON.object(object).text)
      }
    }
  }

  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "convert", abstract: "Writes the tokenizer.json of a model.",
      discussion: """
        For a GGUF file it is built from the file's arrays and gives the same ids.

        Example:
          retort tokenizer convert model.gguf -o tokenizer.json
        """)

    @OptionGroup var source: Source
    @Option(name: .shortAndLong, help: "Output tokenizer.json.") var output: String

    mutating func run() throws {
      try AtomicFile.write(source.read().json, to: output)
    }
  }

  struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "decode", abstract: "Prints the text of each line of token ids.",
      discussion: "Example:\n  echo 22 14 21 | retort tokenizer decode tokenizer.json -")

    @OptionGroup var source: Source
    @Argument(help: "Lines of ids separated by spaces; - is standard input.") var file: String

    mutating func run() throws {
      let tokenizer = try source.read()
      var lines = try LineSource(file)
      var output = StandardOutput()
      var number = 0
      while let line = try lines.next() {
        number += 1
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        let ids = words.compactMap { Int32($0) }
        guard ids.count == words.count else {
          throw Failure.data("\(file): line \(number): expected token ids between spaces")
        }
        output.write(line: try tokenizer.decode(ids))
      }
    }
  }
}
