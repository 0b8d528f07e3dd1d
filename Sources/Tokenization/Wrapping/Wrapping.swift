internal import Files

/// How a problem and its solution form one sequence of ids.
///
///     prompt = everything before the solution, including the generation prompt
///     sample = prompt + encode(solution) + end
///
/// Problem and solution are untrusted text: nothing in them becomes a special token.
public struct Wrapping: Sendable {
  /// `retort`, `plain`, or the name of a chat template.
  public let name: String
  /// SHA-256 of the template's text, or of the wrapping's own definition: 64 hexadecimal
  /// characters.
  public let sha256: String
  /// The tokenizer whose ids prompts and samples are made of, as given.
  public let tokenizer: Tokenizer
  /// The id after the solution.
  public let endId: Int32
  /// Ids that end a model's output.
  public let endIds: Set<Int32>
  private let form: Form

  private enum Form: Sendable {
    case retort
    /// No template: the problem is one line.
    case plain(beginningId: Int32?)
    case chat([Piece])
  }

  /// A part of a template with its id; adjacent texts are joined.
  private enum Piece: Sendable {
    case id(Int32)
    case text(before: [UInt8], hasProblem: Bool, isTrimmed: Bool, after: [UInt8])
  }

  /// The names accepted by `--template`.
  public static let names = ["retort", "plain"] + ChatTemplate.all.map(\.name)

  /// - Parameters:
  ///   - tokenizer: with its conventions, including the chat template.
  ///   - template: one of `names`; by default Retort's own wrapping for its own kind of tokenizer,
  ///     else the tokenizer's chat template, or `plain` if it has none.
  /// - Throws: `TokenizerError.unknownTemplate`, `.unknownTemplateName`, `.missingToken`.
  public init(_ tokenizer: Tokenizer, template: String? = nil) throws(TokenizerError) {
    self.tokenizer = tokenizer
    let conventions = tokenizer.conventions
    let chat: ChatTemplate
    var hash: String?
    switch template {
    case "retort",
      nil
    where conventions.chatTemplate.map(ChatTemplate.retortTexts.contains) ?? tokenizer.isRetort:
      guard Self.hasOwnTokens(tokenizer) else {
        throw .missingToken(template: "retort", token: Tokenizer.specialTokens[1])
      }
      name = "retort"
      sha256 = SHA256.hash("{problem}<|sep|>{solution}<|eos|>").hex
      form = .retort
      endId = Tokenizer.eosId
      endIds = [Tokenizer.eosId]
      return
    case "plain",
      nil
    where conventions.chatTemplate == nil
      || ChatTemplate.plainTexts.contains(conventions.chatTemplate ?? ""):
      guard let end = conventions.endId else {
        throw .missingToken(template: "plain", token: "that ends a text")
      }
      name = "plain"
      let beginningId = conventions.addsBeginning ? conventions.beginningId : nil
      sha256 = SHA256.hash((beginningId == nil ? "" : "{bos}") + "{problem}\n{solution}{eos}").hex
      form = .plain(beginningId: beginningId)
      endId = end
      endIds = Self.endIds(of: tokenizer, end)
      return
    case nil:
      let found = SHA256.hash(conventions.chatTemplate ?? "").hex
      if let known = ChatTemplate.writing(conventions.chatTemplate ?? "") {
        chat = known
        break
      }
      guard let known = ChatTemplate.recognizing(found) else {
        throw .unknownTemplate(sha256: found, names: Self.names)
      }
      chat = known
      hash = found
    case let given?:
      guard let known = ChatTemplate.named(given) else {
        throw .unknownTemplateName(given, names: Self.names)
      }
      chat = known
    }
    name = chat.name
    sha256 = hash ?? SHA256.hash(chat.definition).hex
    form = .chat(try Self.pieces(of: chat, tokenizer))
    guard let end = tokenizer.specialId(chat.end) else {
      throw .missingToken(template: chat.name, token: chat.end)
    }
    endId = end
    endIds = Self.endIds(of: tokenizer, end)
  }

  /// Whether an id is a special token, or no token at all: not text.
  public func isSpecial(_ id: Int32) -> Bool {
    tokenizer.isSpecial(id) || !tokenizer.isToken(id)
  }

  /// The bytes that ids decode to; special ids and unused ids decode to nothing.
  public func bytes(of ids: [Int32]) -> [UInt8] {
    (try? tokenizer.decode(ids.filter(tokenizer.isToken))) ?? []
  }

  /// All ids before the solution.
  public func prompt(_ problem: [UInt8]) -> [Int32] {
    switch form {
    case .retort: return tokenizer.encode(problem) + [Tokenizer.sepId]
    case .plain(let beginningId):
      let begin = beginningId.map { [$0] } ?? []
      return begin + tokenizer.encode(problem + [UInt8(ascii: "\n")])
    case .chat(let pieces):
      var ids: [Int32] = []
      for piece in pieces {
        switch piece {
        case .id(let id): ids.append(id)
        case .text(let before, let hasProblem, let isTrimmed, let after):
          let given = hasProblem ? isTrimmed ? Self.trimmed(problem) : problem : []
          tokenizer.encode(before + given + after, startsText: ids.isEmpty, into: &ids)
        }
      }
      return ids
    }
  }

