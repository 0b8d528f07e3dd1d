internal import Files

extension Tokenizer {
  /// The `tokenizer.json` of this tokenizer, as the `tokenizers` library reads it: the original
  /// bytes if it was read from a file; else compact, tokens in order of id, merges as pairs in
  /// order of rank, one newline at the end. The same tokenizer always gives the same bytes.
  public var json: [UInt8] {
    if case .file(let bytes) = source { return bytes }
    let writer = DefinitionWriter()
    let head: JSONObject = [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": JSON(definition.added, writer.json(of:)),
      "normalizer": writer.json(of: definition.normalizer),
      "pre_tokenizer": writer.json(of: definition.preTokenizer),
      "post_processor": writer.json(of: definition.postProcessor),
      "decoder": writer.json(of: definition.decoder),
    ]
    // A vocabulary is too long for JSONObject's linear search, so its members are written here.
    var out = Array(head.serialized().dropLast())
    out += Array(#","model":"#.utf8)
    out += writer.json(of: definition.model).serialized().dropLast()
    out += Array(#","vocab":{"#.utf8)
    var isFirst = true
    for (id, text) in vocabulary.texts.enumerated() where vocabulary[text] == Int32(id) {
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      out += JSON.string(String(decoding: text, as: UTF8.self)).serialized()
      out.append(UInt8(ascii: ":"))
      out += Array(String(id).utf8)
    }
    out += Array(#"},"merges":"#.utf8)
    let pairs = merges.map { merge -> JSON in
      [spelling(merge.left), spelling(merge.right)]
    }
    out += JSON.array(pairs).serialized()
    out += Array("}}\n".utf8)
    return out
  }

  private func spelling(_ id: Int32) -> JSON {
    .string(String(decoding: vocabulary.texts[Int(id)], as: UTF8.self))
  }
}

/// Writes the parts of a tokenizer as the `tokenizers` library writes them.
private struct DefinitionWriter {
  private func string(_ bytes: [UInt8]) -> JSON { .string(String(decoding: bytes, as: UTF8.self)) }

  func json(of token: AddedToken) -> JSON {
    [
      "id": JSON(Int(token.id)), "content": string(token.content),
      "single_word": .bool(token.singleWord), "lstrip": .bool(token.stripsLeft),
      "rstrip": .bool(token.stripsRight), "normalized": .bool(token.normalized),
      "special": .bool(token.special),
    ]
  }

  /// A single part as it is, several as a `Sequence`.
  private func sequence(_ parts: [JSON], list: String) -> JSON {
    switch parts.count {
    case 0: .null
    case 1: parts[0]
    default: .object(JSONObject([("type", "Sequence"), (list, .array(parts))]))
    }
  }

  func json(of steps: [NormalizerStep]) -> JSON {
    let parts = steps.map { step -> JSON in
      switch step {
      case .nfc: ["type": "NFC"]
      case .replace(let old, let new):
        ["type": "Replace", "pattern": ["String": string(old)], "content": string(new)]
      case .prepend(let text): ["type": "Prepend", "prepend": string(text)]
      }
    }
    return sequence(parts, list: "normalizers")
  }

  func json(of steps: [PreTokenizerStep]) -> JSON {
    let parts = steps.map { step -> JSON in
      switch step {
      case .digits(let individual): ["type": "Digits", "individual_digits": .bool(individual)]
      case .expression(let expression):
        [
          "type": "Split", "pattern": ["Regex": .string(expression.rawValue)],
          "behavior": "Isolated", "invert": false,
        ]
      case .split(let separator, let behavior):
        [
          "type": "Split", "pattern": ["String": string(separator)],
          "behavior": .string(behavior.rawValue), "invert": false,
        ]
      case .byteLevel(let addsPrefixSpace, let usesExpression):
        [
          "type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "trim_offsets": true,
          "use_regex": .bool(usesExpression),
        ]
      case .metaspace(let replacement, let prepends, let cuts):
        [
          "type": "Metaspace", "replacement": string(replacement),
          "prepend_scheme": .string(prepends.rawValue), "split": .bool(cuts),
        ]
      }
    }
    return sequence(parts, list: "pretokenizers")
  }

  func json(of processor: PostProcessor) -> JSON {
    guard !processor.prefix.isEmpty || !processor.suffix.isEmpty else { return .null }
    func special(_ piece: PostProcessor.Piece, _ type: Int) -> JSON {
      ["SpecialToken": ["id": string(piece.text), "type_id": JSON(type)]]
    }
    func around(_ id: String, _ type: Int) -> [JSON] {
      processor.prefix.map { special($0, type) }
        + [["Sequence": ["id": .string(id), "type_id": JSON(type)]]]
        + processor.suffix.map { special($0, type) }
    }
    var tokens = JSONObject()
    for piece in processor.prefix + processor.suffix {
      tokens[String(decoding: piece.text, as: UTF8.self)] = [
        "id": string(piece.text), "ids": JSON(piece.ids) { JSON(Int($0)) },
        "tokens": [string(piece.text)],
      ]
    }
    return [
      "type": "TemplateProcessing", "single": .array(around("A", 0)),
      "pair": .array(around("A", 0) + around("B", 1)), "special_tokens": .object(tokens),
    ]
  }

  func json(of steps: [DecoderStep]) -> JSON {
    let parts = steps.map { step -> JSON in
      switch step {
      case .byteLevel:
        ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true]
      case .replace(let old, let new):
        ["type": "Replace", "pattern": ["String": string(old)], "content": string(new)]
      case .byteFallback: ["type": "ByteFallback"]
      case .fuse: ["type": "Fuse"]
      case .strip(let content, let start, let end):
        [
          "type": "Strip", "content": string(content), "start": JSON(start), "stop": JSON(end),
        ]
      }
    }
    return sequence(parts, list: "decoders")
  }

  /// The model object, without vocabulary and merges.
  func json(of options: BPE.Options) -> JSONObject {
    [
      "type": "BPE", "dropout": nil, "unk_token": options.unknown.map(string) ?? .null,
      "continuing_subword_prefix": nil, "end_of_word_suffix": nil,
      "fuse_unk": .bool(options.fusesUnknown), "byte_fallback": .bool(options.byteFallback),
      "ignore_merges": .bool(options.ignoresMerges),
    ]
  }
}
