internal import Files

extension DefinitionReader {
  func normalizer(_ value: JSON, _ key: String) throws(TokenizerError) -> [NormalizerStep] {
    let known = "NFC, Replace, Prepend or Sequence"
    var steps: [NormalizerStep] = []
    for (part, key) in try flattened(value, key, list: "normalizers") {
      let type = try type(part, key, known: known)
      switch type {
      case "NFC":
        _ = try expectObject(part, key, keys: ["type"])
        steps.append(.nfc)
      case "Replace":
        let (old, new) = try replacement(part, key)
        steps.append(.replace(old, with: new))
      case "Prepend":
        let object = try expectObject(part, key, keys: ["type", "prepend"])
        steps.append(.prepend(try text(object["prepend"] ?? .null, key + ".prepend")))
      default: throw .unsupported(file: file, key: key, found: type, expected: known)
      }
    }
    try requireBounded(steps.map(\.growth), key)
    return steps
  }

  /// Limits on the total growth of a text over all steps, and on the number of steps: a few steps
  /// that each replace a letter by a page would fill any memory.
  private static let growthLimit = 256
  private static let stepLimit = 16

  private func requireBounded(_ factors: [Int], _ key: String) throws(TokenizerError) {
    var growth = 1
    for factor in factors { growth = min(growth * min(factor, 1 << 20), 1 << 20) }
    guard factors.count <= Self.stepLimit, growth <= Self.growthLimit else {
      throw .unsupported(
        file: file, key: key, found: "\(factors.count) steps that lengthen a text \(growth)-fold",
        expected: "at most \(Self.stepLimit) that lengthen it \(Self.growthLimit)-fold")
    }
  }

  func preTokenizer(_ value: JSON, _ key: String) throws(TokenizerError) -> [PreTokenizerStep] {
    let known = "Split, ByteLevel, Digits, Metaspace or Sequence"
    var steps: [PreTokenizerStep] = []
    for (part, key) in try flattened(value, key, list: "pretokenizers") {
      let type = try type(part, key, known: known)
      switch type {
      case "Split": steps.append(try split(part, key))
      case "ByteLevel":
        let object = try expectObject(part, key, keys: Self.byteLevelKeys)
        steps.append(
          .byteLevel(
            addsPrefixSpace: try bool(
              object["add_prefix_space"], key + ".add_prefix_space", missing: true),
            usesExpression: try bool(object["use_regex"], key + ".use_regex", missing: true)))
      case "Digits":
        let object = try expectObject(part, key, keys: ["type", "individual_digits"])
        steps.append(
          .digits(
            individual: try bool(object["individual_digits"], key + ".individual_digits")))
      case "Metaspace": steps.append(try metaspace(part, key))
      default: throw .unsupported(file: file, key: key, found: type, expected: known)
      }
    }
    return steps
  }

  static let byteLevelKeys = ["type", "add_prefix_space", "trim_offsets", "use_regex"]

  private func split(_ value: JSON, _ key: String) throws(TokenizerError) -> PreTokenizerStep {
    let object = try expectObject(value, key, keys: ["type", "pattern", "behavior", "invert"])
    let named = object["behavior"]?.stringValue ?? ""
    guard let behavior = SplitBehavior(rawValue: named) else {
      throw .unsupported(
        file: file, key: key + ".behavior", found: object["behavior"]?.text ?? "nothing",
        expected: SplitBehavior.allCases.map(\.rawValue).joined(separator: " or "))
    }
    let isInverted = try bool(object["invert"], key + ".invert")
    guard let pattern = object["pattern"]?["Regex"]?.stringValue else {
      let separator = try literal(object["pattern"] ?? .null, key + ".pattern")
      try expect(.bool(isInverted), key + ".invert", [false])
      return .split(separator, behavior)
    }
    guard
      let expression = SplitExpression.allCases.first(where: {
        $0.rawValue.utf8.elementsEqual(pattern.utf8)
      })
    else {
      throw .unsupported(
        file: file, key: key + ".pattern", found: pattern,
        expected: "the expression of GPT-2, Llama 3, Qwen 2 or Tekken")
    }
    // The expression matches all of a text, so keeping only matches equals cutting around them.
    guard behavior == .isolated || behavior == .removed && isInverted else {
      throw .unsupported(
        file: file, key: key + ".behavior", found: "\(named), invert \(isInverted)",
        expected: "Isolated for an expression")
    }
    return .expression(expression)
  }

  private func replacement(
    _ value: JSON, _ key: String
  ) throws(TokenizerError) -> (old: [UInt8], new: [UInt8]) {
    let object = try expectObject(value, key, keys: ["type", "pattern", "content"])
    return (
      try literal(object["pattern"] ?? .null, key + ".pattern"),
      try text(object["content"] ?? .null, key + ".content")
    )
  }

