internal import Files

extension LogprobLines {
  /// The rows of one line, in whichever form it has them.
  struct Rows {
    enum Kind { case chat, completions, vllm, entries, lists(ids: String, values: String) }

    let kind: Kind
    private let rows: [JSON]
    /// The object that holds them.
    private let holder: JSON

    private static let entryKeys = [
      "logprobs", "llm_text_generation_vllm_logprobs", "teacher_logprobs", "top_logprobs",
    ]
    private static let listKeys = [
      ("target_token_ids", "target_logprobs"), ("top_token_ids", "top_logprobs"),
      ("top_ids", "top_logprobs"), ("ids", "logprobs"), ("indices", "values"),
      ("token_ids", "logprobs"), ("topk_ids", "topk_logprobs"),
    ]

    init?(_ line: JSON) {
      let choice = line["choices"]?.arrayValue?.first ?? line
      for holder in [choice, line] {
        if let content = holder["logprobs"]?["content"]?.arrayValue {
          (kind, rows, self.holder) = (.chat, content, holder)
          return
        }
        if let top = holder["logprobs"]?["top_logprobs"]?.arrayValue {
          (kind, rows, self.holder) = (.completions, top, holder)
          return
        }
        if let prompt = holder["prompt_logprobs"]?.arrayValue {
          (kind, rows, self.holder) = (.vllm, prompt, holder)
          return
        }
      }
      for (ids, values) in Self.listKeys {
        if let rows = line[ids]?.arrayValue, line[values]?.arrayValue?.count == rows.count,
          rows.contains(where: { $0.arrayValue != nil })
        {
          (kind, self.rows, holder) = (.lists(ids: ids, values: values), rows, line)
          return
        }
      }
      for key in Self.entryKeys {
        if let rows = line[key]?.arrayValue,
          rows.contains(where: { $0.arrayValue?.first?["logprob"] != nil })
        {
          (kind, self.rows, holder) = (.entries, rows, line)
          return
        }
      }
      return nil
    }

    var form: String {
      switch kind {
      case .chat: "openai-chat"
      case .completions: "openai-completions"
      case .vllm: "vllm"
      case .entries: "token-logprob-lists"
      case .lists(let ids, let values): "\(ids)+\(values)"
      }
    }

    /// Objects have no order; vLLM's begin with the token that came.
    var isRanked: Bool {
      switch kind {
      case .chat, .entries, .lists: true
      case .completions, .vllm: false
      }
    }

    /// The id of a token that an entry names in one of several ways; -1 if it is unknown.
    private static func id(of entry: JSON, _ names: TokenNames) -> Int32 {
      if let id = (entry["token_id"] ?? entry["id"])?.intValue { return Int32(exactly: id) ?? -1 }
      if let id = entry["token"]?.intValue { return Int32(exactly: id) ?? -1 }
      let bytes = entry["bytes"]?.arrayValue?.compactMap {
        $0.intValue.flatMap { UInt8(exactly: $0) }
      }
      return names.id(entry["token"]?.stringValue ?? "", bytes: bytes)
    }

    private func entries(
      _ row: JSON, _ index: Int, _ names: TokenNames
    ) -> (ids: [Int32], values: [Float]) {
      switch kind {
      case .chat:
        let top = row["top_logprobs"]?.arrayValue ?? []
        var ids = top.map { Self.id(of: $0, names) }
        var values = top.map { LogprobLines.number($0["logprob"] ?? .null) }
        // The token that came may be beyond the likeliest; its number is known all the same.
        let own = Self.id(of: row, names)
        if !ids.contains(own), top.isEmpty || own >= 0 {
          ids.append(own)
          values.append(LogprobLines.number(row["logprob"] ?? .null))
        }
        return (ids, values)
      case .completions:
        let members = row.objectValue?.members ?? []
        return (
          members.map { names.id($0.key, bytes: nil) },
          members.map { LogprobLines.number($0.value) }
        )
      case .vllm:
        let members = row.objectValue?.members ?? []
        return (
          members.map { Int32($0.key) ?? -1 },
          members.map { LogprobLines.number($0.value["logprob"] ?? $0.value) }
        )
      case .entries:
        let list = row.arrayValue ?? []
        return (
          list.map { Self.id(of: $0, names) },
          list.map { LogprobLines.number($0["logprob"] ?? .null) }
        )
      case .lists(_, let key):
        let values = holder[key]?.arrayValue ?? []
        return (
          LogprobLines.ids(row.arrayValue ?? []),
          (values.indices.contains(index) ? values[index].arrayValue ?? [] : [])
            .map(LogprobLines.number)
        )
      }
    }

    /// The text of the line, with its rows.
    func sequence(
      named name: String, _ line: JSON, _ names: TokenNames
    ) throws(LabelFileError) -> LabelSequence {
      var tokens: [Int32]?
      for key in ["prompt_token_ids", "input_ids", "tokens", "token_ids"] where tokens == nil {
        guard let list = (holder[key] ?? line[key])?.arrayValue, list.first?.intValue != nil else {
          continue
        }
        tokens = LogprobLines.ids(list)
      }
      // What stands in front is no row where there is one too many.
      let leads =
        rows.first == .null
        || rows.first?.arrayValue?.isEmpty == true && rows.count == tokens?.count
      let kept = Array(leads ? rows.dropFirst() : rows[...])
      let offset = leads ? 1 : 0
      var first = offset
      switch kind {
      case .chat: tokens = rows.map { Self.id(of: $0, names) }
      case .completions:
        if let texts = holder["logprobs"]?["tokens"]?.arrayValue {
          tokens = texts.map { names.id($0.stringValue ?? "", bytes: nil) }
        }
      case .entries, .lists:
        // A row for each token after the first, or for the token after each.
        first = 1
      case .vllm: break
      }
      if tokens?.contains(-1) == true, case .chat = kind { tokens = nil }
      var mask: [UInt8]?
      for key in ["loss_mask", "target_mask", "mask", "attention_mask"] where mask == nil {
        mask = line[key]?.arrayValue.map { $0.map { $0.intValue == 0 ? 0 : 1 } }
      }
      if mask == nil, let labels = line["labels"]?.arrayValue {
        mask = labels.map { $0.intValue ?? -100 < 0 ? 0 : 1 }
      }
      if let given = mask, given.count != tokens?.count { mask = nil }
      var sequence = LabelSequence(
        name: name, tokens: tokens, mask: mask, rowCount: kept.count, firstTarget: first
      ) { r in
        let (ids, values) = entries(kept[r], r + offset, names)
        guard ids.count == values.count else {
          throw LabelFileError.damaged(
            path: name, reason: "row \(r): ids and numbers differ in count")
        }
        return .sparse(ids: ids, values: values)
      }
      sequence.prompt = (line["prompt_length"] ?? line["prompt_tokens"])?.intValue
      return sequence
    }
  }
}