  /// A training sample.
  ///
  /// - Returns: L tokens, and L mask bytes: 1 where the token is a target (the solution and the
  ///   end), 0 always at the first place.
  public func sample(
    problem: [UInt8], solution: [UInt8]
  ) -> (tokens: [Int32], mask: [UInt8]) {
    var ids = prompt(problem)
    let given = max(1, ids.count)
    tokenizer.encode(solution, into: &ids)
    ids.append(endId)
    var mask = [UInt8](repeating: 1, count: ids.count)
    for i in 0..<given { mask[i] = 0 }
    return (ids, mask)
  }

  /// The tokenizer to ship with a model trained on texts wrapped like this: its readers find this
  /// wrapping, not the one that the tokenizer came with.
  ///
  /// `transformers` and llama.cpp find it as the chat template.
  public var tokenizerOfStudent: Tokenizer {
    if let own = try? Wrapping(tokenizer), own.name == name { return tokenizer }
    var student = tokenizer
    if let chat = ChatTemplate.named(name) {
      student.conventions.chatTemplate = chat.text
      if student.conventions.beginningId == nil, let begin = chat.beginning {
        student.conventions.beginningId = tokenizer.specialId(begin)
      }
    } else {
      let begins = tokenizer.conventions.addsBeginning && tokenizer.conventions.beginningId != nil
      student.conventions.chatTemplate = ChatTemplate.plainTexts[begins ? 1 : 0]
    }
    return student
  }

  /// The chat template that an export carries: the tokenizer's own or, for Retort's own wrapping,
  /// which needs none among us, one that renders it.
  ///
  /// - Parameter marksAnswers: with marks by which `transformers` finds the tokens of answers.
  public static func exportedTemplate(of tokenizer: Tokenizer, marksAnswers: Bool) -> String? {
    if let own = tokenizer.conventions.chatTemplate, !ChatTemplate.retortTexts.contains(own) {
      return own
    }
    return (try? Wrapping(tokenizer))?.name == "retort"
      ? ChatTemplate.retortTexts[marksAnswers ? 1 : 0] : nil
  }

  /// Whether the three special tokens of Retort's own tokenizers have their ids, as they have after
  /// a way through GGUF too.
  private static func hasOwnTokens(_ tokenizer: Tokenizer) -> Bool {
    tokenizer.isRetort
      || Tokenizer.specialTokens.enumerated().allSatisfy {
        tokenizer.specialId($0.element) == Int32($0.offset)
      }
  }

  /// End-of-text and end-of-turn tokens of known families, where they are special tokens.
  private static let knownEnds = [
    "<|endoftext|>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>",
    "<eos>", "</s>",
  ]

  private static func endIds(of tokenizer: Tokenizer, _ end: Int32) -> Set<Int32> {
    var ids: Set<Int32> = [end]
    if let id = tokenizer.conventions.endId { ids.insert(id) }
    ids.formUnion(tokenizer.conventions.otherEndIds)
    ids.formUnion(knownEnds.compactMap(tokenizer.specialId))
    return ids
  }

  private static func pieces(
    of chat: ChatTemplate, _ tokenizer: Tokenizer
  ) throws(TokenizerError) -> [Piece] {
    var pieces: [Piece] = []
    func join(_ text: String, problem: Bool = false, trimmed: Bool = false) {
      if case .text(let before, let hasProblem, let isTrimmed, let after)? = pieces.last {
        pieces.removeLast()
        pieces.append(
          .text(
            before: hasProblem ? before : before + Array(text.utf8),
            hasProblem: hasProblem || problem, isTrimmed: isTrimmed || trimmed,
            after: hasProblem ? after + Array(text.utf8) : after))
      } else {
        pieces.append(
          .text(before: Array(text.utf8), hasProblem: problem, isTrimmed: trimmed, after: []))
      }
    }
    for part in chat.parts {
      switch part {
      case .special(let text):
        guard let id = tokenizer.specialId(text) else {
          throw .missingToken(template: chat.name, token: text)
        }
        pieces.append(.id(id))
      case .beginning(let text):
        guard let id = tokenizer.conventions.beginningId ?? tokenizer.specialId(text) else {
          throw .missingToken(template: chat.name, token: text)
        }
        pieces.append(.id(id))
      case .sign(let text):
        if let id = tokenizer.specialId(text) { pieces.append(.id(id)) } else { join(text) }
      case .text(let text): join(text)
      case .problem: join("", problem: true)
      case .trimmedProblem: join("", problem: true, trimmed: true)
      }
    }
    return pieces
  }

  /// Strips white space at both ends, like the templates' `trim`.
  static func trimmed(_ text: [UInt8]) -> [UInt8] {
    func isSpace(_ at: Int) -> Bool {
      (0x1C...0x1F).contains(text[at]) || ScalarCategory.at(text, at).0 == .space
    }
    var start = 0
    while start < text.count, isSpace(start) { start += ScalarCategory.at(text, start).1 }
    var end = text.count
    while end > start {
      let last = UTF8Scalar.start(of: text, endingAt: end)
      guard isSpace(last) else { break }
      end = last
    }
    return Array(text[start..<end])
  }
}