  /// `{"String": …}`, not empty.
  private func literal(_ value: JSON, _ key: String) throws(TokenizerError) -> [UInt8] {
    guard let object = value.objectValue, object.count == 1,
      let text = object["String"]?.stringValue, !text.isEmpty
    else {
      throw .unsupported(
        file: file, key: key, found: value.text, expected: #"{"String": a text}"#)
    }
    return Array(text.utf8)
  }

  private func metaspace(_ value: JSON, _ key: String) throws(TokenizerError) -> PreTokenizerStep {
    let object = try expectObject(
      value, key,
      keys: ["type", "replacement", "prepend_scheme", "add_prefix_space", "split", "str_rep"])
    let replacement = try text(object["replacement"] ?? .null, key + ".replacement")
    guard !replacement.isEmpty, UTF8Scalar.decode(replacement, 0)?.length == replacement.count
    else {
      throw .unsupported(
        file: file, key: key + ".replacement", found: object["replacement"]?.text ?? "",
        expected: "one character")
    }
    let named = object["prepend_scheme"]?.stringValue ?? MetaspacePrepending.always.rawValue
    guard let prepends = MetaspacePrepending(rawValue: named) else {
      throw .unsupported(
        file: file, key: key + ".prepend_scheme", found: named,
        expected: MetaspacePrepending.allCases.map(\.rawValue).joined(separator: " or "))
    }
    // In older files a flag says whether to prepend a space.
    let isNever = try !bool(object["add_prefix_space"], key + ".add_prefix_space", missing: true)
    if isNever, prepends == .always, object["prepend_scheme"] != nil {
      throw .unsupported(
        file: file, key: key + ".add_prefix_space", found: "false",
        expected: "true with prepend_scheme \(named)")
    }
    return .metaspace(
      replacement: replacement, prepends: isNever ? .never : prepends,
      cuts: try bool(object["split"], key + ".split", missing: true))
  }

  func decoder(_ value: JSON, _ key: String) throws(TokenizerError) -> [DecoderStep] {
    let known = "ByteLevel, Replace, ByteFallback, Fuse, Strip or Sequence"
    var steps: [DecoderStep] = []
    for (part, key) in try flattened(value, key, list: "decoders") {
      let type = try type(part, key, known: known)
      switch type {
      case "ByteLevel":
        _ = try expectObject(part, key, keys: Self.byteLevelKeys)
        steps.append(.byteLevel)
      case "Replace":
        let (old, new) = try replacement(part, key)
        steps.append(.replace(old, with: new))
      case "ByteFallback":
        _ = try expectObject(part, key, keys: ["type"])
        steps.append(.byteFallback)
      case "Fuse":
        _ = try expectObject(part, key, keys: ["type"])
        steps.append(.fuse)
      case "Strip": steps.append(try strip(part, key))
      default: throw .unsupported(file: file, key: key, found: type, expected: known)
      }
    }
    guard !steps.isEmpty else {
      throw .unsupported(file: file, key: key, found: value.text, expected: known)
    }
    try requireBounded(steps.map(\.growth), key)
    // The library applies the steps after ByteLevel to the joined text; this code applies them per
    // token.
    if let place = steps.firstIndex(of: .byteLevel),
      !steps[(place + 1)...].allSatisfy({ $0 == .fuse })
    {
      throw .unsupported(
        file: file, key: key, found: "steps after ByteLevel", expected: "ByteLevel as the last")
    }
    return steps
  }

  private func strip(_ value: JSON, _ key: String) throws(TokenizerError) -> DecoderStep {
    let object = try expectObject(value, key, keys: ["type", "content", "start", "stop"])
    let content = try text(object["content"] ?? .null, key + ".content")
    guard !content.isEmpty, let start = object["start"]?.intValue,
      let stop = object["stop"]?.intValue, (0...1024).contains(start), (0...1024).contains(stop)
    else {
      throw .unsupported(
        file: file, key: key, found: value.text, expected: "content, start and stop up to 1024")
    }
    return .strip(content, start: start, end: stop)
  }

  func postProcessor(_ value: JSON, _ key: String) throws(TokenizerError) -> PostProcessor {
    let known = "ByteLevel, TemplateProcessing or Sequence"
    var all = PostProcessor()
    for (part, key) in try flattened(value, key, list: "processors") {
      let type = try type(part, key, known: known)
      switch type {
      // Here it only trims offsets.
      case "ByteLevel": _ = try expectObject(part, key, keys: Self.byteLevelKeys)
      case "TemplateProcessing":
        let template = try template(part, key)
        all.prefix = template.prefix + all.prefix
        all.suffix += template.suffix
      default: throw .unsupported(file: file, key: key, found: type, expected: known)
      }
    }
    return all
  }

  private func template(_ value: JSON, _ key: String) throws(TokenizerError) -> PostProcessor {
    let object = try expectObject(value, key, keys: ["type", "single", "pair", "special_tokens"])
    guard let pieces = object["single"]?.arrayValue else {
      throw .unsupported(
        file: file, key: key + ".single", found: object["single"]?.text ?? "nothing",
        expected: "an array")
    }
    var template = PostProcessor()
    var isAfter = false
    for (number, piece) in pieces.enumerated() {
      let place = "\(key).single[\(number)]"
      if piece["Sequence"]?["id"] == "A", !isAfter {
        isAfter = true
        continue
      }
      guard let name = piece["SpecialToken"]?["id"]?.stringValue,
        let ids = object["special_tokens"]?[name]?["ids"]?.arrayValue
      else {
        throw .unsupported(
          file: file, key: place, found: piece.text,
          expected: "one sequence A and special tokens that special_tokens has")
      }
      let numbers = ids.compactMap { $0.intValue.flatMap(Int32.init(exactly:)) }
      guard numbers.count == ids.count else {
        throw .unsupported(
          file: file, key: "\(key).special_tokens", found: object["special_tokens"]?.text ?? "",
          expected: "ids")
      }
      let token = PostProcessor.Piece(text: Array(name.utf8), ids: numbers)
      if isAfter { template.suffix.append(token) } else { template.prefix.append(token) }
    }
    guard isAfter else {
      throw .unsupported(
        file: file, key: key + ".single", found: object["single"]?.text ?? "",
        expected: "the sequence A")
    }
    return template
  }
}
